import { LRUCache } from 'lru-cache';
import { isSecretPath, redact } from '../../../guard/secrets.ts';
import { ZoeyError } from '../../../kernel/errors.ts';
import type { CompletionRequest, CompletionResult } from '../../../types/coding.ts';
import { contentHash } from '../../../types/edit.ts';
import type { IAgentRuntime } from '../../../types/runtime.ts';
import type { CodingParts } from '../parts.ts';
import { ending, endsSensibly } from './shape.ts';

/** How much before and after the cursor is shown, in characters: reading more would take longer than typing. */
const PREFIX = 4_000;
const SUFFIX = 1_500;
const MAX_TOKENS = 96;
/** Completions that are kept, and for how long, in ms: who deletes and types again gets the same. */
const KEPT = 200;
const KEPT_MS = 5 * 60_000;
/** How long the choice of a model holds, in ms: a completion must not ask the server for its list each time. */
const CHOICE_MS = 30_000;

type Choice = { name: string; contextTokens: number } | undefined;

/** Completes code at a cursor. It keeps what it gave, within bounds, and nothing else. */
export interface Completer {
  complete(agent: IAgentRuntime, request: CompletionRequest): Promise<CompletionResult>;
}

export function createCompleter(parts: CodingParts): Completer {
  const given = new LRUCache<string, string>({ max: KEPT, ttl: KEPT_MS });
  const choices = new LRUCache<string, { choice: Choice }>({ max: 8, ttl: CHOICE_MS });

  async function chosen(agent: IAgentRuntime): Promise<Choice> {
    const { ollamaUrl, completionModel, contextTokens } = agent.run.caller.settings;
    const key = `${ollamaUrl} ${completionModel} ${contextTokens}`;
    const known = choices.get(key);
    if (known) return known.choice;
    const choice = await parts.chooseFilling(agent.run);
    // One that is not there yet may be pulled at any moment.
    if (choice) choices.set(key, { choice });
    return choice;
  }

  return {
    async complete(agent, { path, prefix, suffix }) {
      if (!agent.run.caller.settings.completion) return { text: '', reason: 'off' };
      if (isSecretPath(path)) return { text: '', reason: 'secret' };
      const choice = await chosen(agent);
      if (!choice) return { text: '', reason: 'no_model' };
      const before = redact(fromLineStart(prefix.slice(-PREFIX), prefix.length > PREFIX)).text;
      const after = redact(toLineEnd(suffix.slice(0, SUFFIX), suffix.length > SUFFIX)).text;
      const key = contentHash(`${choice.name}\u0000${path}\u0000${before}\u0000${after}`);
      const known = given.get(key) ?? fromEarlier(given, { choice, path, before, after });
      const model = choice.name;
      if (known !== undefined) return { text: known, model };
      const text = ending(await fillIn(agent, { choice, before, after }), { before, after });
      given.set(key, text);
      return { text, model };
    },
  };
}

interface Place {
  choice: NonNullable<Choice>;
  before: string;
  after: string;
}

/** Whoever types what was offered goes on with the rest of it. */
function fromEarlier(
  given: LRUCache<string, string>,
  { choice, path, before, after }: Place & { path: string },
): string | undefined {
  for (let back = 1; back <= 40 && back < before.length; back++) {
    const typed = before.slice(-back);
    const key = `${choice.name}\u0000${path}\u0000${before.slice(0, -back)}\u0000${after}`;
    const earlier = given.get(contentHash(key));
    if (earlier?.startsWith(typed) && earlier.length > typed.length) return earlier.slice(typed.length);
  }
  return undefined;
}

async function fillIn(agent: IAgentRuntime, { choice, before, after }: Place): Promise<string> {
  let text = '';
  const asked = {
    model: choice.name,
    contextTokens: choice.contextTokens,
    prompt: before,
    suffix: after,
    maxTokens: MAX_TOKENS,
  };
  try {
    for await (const event of agent.streamModel('TEXT_COMPLETION', asked)) {
      if (event.type !== 'text') continue;
      text += event.delta;
      // Leaving stops the model.
      if (endsSensibly(text, { before, after })) break;
    }
  } catch (error) {
    // Nothing to offer is no failure: who types did not ask for anything.
    if (ZoeyError.from(error).code !== 'model_empty_answer') throw error;
  }
  return text;
}

function fromLineStart(text: string, cut: boolean): string {
  const at = text.indexOf('\n');
  return cut && at !== -1 ? text.slice(at + 1) : text;
}

function toLineEnd(text: string, cut: boolean): string {
  const at = text.lastIndexOf('\n');
  return cut && at !== -1 ? text.slice(0, at) : text;
}
