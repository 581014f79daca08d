import { main } from '../../../runtime/hosts/cli/main.ts';
import { createRuntime } from '../../../runtime/index.ts';

void main(createRuntime);
