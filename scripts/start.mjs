// `npm start [-- folder]`: Zoey in a real VS Code, from a fresh clone.
import { run } from './lib/bootstrap.mjs';

await run('scripts/lib/start.ts');
