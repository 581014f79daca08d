import { throwIfAborted } from '../kernel/errors.ts';
import type { HandlerCallback } from '../types/components.ts';
import type { ActionCall, ActionChain, ActionStep } from '../types/runtime.ts';
import type { State } from '../types/state.ts';
import { chooseAgain } from './choose.ts';
import { keepQuestion } from './confirm.ts';
import type { Step } from './context.ts';

/** How often actions are chosen for one message: at first, and after results that ask for it. */
const MAX_ROUNDS = 3;

/** What the actions came to. */
export interface Acted {
  /** Whether an answer is still to be written. */
  answers: boolean;
  /** What was done, for whoever writes that answer. */
  notes: string;
}

/**
 * The fifth step, where a message calls for more than an answer: the actions run in order, and what they say
 * is the reply. What failed, was refused or has to be asked first is said too. Where a result says that something
 * is left, the model may choose again.
 */
export async function act(step: Step, calls: readonly ActionCall[], state: State): Promise<Acted> {
  const { request, asker, reply } = step;
  const steps: ActionStep[] = [];
  let repliesToo = false;
  let next = calls;
  for (let round = 1; next.length > 0; round += 1) {
    repliesToo ||= next.some(({ name }) => name === 'REPLY');
    const done = await runRound(step, next, { state, previous: steps });
    steps.push(...done);
    const left = asker.asked || round === MAX_ROUNDS ? '' : leftOf(done);
    next = left === '' ? [] : await chooseAgain(step, state, { done: steps, left });
  }
  reply.set({ actions: steps.map(({ action }) => action) });
  if (asker.asked) {
    await keepQuestion(step, asker.asked);
    say(step, `${asker.asked.preview}\n\nSay "yes" to do it. Anything else leaves it as it is.`);
  }
  const quotes = reply.memory.content.references !== undefined;
  const wantsAnswer = reply.text === '' || (repliesToo && !quotes);
  const answers = wantsAnswer && request.model !== undefined;
  if (answers) {
    if (reply.text !== '') say(step, '\n\n');
  } else {
    if (reply.text === '') say(step, 'Done.');
    // What no model wrote is not signed by one.
    reply.set({ model: writerOf(steps) });
  }
  return { answers, notes: steps.map(note).join('\n') };
}

/** The actions of one choice. What they say is said, and what became of those that said nothing. */
async function runRound(
  step: Step,
  calls: readonly ActionCall[],
  before: Required<Pick<ActionChain, 'state' | 'previous'>>,
): Promise<ActionStep[]> {
  const { request, agent, reply, signal } = step;
  let said = '';
  const callback: HandlerCallback = async (response) => {
    const text = response.text ?? '';
    said += text;
    say(step, text, response.references);
    return [reply.memory];
  };
  const wanted = calls.filter(({ name }) => name !== 'REPLY');
  const done = await agent.runActions(wanted, {
    ...before,
    message: request.message,
    callback,
    responses: [reply.memory],
  });
  throwIfAborted(signal);
  for (const line of done.map((one) => sentence(one, said))) say(step, line);
  return done;
}

/** The model whose words the last action said, where it says so. */
function writerOf(steps: readonly ActionStep[]): string | undefined {
  const model = steps.at(-1)?.result?.data?.model;
  return typeof model === 'string' ? model : undefined;
}

function leftOf(done: readonly ActionStep[]): string {
  return done.flatMap(({ status, result }) => (status === 'completed' && result?.more) || []).join('\n');
}

function say({ reply, emit }: Step, text: string, references = reply.memory.content.references): void {
  if (references && references !== reply.memory.content.references) {
    reply.set({ references });
    emit({ type: 'references', references });
  }
  if (text === '') return;
  const apart = reply.text === '' || text.trim() === '' ? '' : '\n\n';
  const delta = apart + text;
  reply.append(delta);
  emit({ type: 'text', delta });
}

/** What is to be said of a step: its own text, unless it was said already, or why nothing came of it. */
function sentence({ status, result, error }: ActionStep, said: string): string {
  if (status === 'completed') {
    const text = result?.text ?? '';
    return said.includes(text) ? '' : text;
  }
  if (status === 'refused') return '';
  return [error?.message, error?.hint].filter(Boolean).join(' ');
}

function note({ action, status, result, error }: ActionStep): string {
  const what = status === 'completed' ? (result?.text ?? 'done') : (error?.message ?? status);
  return `${action}: ${what}`;
}
