import { actionFunctions } from './actions/handlers.ts';
import { agentFunctions } from './agents/handlers.ts';
import { chatFunctions } from './chat/handlers.ts';
import { codingFunctions } from './coding/handlers.ts';
import { memoryFunctions } from './memory/handlers.ts';
import { memoryKeepingFunctions } from './memory/keeping.ts';
import { modelFunctions } from './models/handlers.ts';
import { recallFunctions } from './recall/handlers.ts';
import { roomFunctions } from './rooms/handlers.ts';
import { systemFunctions } from './system.ts';
import { taskFunctions } from './tasks/handlers.ts';
import { workspaceFunctions } from './workspace/handlers.ts';

/** Every handler there is: what the contract names and what stands here are held equal by a test. */
export const functions = [
  ...chatFunctions,
  ...memoryFunctions,
  ...memoryKeepingFunctions,
  ...recallFunctions,
  ...actionFunctions,
  ...agentFunctions,
  ...taskFunctions,
  ...modelFunctions,
  ...workspaceFunctions,
  ...roomFunctions,
  ...codingFunctions,
  ...systemFunctions,
] as const;
