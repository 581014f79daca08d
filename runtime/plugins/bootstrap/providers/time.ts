import type { Clock } from '../../../kernel/clock.ts';
import type { Provider } from '../../../types/runtime.ts';

/** The day and the time, where the person is. */
export function time(clock: Clock): Provider {
  return {
    name: 'TIME',
    description: 'The day and the time.',
    dynamic: true,
    async get() {
      const now = new Date(clock());
      const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short' });
      const { timeZone } = format.resolvedOptions();
      const text = `${format.format(now)} (${timeZone})`;
      return { text: `It is ${text}.`, values: { time: now.toISOString() } };
    },
  };
}
