import { fence } from '../../../guard/fence.ts';
import { ZoeyError } from '../../../kernel/errors.ts';
import type { Piece } from '../../../types/state.ts';
import { readPiece, readWhole } from '../../../workspace/piece.ts';
import { codeOf, readAnswer, wholeCode } from '../answers/code.ts';
import { type EditOutcome, editFromAnswer } from '../answers/edit.ts';
import { readSource } from '../answers/lines.ts';
import { newFile } from '../answers/newFile.ts';
import { safePath } from '../answers/paths.ts';
import { unusable } from '../answers/refusal.ts';
import type { Question } from '../ask.ts';
import type { Task, TaskContext } from '../parts.ts';
import { recogniseTests, type TestPlan } from '../project/recognise.ts';
import { fill } from '../prompts/template.ts';
import { moreTests, tests } from '../prompts/tests.ts';
import { surroundings } from '../surroundings.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { placeOf, readTarget, type Target } from '../target.ts';
import { quotedCode } from '../wording.ts';
import { tryTwice } from './tryTwice.ts';

const ANSWER_TOKENS = 1_800;
const EXAMPLE_LINES = 60;
/** A test file that is longer is not written anew. */
const MAX_PRESENT = 200;

/** What is asked for tests, and the file that they go into. */
export interface TestsQuestion {
  question: Question;
  target: Target;
  plan: TestPlan;
  /** The test file as it is; undefined where there is none yet. */
  present: string | undefined;
}

export async function testsQuestion(context: TaskContext): Promise<TestsQuestion> {
  const target = await readTarget(context);
  const plan = await recogniseTests(context, target);
  const present = await presentText(context, plan.file);
  const slots = {
    instruction: context.request.instruction.trim(),
    place: placeOf(target),
    framework: plan.framework,
    file: plan.file,
    module: plan.module,
  };
  const prompt = present === undefined ? tests : moreTests;
  const own = present === undefined ? '' : `The tests that are there:\n${fence(present, plan.file)}\n\n`;
  return {
    target,
    plan,
    present,
    question: {
      system: prompt.system,
      text: `${quotedCode(target)}\n\n${own}${fill(prompt.ask, slots)}`,
      pieces: [...(await example(context, plan)), ...(await surroundings(context, target))],
      answerTokens: ANSWER_TOKENS,
    },
  };
}

/** Writes tests in the project's own framework and folder. */
export const writeTests: Task = async (context) => {
  const { question, target, plan, present } = await testsQuestion(context);
  const { languageId } = target;
  return tryTwice(context, question, async (answer, cut) => {
    if (present === undefined)
      return newTests({ answer, cut, path: plan.file, languageId }, context.parts.syntax);
    return editFromAnswer({ answer, cut, path: plan.file, languageId, text: present }, context.parts.syntax);
  });
};

async function newTests(
  given: {
    answer: string;
    cut: boolean;
    path: string;
    languageId: string;
  },
  syntax: Syntax,
): Promise<EditOutcome> {
  const path = safePath(given.path);
  if (path === undefined) throw unusable('is for a place where no file may be made.');
  const { blocks, explanation } = readAnswer(given);
  const code = codeOf(given, blocks, []).flatMap((part, i) => (i === 0 ? part : ['', ...part]));
  const text = `${wholeCode(code, [], given).join('\n')}\n`;
  const { edit, broken } = await newFile({ path, text, languageId: given.languageId }, syntax);
  if (broken !== undefined) throw unusable(`does not parse: line ${broken}.`);
  return { edit, explanation };
}

async function presentText({ agent }: TaskContext, file: string): Promise<string | undefined> {
  const { workspace } = agent.run.caller;
  if (workspace === undefined) return undefined;
  try {
    const { text } = await readWhole(workspace, file);
    if (readSource(text).lines.length <= MAX_PRESENT) return text;
  } catch (error) {
    if (ZoeyError.from(error).code === 'not_found') return undefined;
    throw error;
  }
  throw new ZoeyError('conflict', `${file} is there already, and too long to be written anew.`, {
    hint: 'Open it, and ask for the tests that are missing at the cursor.',
  });
}

/** A test of the project to write like. */
async function example({ agent }: TaskContext, { example: path, file }: TestPlan): Promise<Piece[]> {
  const { workspace } = agent.run.caller;
  if (workspace === undefined || path === undefined || path === file) return [];
  const read = await readPiece(workspace, { path, startLine: 1, endLine: EXAMPLE_LINES }).catch(
    () => undefined,
  );
  return read ? [{ kind: 'code', ...read }] : [];
}
