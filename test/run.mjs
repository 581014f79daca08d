// `npm test`: every check and every suite, from a fresh clone.
import { run } from '../scripts/lib/bootstrap.mjs';

await run('test/runner/main.ts');
