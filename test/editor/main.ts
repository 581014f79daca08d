import { main } from '../../scripts/lib/progress.ts';
import { runSuite } from './suite.ts';

main(runSuite);
