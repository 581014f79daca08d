// Runs the suite inside the extension host of a real VS Code; `npm test` calls it and reads its results.
import { run } from '../../scripts/lib/bootstrap.mjs';

await run('test/editor/main.ts');
