import { createRuntime } from '../../../runtime/index.ts';
import { runMember } from './memberProcess.ts';

runMember(createRuntime);
