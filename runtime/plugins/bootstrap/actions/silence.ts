import type { Action } from '../../../types/runtime.ts';

/** Leaves a message without an answer. */
export const ignore: Action = {
  name: 'IGNORE',
  similes: ['STOP_TALKING'],
  description: 'Say nothing to this message.',
  validate: async () => true,
  handler: async () => ({ success: true }),
};

/** Does nothing beside answering. */
export const none: Action = {
  name: 'NONE',
  similes: ['NO_ACTION'],
  description: 'Do nothing beside answering.',
  validate: async () => true,
  handler: async () => ({ success: true }),
};
