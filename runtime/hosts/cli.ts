import { createRuntime } from '../index.ts';
import { main } from './cli/main.ts';

void main(createRuntime);
