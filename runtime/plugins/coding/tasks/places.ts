import { fence } from '../../../guard/fence.ts';
import { redact } from '../../../guard/secrets.ts';
import { ZoeyError } from '../../../kernel/errors.ts';
import type { Reference } from '../../../types/memory.ts';
import type { Piece } from '../../../types/state.ts';
import { askModel } from '../ask.ts';
import type { Task, TaskContext } from '../parts.ts';
import { explainTrace } from '../prompts/explainTrace.ts';
import { find } from '../prompts/find.ts';
import { fill, type TaskPrompt } from '../prompts/template.ts';
import { tracePlaces } from '../trace/places.ts';

const PLACES = 8;
const MAX_TRACE = 6_000;
const SEARCH_MS = 4_000;

/** Places that answer a question; with a model, what they come to as well. */
export const findPlaces: Task = async (context) => {
  const { instruction } = context.request;
  if (instruction.trim() === '') throw new ZoeyError('invalid_input', 'There is nothing to look for.');
  const pieces = await searchPieces(context, PLACES);
  return withWords(context, pieces, { prompt: find, slots: { instruction: instruction.trim() } });
};

/** The places of a stack trace's frames; with a model, what went wrong. */
export const followTrace: Task = async (context) => {
  const { trace = '', instruction } = context.request;
  if (trace.trim() === '') throw new ZoeyError('invalid_input', 'There is no stack trace.');
  const pieces = await tracePlaces(context, trace);
  const shown = redact(trace).text.slice(0, MAX_TRACE);
  const slots = { trace: fence(shown, 'trace'), instruction: instruction.trim() };
  const result = await withWords(context, pieces, { prompt: explainTrace, slots, alone: true });
  return 'model' in result ? { ...result, kind: 'text' } : result;
};

/** What the workspace has on what is asked; nothing where it may not be read. */
export async function searchPieces(
  { agent, request, parts, emit }: TaskContext,
  limit: number,
): Promise<Piece[]> {
  const { workspace, trusted, settings } = agent.run.caller;
  if (workspace === undefined || !trusted) return [];
  const found = await parts.search.search(workspace, request.instruction, {
    limit,
    signal: agent.run.signal,
    exclude: settings.exclude,
    deadlineMs: SEARCH_MS,
    onProgress(files) {
      const text = `Looking in ${files} ${files === 1 ? 'file' : 'files'}`;
      emit({ type: 'work', work: { kind: 'looking', text, since: parts.clock() } });
    },
  });
  return found.items.map(
    ({ path, startLine, endLine, text, score }): Piece => ({
      kind: 'code',
      path,
      startLine,
      endLine,
      text,
      score,
    }),
  );
}

interface Words {
  prompt: TaskPrompt;
  slots: Record<string, string>;
  /** The model is asked without any place too. */
  alone?: boolean;
}

async function withWords(context: TaskContext, pieces: readonly Piece[], { prompt, slots, alone }: Words) {
  const places = {
    kind: 'places' as const,
    text: '',
    references: pieces.map((piece, index): Reference => ({ ...piece, number: index + 1 })),
    dropped: [],
  };
  const model = await context.parts.choose(context.agent.run, context.request.model);
  if (!model || (pieces.length === 0 && !alone)) {
    if (places.references.length > 0) context.emit({ type: 'references', references: places.references });
    return places;
  }
  const asked = await askModel(context, { system: prompt.system, text: fill(prompt.ask, slots), pieces });
  const { text, references, dropped, usage } = asked;
  return { ...places, text: text.trim(), references, dropped, model: asked.model, ...(usage && { usage }) };
}
