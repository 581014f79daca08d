import { createFakeRuntime } from './fakeRuntime.ts';
import { runMember } from './memberProcess.ts';

runMember(createFakeRuntime);
