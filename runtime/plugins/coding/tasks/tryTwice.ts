import { ZoeyError } from '../../../kernel/errors.ts';
import type { CodingResult } from '../../../types/coding.ts';
import type { EditOutcome } from '../answers/edit.ts';
import { askModel, type Question } from '../ask.ts';
import type { TaskContext } from '../parts.ts';
import { targetOf, targetsOf } from '../target.ts';
import { othersNote } from './others.ts';

/**
 * Asks for a change, and once more where the answer can't be used: a small model that is told why often does
 * better. The second refusal is the person's to read.
 */
export async function tryTwice(
  context: TaskContext,
  question: Question,
  read: (answer: string, cut: boolean) => Promise<EditOutcome>,
): Promise<CodingResult> {
  let asked = question;
  for (let attempt = 1; ; attempt++) {
    const { text, cut, ...common } = await askModel(context, asked);
    try {
      const { edit, explanation } = await read(text, cut);
      if (!edit) return { kind: 'unchanged', explanation, ...common };
      const note = othersNote(targetsOf(context.request), [targetOf(context.request)]);
      const told = note === undefined ? edit : { ...edit, notes: [...edit.notes, note] };
      return { kind: 'edit', edit: told, explanation, ...common };
    } catch (cause) {
      const error = ZoeyError.from(cause);
      if (error.code !== 'unusable_answer' || attempt === 2) throw error;
      context.emit({ type: 'again', reason: error.message });
      const why = error.message.replace(/^The answer/, 'An earlier answer');
      asked = { ...question, text: `${question.text}\n\n${why} Answer again, and avoid that.` };
    }
  }
}
