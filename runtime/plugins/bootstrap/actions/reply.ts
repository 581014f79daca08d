import { fence } from '../../../guard/fence.ts';
import { systemText } from '../../../pipeline/character.ts';
import type { Action } from '../../../types/runtime.ts';

/**
 * Answers in the room. The pipeline answers by itself; this is for who runs actions by name, as a plugin
 * does in a chain.
 */
export const reply: Action = {
  name: 'REPLY',
  similes: ['RESPOND', 'ANSWER'],
  description: 'Answer the message.',
  validate: async () => true,
  async handler(runtime, message, state, options, callback) {
    const done = options?.actionContext?.previousResults.flatMap(({ text }) => (text ? [text] : [])) ?? [];
    const known = [state?.text ?? '', ...done].filter(Boolean).join('\n\n');
    const question = message.content.text;
    const text = await runtime.useModel('TEXT_LARGE', {
      messages: [
        { role: 'system', content: systemText(runtime.character) },
        {
          role: 'user',
          content: known === '' ? question : `${fence(known, 'what is known')}\n\n${question}`,
        },
      ],
    });
    await callback?.({ text, actions: ['REPLY'] });
    return { success: true, text };
  },
};
