import type { Action } from '../../../types/runtime.ts';
import type { CodingParts } from '../parts.ts';
import { codingAction } from './codingAction.ts';
import { COMMANDS } from './commands.ts';

/** Each task that a person asks for in words, as an action. */
export function codingActions(parts: CodingParts): Action[] {
  return COMMANDS.map((command) => codingAction(command, parts));
}
