import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { fence } from '../guard/fence.ts';
import { within } from '../kernel/deadline.ts';
import { throwIfAborted, ZoeyError } from '../kernel/errors.ts';
import type { Action, ActionCall, ActionStep } from '../types/runtime.ts';
import type { State } from '../types/state.ts';
import { askJson } from './askJson.ts';
import { confirmedCall } from './confirm.ts';
import type { Step } from './context.ts';
import { mayCallFor, ownWords, withoutPoliteness } from './words.ts';

/** What is done without a word: an answer, or none. Nobody has to be asked whether to. */
const PLAIN: ReadonlySet<string> = new Set(['REPLY', 'IGNORE', 'NONE']);
/** How many actions a model is shown, how many it may choose, and in how many tokens. */
const MAX_SHOWN = 8;
const MAX_CHOSEN = 4;
const MAX_TOKENS = 300;
/** How long an action may take to say whether it is possible, in ms. */
const VALIDATE_MS = 2_000;
/** How much of its schema a model is shown of each action, in characters. */
const MAX_SCHEMA = 600;

const Chosen = z.object({
  actions: z
    .array(z.object({ name: z.string().max(100), parameters: z.record(z.string(), z.unknown()).optional() }))
    .max(MAX_CHOSEN),
});

/**
 * What the message calls for by its own words, as rules see it: a yes to what was asked, or an action that
 * understands the words by itself. Only the person's own words are looked at, never what was attached, pasted or
 * found.
 * @param known Asked for only where a rule applies.
 */
export async function understoodActions(step: Step, known: () => Promise<State>): Promise<ActionCall[]> {
  const confirmed = await confirmedCall(step);
  if (confirmed) return [confirmed];
  const words = ownWords(step.request.message.content.text);
  for (const action of step.agent.actions) {
    if (PLAIN.has(action.name)) continue;
    const parameters = understood(action, words);
    if (parameters !== undefined && (await isPossible(action, step, await known()))) {
      return [{ name: action.name, parameters }];
    }
  }
  return [];
}

/** What a model chooses among the actions that the person's own words may call for: nothing, mostly. */
export async function chooseActions(step: Step, state: State): Promise<ActionCall[]> {
  const candidates = await offered(step, state);
  const words = ownWords(step.request.message.content.text);
  return candidates.length === 0 ? [] : askModel(step, words, candidates);
}

/**
 * What else is to be done where the result of an action says that something is left. The same actions as before
 * are offered: a result, which may hold what was found, brings in no other. What was done with the same
 * parameters is not done again.
 */
export async function chooseAgain(
  step: Step,
  state: State,
  { done, left }: { done: readonly ActionStep[]; left: string },
): Promise<ActionCall[]> {
  const candidates = await offered(step, state);
  if (candidates.length === 0) return [];
  const results = done.map(({ action, status, result }) => `${action}: ${result?.text ?? status}`).join('\n');
  const words = ownWords(step.request.message.content.text);
  const text = `${fence(`${results}\nLeft: ${left}`, 'what was done')}\n\n${words}`;
  const chosen = await askModel(step, text, candidates);
  return chosen.filter((call) => !done.some((past) => isSame(call, past)));
}

/** The actions that the person's own words may call for and that are possible now; none without a model. */
async function offered(step: Step, state: State): Promise<Action[]> {
  const { request, agent } = step;
  if (!request.model) return [];
  const words = ownWords(request.message.content.text);
  const named = agent.actions
    .filter((action) => !PLAIN.has(action.name) && mayCallFor(words, action))
    .slice(0, MAX_SHOWN);
  const possible = await Promise.all(named.map((action) => isPossible(action, step, state)));
  return named.filter((_, index) => possible[index]);
}

function isSame(call: ActionCall, past: ActionStep): boolean {
  return call.name === past.action && isDeepStrictEqual(call.parameters ?? {}, past.parameters ?? {});
}

/** A plugin that fails here understands nothing. */
function understood(action: Action, words: string): unknown {
  try {
    return action.trigger?.(withoutPoliteness(words));
  } catch {
    return undefined;
  }
}

async function isPossible(
  action: Action,
  { agent, request, services, signal }: Step,
  state: State,
): Promise<boolean> {
  try {
    return await within({ ms: VALIDATE_MS, signal, what: action.name }, () =>
      action.validate(agent, request.message, state),
    );
  } catch (error) {
    throwIfAborted(signal);
    services.log.warn(`action ${action.name} was not offered: ${ZoeyError.from(error).code}`);
    return false;
  }
}

/** A model that fails here says so when it is asked for the answer. */
async function askModel(
  { agent, services, signal }: Step,
  text: string,
  candidates: readonly Action[],
): Promise<ActionCall[]> {
  try {
    const chosen = await askJson(agent, {
      instruction: instruction(candidates),
      text,
      schema: Chosen,
      maxTokens: MAX_TOKENS,
    });
    const calls = (chosen?.actions ?? []).flatMap(({ name, parameters }): ActionCall[] => {
      const action = candidates.find((candidate) => isCalled(candidate, name));
      const plain = PLAIN.has(name.trim().toUpperCase());
      if (!action && !plain) return [];
      return [{ name: action?.name ?? name.trim().toUpperCase(), ...(parameters && { parameters }) }];
    });
    return calls.some(({ name }) => !PLAIN.has(name)) ? calls : [];
  } catch (error) {
    throwIfAborted(signal);
    services.log.warn(`no action was chosen: ${ZoeyError.from(error).code}`);
    return [];
  }
}

function isCalled({ name, similes = [] }: Action, called: string): boolean {
  return [name, ...similes].some((known) => known.toUpperCase() === called.trim().toUpperCase());
}

function instruction(candidates: readonly Action[]): string {
  return [
    'Choose what to do with the message of the user. Answer with JSON alone:',
    '{"actions":[{"name":"NAME","parameters":{}}]}',
    'Names:',
    'REPLY: only answer. Choose it unless the message clearly asks for one of the others.',
    ...candidates.map(({ name, description, parameters }) => {
      const takes = parameters ? ` Parameters: ${schemaOf(parameters)}` : '';
      return `${name}: ${description}${takes}`;
    }),
  ].join('\n');
}

function schemaOf(schema: z.ZodType): string {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return JSON.stringify(json).slice(0, MAX_SCHEMA);
}
