import { ZoeyError } from '../../../kernel/errors.ts';
import { estimateTokens } from '../../../pipeline/tokens.ts';
import type { CodingResult, CodingTask, LineRange } from '../../../types/coding.ts';
import type { FileEdit } from '../../../types/edit.ts';
import { editFromAnswer } from '../answers/edit.ts';
import type { Question } from '../ask.ts';
import type { Task, TaskContext } from '../parts.ts';
import { document } from '../prompts/document.ts';
import { edit, editLong } from '../prompts/edit.ts';
import { fix, fixLong } from '../prompts/fix.ts';
import { refactor, refactorLong } from '../prompts/refactor.ts';
import { fill, type TaskPrompt } from '../prompts/template.ts';
import { diagnosticsOf } from '../reported.ts';
import { surroundings } from '../surroundings.ts';
import { enclosingOf, outline } from '../syntax/outline.ts';
import { linesOf, placeOf, readTarget, type Target, targetOf } from '../target.ts';
import { quotedCode, reported } from '../wording.ts';
import { commentsAlone } from './commentsAlone.ts';
import { docStyle } from './docStyle.ts';
import { tryTwice } from './tryTwice.ts';

/** Longer files are changed by search-and-replace blocks instead of being written anew. */
const MAX_WRITTEN = 200;
/** A problem in a longer definition is mended within so many lines around it. */
const MAX_ENCLOSING = 80;
const AROUND = 12;

type ChangeTask = Extract<CodingTask, 'fix' | 'refactor' | 'edit' | 'document'>;

const PROMPTS: Record<ChangeTask, { lines: TaskPrompt; changes: TaskPrompt }> = {
  fix: { lines: fix, changes: fixLong },
  refactor: { lines: refactor, changes: refactorLong },
  edit: { lines: edit, changes: editLong },
  document: { lines: document, changes: document },
};

/** What is asked for a change, with the lines that the answer is to replace. */
export interface ChangeQuestion {
  question: Question;
  target: Target;
}

export async function changeQuestion(context: TaskContext, task: ChangeTask): Promise<ChangeQuestion> {
  const { instruction } = context.request;
  if (task === 'edit' && instruction.trim() === '') {
    throw new ZoeyError('invalid_input', 'There is nothing to do.', { hint: 'Say what should change.' });
  }
  const target = await widened(await readTarget(context), context, task);
  const diagnostics = diagnosticsOf(context.request, target.path);
  const { startLine, endLine } = target.range;
  const long = task !== 'document' && endLine - startLine >= MAX_WRITTEN;
  const prompt = PROMPTS[task][long ? 'changes' : 'lines'];
  const inside = diagnostics.filter((one) => one.startLine <= endLine && one.endLine >= startLine);
  const asked = fill(prompt.ask, {
    instruction: instruction.trim(),
    diagnostics: reported(inside.length > 0 ? inside : diagnostics),
    style: docStyle(target),
    where: long ? '' : `Write ${placeOf(target)} anew, every line of it.`,
  });
  const text = `${quotedCode(target)}\n\n${asked}`;
  const size = estimateTokens(linesOf(target).join('\n'));
  return {
    target,
    question: {
      system: prompt.system,
      text,
      pieces: await surroundings(context, target),
      answerTokens: long ? 1_500 : Math.ceil(size * 1.3) + 300,
    },
  };
}

/** One of the tasks that write lines anew. */
export function change(task: ChangeTask): Task {
  return async (context): Promise<CodingResult> => {
    const { question, target } = await changeQuestion(context, task);
    const { path, text, languageId, range, selected } = target;
    return tryTwice(context, question, async (answer, cut) => {
      const outcome = await editFromAnswer(
        {
          answer,
          cut,
          path,
          text,
          languageId,
          ...(selected && { range }),
        },
        context.parts.syntax,
      );
      const kept =
        task === 'document' && outcome.edit ? commentsAlone(outcome.edit, languageId) : outcome.edit;
      return { explanation: outcome.explanation, ...(kept && { edit: kept satisfies FileEdit }) };
    });
  };
}

/**
 * The lines that are written anew: what was selected; for a problem or a doc comment, the definition that it is
 * in, since half of one is hard to write.
 */
async function widened(target: Target, { request, parts }: TaskContext, task: ChangeTask): Promise<Target> {
  const problem =
    targetOf(request).selection === undefined && task === 'fix'
      ? problemRange(diagnosticsOf(request, target.path))
      : undefined;
  const range = problem ?? (target.selected ? target.range : undefined);
  if (!range || (task !== 'fix' && task !== 'document')) return target;
  const around = enclosingOf(await outline(target, parts.syntax), range);
  if (around && around.endLine - around.startLine < MAX_ENCLOSING) {
    return at(target, { startLine: around.startLine, endLine: around.endLine });
  }
  if (task === 'document') return at(target, range);
  return at(target, { startLine: range.startLine - AROUND, endLine: range.endLine + AROUND });
}

function problemRange(diagnostics: TaskContext['request']['diagnostics']): LineRange | undefined {
  const [first] = diagnostics;
  return first && { startLine: first.startLine, endLine: Math.max(first.startLine, first.endLine) };
}

function at(target: Target, { startLine, endLine }: LineRange): Target {
  const last = Math.max(1, target.lines.length);
  const range = {
    startLine: Math.min(last, Math.max(1, startLine)),
    endLine: Math.min(last, Math.max(1, endLine)),
  };
  return { ...target, range, selected: range.startLine > 1 || range.endLine < last };
}
