import { main } from '../../../runtime/hosts/cli/main.ts';
import { createFakeRuntime } from './fakeRuntime.ts';

void main(createFakeRuntime);
