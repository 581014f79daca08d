import { fence } from '../../../guard/fence.ts';
import { redact } from '../../../guard/secrets.ts';
import { ZoeyError } from '../../../kernel/errors.ts';
import { askModel } from '../ask.ts';
import type { Task } from '../parts.ts';
import { commit } from '../prompts/commit.ts';
import { fill } from '../prompts/template.ts';
import { type CommitStyle, commitStyle, ownSubjects, tidyMessage } from '../review/commitStyle.ts';
import { shownDiff } from '../review/shown.ts';

const DIFF_CHARACTERS = 9_000;
const MAX_SUBJECTS = 8;
const ANSWER_TOKENS = 250;

/** A message for a staged change, in the repository's own style. */
export const commitMessage: Task = async (context) => {
  const { diff = '', style: subjects, instruction } = context.request;
  const shown = shownDiff(diff, DIFF_CHARACTERS);
  if (shown.text === '') {
    throw new ZoeyError('invalid_input', 'Nothing is staged.', {
      hint: 'Stage what belongs together, then ask again.',
    });
  }
  const style = commitStyle(subjects);
  const recent = ownSubjects(subjects).slice(0, MAX_SUBJECTS);
  const text = fill(commit.ask, {
    recent:
      recent.length === 0
        ? ''
        : `The latest subjects here:\n${fence(redact(recent.join('\n')).text, 'subjects')}`,
    diff: fence(shown.text, 'diff'),
    instruction: instruction.trim(),
  });
  const system = fill(commit.system, { width: String(style.width), rules: rulesOf(style) });
  const answer = await askModel(context, { system, text, answerTokens: ANSWER_TOKENS });
  const message = tidyMessage(answer.text, style);
  if (message === '') throw new ZoeyError('unusable_answer', 'The answer holds no message.');
  const { references, dropped, model, usage } = answer;
  return { kind: 'message', message, references, dropped, model, ...(usage && { usage }) };
};

function rulesOf({ conventional, capital, stop }: CommitStyle): string {
  const type = conventional
    ? 'Begin with a type and a colon as the latest subjects do: feat, fix, refactor, docs, test, chore.'
    : 'Begin with a verb in the imperative, without a type in front.';
  return `${type} ${capital ? 'Capital' : 'Small'} first letter, ${stop ? 'a' : 'no'} full stop at the end.`;
}
