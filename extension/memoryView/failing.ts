import type { WireError } from '../../runtime/types/errors.ts';
import { RESTART, SHOW_LOG, tellWithCure } from '../failureCure.ts';
import { asFailure } from '../failures.ts';

/** What went wrong, and what to do, in the agent's words. */
export function wireOf(error: unknown): Pick<WireError, 'code' | 'message' | 'hint'> {
  const { data, message } = asFailure(error);
  return data ?? { code: 'internal', message, hint: '' };
}

/** Does what a command is for; where that fails, says so with the one button that helps. */
export async function telling(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { code, message, hint } = wireOf(error);
    const isTheirs = code === 'invalid_input' || code === 'not_found';
    const cure = code === 'server_stopped' ? RESTART : SHOW_LOG;
    await tellWithCure(`${message} ${hint}`.trim(), isTheirs ? undefined : cure);
  }
}
