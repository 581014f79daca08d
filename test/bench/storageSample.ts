import { uuidv7 } from '../../runtime/kernel/ids.ts';
import type { Memory } from '../../runtime/types/memory.ts';
import { message } from '../support/storage/samples.ts';

const TEXT = 'A message of common length, as people write them in a conversation about code. '.repeat(3);

/** A message of 237 characters in room 1. */
export function sample(): Memory {
  return message(0, {
    id: uuidv7(),
    content: { text: TEXT, role: 'user', status: 'complete' },
    createdAt: Date.now(),
  });
}
