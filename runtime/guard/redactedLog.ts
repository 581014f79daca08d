import { createLog, type Log } from '../kernel/log.ts';
import { redact } from './secrets.ts';

/** How much of a line is kept, in characters: a stack, or what a plugin has to say. */
const MAX_LINE = 10_000;

/** The same log, without secrets: errors of others say what they were given, and plugins what they like. */
export function redactedLog(log: Log): Log {
  return createLog((level, message) => log[level](redact(message.slice(0, MAX_LINE)).text));
}
