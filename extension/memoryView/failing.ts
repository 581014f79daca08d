import { RESTART, SHOW_LOG, tellWithCure } from '../failureCure.ts';
import { wireOf, wordsOf } from '../failures.ts';

/** Does what a command is for; where that fails, says so with the one button that helps. */
export async function telling(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { code } = wireOf(error);
    const isTheirs = code === 'invalid_input' || code === 'not_found';
    const cure = code === 'server_stopped' ? RESTART : SHOW_LOG;
    await tellWithCure(wordsOf(error), isTheirs ? undefined : cure);
  }
}
