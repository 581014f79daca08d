import * as z from 'zod';
import { redact } from '../../../guard/secrets.ts';
import { Text } from '../../../types/primitives.ts';
import type { Action } from '../../../types/runtime.ts';

const Parameters = z.object({
  text: Text.trim().min(1).describe('What to remember, as a sentence that is understood alone.'),
});

/** "/remember …", "remember that …", "remember: …", "make a note: …", "don't forget that …" */
const ASKED =
  /^(?:\/remember\b(?:\s+that\b)?|remember(?:\s+that\b|\s*[:,-])|(?:make|take)\s+a\s+note(?:\s+that\b|\s+of\b|\s*[:,-])|note\s+that\b|(?:don['’]t|do\s+not|never)\s+forget\s+that\b)\s*(?<text>\S[\s\S]*)$/i;

/** Keeps a sentence for all conversations of this workspace. */
export const remember: Action = {
  name: 'REMEMBER',
  similes: ['MAKE_NOTE', 'TAKE_NOTE', 'SAVE_MEMORY', 'KEEP_MIND'],
  description: 'Keep something that the user asks to be remembered.',
  examples: [
    [
      { name: 'User', content: { text: 'remember that deploys go out on Tuesdays' } },
      { name: 'Zoey', content: { text: 'Remembered: deploys go out on Tuesdays', actions: ['REMEMBER'] } },
    ],
  ],
  parameters: Parameters,
  trigger(words) {
    const text = ASKED.exec(words)?.groups?.text?.trim();
    return text ? { text } : undefined;
  },
  validate: async () => true,
  async handler(runtime, message, _state, options, callback) {
    const { text } = Parameters.parse(options?.parameters);
    const kept = redact(text).text;
    const id = await runtime.createMemory(
      { entityId: message.entityId, content: { text: kept }, importance: 0.7, source: 'conversation' },
      'notes',
    );
    const said = `Remembered: ${kept}`;
    await callback?.({ text: said, actions: ['REMEMBER'] });
    return { success: true, text: said, data: { memoryId: id } };
  },
};
