import { redact } from '../../guard/secrets.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import { composePrompt, type Prompt } from '../../pipeline/prompt.ts';
import { estimateTokens } from '../../pipeline/tokens.ts';
import type { Dropped, Reference, Usage } from '../../types/memory.ts';
import type { GenerateEvent } from '../../types/model.ts';
import type { Piece } from '../../types/state.ts';
import type { TaskContext } from './parts.ts';

/** What a model is asked. */
export interface Question {
  system: string;
  text: string;
  /** Context, the most useful first: what does not fit is dropped and told. */
  pieces?: readonly Piece[];
  /** How long the answer may become, as far as is known, in tokens. */
  answerTokens?: number;
  /** A JSON schema that the answer is held to. It is not streamed then. */
  schema?: Record<string, unknown>;
}

export interface Answered {
  text: string;
  /** It ran out of room. */
  cut: boolean;
  model: string;
  references: Reference[];
  dropped: Dropped[];
  usage?: Usage;
}

/** What every prompt leaves for the answer anyway: see `composePrompt`. */
const RESERVED = 2048;
const TEMPERATURE = 0.2;

/** Asks the model, within its window, and streams what it says. Throws `no_model` where none is connected. */
export async function askModel(context: TaskContext, question: Question): Promise<Answered> {
  const { agent, request, parts, emit } = context;
  const chosen = await parts.choose(agent.run, request.model);
  if (!chosen) throw noModel();
  const { name, contextTokens } = chosen;
  const { prompt, maxTokens } = fitted(question, contextTokens);
  const { references, dropped } = prompt;
  if (references.length > 0) emit({ type: 'references', references });
  let text = '';
  let usage: Usage | undefined;
  let cut = false;
  const hear = listener(context, question.schema !== undefined);
  for await (const event of agent.streamModel('TEXT_LARGE', {
    model: name,
    messages: prompt.messages,
    contextTokens,
    maxTokens,
    temperature: TEMPERATURE,
    think: agent.run.caller.settings.think,
    ...(question.schema && { schema: question.schema, responseFormat: { type: 'json_object' } }),
  })) {
    hear(event);
    if (event.type === 'text') text += event.delta;
    else if (event.type === 'end') {
      usage = event.usage;
      cut = event.reason === 'length';
    }
  }
  return { text, cut, model: name, references, dropped, ...(usage && { usage }) };
}

function noModel(): ZoeyError {
  return new ZoeyError('no_model', 'No model is connected.', {
    hint: 'Pull a model, then try again. Finding in the workspace works without one.',
  });
}

function fitted(question: Question, contextTokens: number): { prompt: Prompt; maxTokens: number } {
  const { system, text, pieces = [], answerTokens = 0 } = question;
  // Long answers need more than what is kept free by rule; never more than half of the window.
  const more = Math.max(0, Math.min(answerTokens, contextTokens / 2) - Math.min(RESERVED, contextTokens / 4));
  const window = Math.floor(contextTokens - more);
  try {
    const prompt = composePrompt({
      system,
      question: redact(text).text,
      history: [],
      pieces: pieces.map((piece) => ({ ...piece, text: redact(piece.text).text })),
      contextTokens: window,
    });
    return { prompt, maxTokens: contextTokens - prompt.promptTokens };
  } catch (cause) {
    if (!ZoeyError.is(cause) || cause.code !== 'invalid_input') throw cause;
    const needed = estimateTokens(text);
    throw new ZoeyError(
      'invalid_input',
      `This is about ${needed} tokens, and the model has room for ${contextTokens}, its answer included.`,
      { hint: 'Choose fewer lines, or raise the context size in the settings.', cause },
    );
  }
}

/** What is shown while the model works. */
function listener({ emit, parts }: TaskContext, silent: boolean): (event: GenerateEvent) => void {
  const said = new Set<string>();
  const work = (kind: 'loading' | 'thinking' | 'writing', text: string) => {
    if (said.has(kind)) return;
    said.add(kind);
    emit({ type: 'work', work: { kind, text, since: parts.clock() } });
  };
  return (event) => {
    if (event.type === 'loading') work('loading', `Loading ${event.model}`);
    else if (event.type === 'thinking') {
      work('thinking', 'Thinking');
      emit(event);
    } else if (event.type === 'text') {
      work('writing', 'Writing');
      if (!silent) emit(event);
    }
  };
}
