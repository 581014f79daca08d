// `npm run package`: the VSIX that people install.
import { run } from './lib/bootstrap.mjs';

await run('scripts/lib/package.ts');
