import { throwIfAborted } from '../kernel/errors.ts';
import type { HandlerCallback } from '../types/components.ts';
import type { ActionCall, ActionStep } from '../types/runtime.ts';
import type { State } from '../types/state.ts';
import { keepQuestion } from './confirm.ts';
import type { Step } from './context.ts';

/** What the actions came to. */
export interface Acted {
  /** Whether an answer is still to be written. */
  answers: boolean;
  /** What was done, for whoever writes that answer. */
  notes: string;
}

/**
 * The fifth step, where a message calls for more than an answer: the actions run in order, and what they say
 * is the reply. What failed, was refused or has to be asked first is said too.
 */
export async function act(step: Step, calls: readonly ActionCall[], state: State): Promise<Acted> {
  const { request, agent, asker, reply, signal } = step;
  const wanted = calls.filter(({ name }) => name !== 'REPLY');
  let said = '';
  const callback: HandlerCallback = async (response) => {
    const text = response.text ?? '';
    said += text;
    say(step, text, response.references);
    return [reply.memory];
  };
  const steps = await agent.runActions(wanted, {
    message: request.message,
    state,
    callback,
    responses: [reply.memory],
  });
  throwIfAborted(signal);
  reply.set({ actions: steps.map(({ action }) => action) });
  for (const line of steps.map((done) => sentence(done, said))) say(step, line);
  if (asker.asked) {
    await keepQuestion(step, asker.asked);
    say(step, `${asker.asked.preview}\n\nSay "yes" to do it. Anything else leaves it as it is.`);
  }
  const quotes = reply.memory.content.references !== undefined;
  const wantsAnswer = reply.text === '' || (calls.length > wanted.length && !quotes);
  const answers = wantsAnswer && request.model !== undefined;
  if (answers) {
    if (reply.text !== '') say(step, '\n\n');
  } else {
    if (reply.text === '') say(step, 'Done.');
    // What no model wrote is not signed by one.
    reply.set({ model: undefined });
  }
  return { answers, notes: steps.map(note).join('\n') };
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
