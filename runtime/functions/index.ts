import { actionFunctions } from './actions/handlers.ts';
import { chatFunctions } from './chat/handlers.ts';
import { memoryFunctions } from './memory/handlers.ts';
import { modelFunctions } from './models/handlers.ts';
import { roomFunctions } from './rooms/handlers.ts';
import { systemFunctions } from './system.ts';

/** Every handler there is: what the contract names and what stands here are held equal by a test. */
export const functions = [
  ...chatFunctions,
  ...memoryFunctions,
  ...actionFunctions,
  ...modelFunctions,
  ...roomFunctions,
  ...systemFunctions,
] as const;
