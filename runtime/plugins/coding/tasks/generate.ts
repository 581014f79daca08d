import { fence } from '../../../guard/fence.ts';
import { ZoeyError } from '../../../kernel/errors.ts';
import { insertFromAnswer } from '../answers/insert.ts';
import type { Task } from '../parts.ts';
import { generate } from '../prompts/generate.ts';
import { fill } from '../prompts/template.ts';
import { surroundings } from '../surroundings.ts';
import { readTarget } from '../target.ts';
import { tryTwice } from './tryTwice.ts';

/** Lines before and after the cursor that stand around its mark. */
const BEFORE = 30;
const AFTER = 15;
const ANSWER_TOKENS = 1_200;

/** Writes code at the cursor. */
export const generateCode: Task = async (context) => {
  const { instruction } = context.request;
  const target = await readTarget(context);
  const cursor = target.cursor ?? { line: target.range.endLine, character: 0 };
  if (instruction.trim() === '') {
    throw new ZoeyError('invalid_input', 'There is nothing to write.', {
      hint: 'Say what the code should do.',
    });
  }
  const { path, text, languageId, lines } = target;
  const at = Math.min(cursor.line, Math.max(1, lines.length));
  const own = lines[at - 1] ?? '';
  const marked = [
    ...lines.slice(Math.max(0, at - 1 - BEFORE), at - 1),
    `${own.slice(0, cursor.character)}<cursor>${own.slice(cursor.character)}`,
    ...lines.slice(at, at + AFTER),
  ];
  const quoted = `Code (${languageId}):\n${fence(marked.join('\n'), `${path}:${at}`)}`;
  const question = {
    system: generate.system,
    text: `${quoted}\n\n${fill(generate.ask, { instruction: instruction.trim() })}`,
    pieces: await surroundings(context, {
      ...target,
      selected: true,
      range: {
        startLine: Math.max(1, at - BEFORE),
        endLine: Math.min(Math.max(1, lines.length), at + AFTER),
      },
    }),
    answerTokens: ANSWER_TOKENS,
  };
  return tryTwice(context, question, (answer, cut) =>
    insertFromAnswer(
      {
        answer,
        cut,
        path,
        text,
        languageId,
        cursor: { line: at, character: cursor.character },
      },
      context.parts.syntax,
    ),
  );
};
