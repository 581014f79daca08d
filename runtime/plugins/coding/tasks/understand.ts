import { fence } from '../../../guard/fence.ts';
import { ZoeyError } from '../../../kernel/errors.ts';
import type { Piece } from '../../../types/state.ts';
import { type Answered, askModel } from '../ask.ts';
import type { Task, TaskContext } from '../parts.ts';
import { ask } from '../prompts/ask.ts';
import { explain, explainError } from '../prompts/explain.ts';
import { explainCommit } from '../prompts/explainCommit.ts';
import { summarise } from '../prompts/summarise.ts';
import { fill, type TaskPrompt } from '../prompts/template.ts';
import { diagnosticsOf } from '../reported.ts';
import { shownDiff } from '../review/shown.ts';
import { surroundings } from '../surroundings.ts';
import { linesOf, placeOf, readTarget, type Target, targetOf } from '../target.ts';
import { quotedCode, reported } from '../wording.ts';
import { folderPieces } from './folder.ts';
import { searchPieces } from './places.ts';

/** Places of the workspace that a question is answered from beside the code itself. */
const FOUND = 3;
/** The window's share that a diff is cut to, in characters of about three to a token. */
const DIFF_CHARACTERS = 12_000;

const toText = ({ text, references, dropped, model, usage }: Answered) => ({
  kind: 'text' as const,
  text: text.trim(),
  references,
  dropped,
  model,
  ...(usage && { usage }),
});

export const explainCode: Task = async (context) => {
  const target = await readTarget(context);
  const told = diagnosticsOf(context.request, target.path);
  const prompt = told.length > 0 ? explainError : explain;
  return toText(await aboutTarget(context, target, { prompt, pieces: await surroundings(context, target) }));
};

export const askAbout: Task = async (context) => {
  if (context.request.instruction.trim() === '') {
    throw new ZoeyError('invalid_input', 'There is no question.', { hint: 'Say what you want to know.' });
  }
  const target = await readTarget(context);
  const around = await surroundings(context, target);
  const found = await searchPieces(context, FOUND);
  const known = new Set(around.map(placeOfPiece));
  const pieces = [...around, ...found.filter((piece) => !known.has(placeOfPiece(piece)))];
  return toText(await aboutTarget(context, target, { prompt: ask, pieces }));
};

function placeOfPiece({ path, startLine }: Piece): string {
  return `${path}:${startLine}`;
}

/** A file is shown whole, or as much of it as fits; of a folder, what its files define. */
export const summariseCode: Task = async (context) => {
  const target = targetOf(context.request);
  const folder = target.text === undefined ? await folderPieces(context, target.path) : undefined;
  const place = folder ? (target.path === '.' ? 'this workspace' : `the folder ${target.path}`) : undefined;
  const read = folder ? undefined : await readTarget(context);
  const pieces = folder ?? (read ? [wholePiece(read)] : []);
  return toText(
    await askModel(context, {
      system: summarise.system,
      text: fill(summarise.ask, {
        instruction: context.request.instruction.trim(),
        place: place ?? (read ? placeOf(read) : target.path),
      }),
      pieces,
    }),
  );
};

/** As an attachment it is cut at a line where it does not fit, and what was cut is told. */
function wholePiece(target: Target): Piece {
  const { path, range } = target;
  return { kind: 'attachment', path, ...range, text: linesOf(target).join('\n') };
}

export const explainChange: Task = async (context) => {
  const { diff = '', instruction } = context.request;
  const shown = shownDiff(diff, DIFF_CHARACTERS);
  if (shown.text === '')
    throw new ZoeyError('invalid_input', 'The commit changes nothing that can be shown.');
  const { system, ask: template } = explainCommit;
  const message = instruction.trim() === '' ? '' : `Its message:\n${fence(instruction.trim(), 'message')}`;
  const text = fill(template, { diff: fence(shown.text, 'diff'), instruction: message });
  return toText(await askModel(context, { system, text }));
};

function aboutTarget(
  context: TaskContext,
  target: Target,
  { prompt, pieces }: { prompt: TaskPrompt; pieces: readonly Piece[] },
): Promise<Answered> {
  const { instruction } = context.request;
  const asked = fill(prompt.ask, {
    place: placeOf(target),
    diagnostics: reported(diagnosticsOf(context.request, target.path)),
    instruction: instruction.trim(),
  });
  return askModel(context, { system: prompt.system, text: `${quotedCode(target)}\n\n${asked}`, pieces });
}
