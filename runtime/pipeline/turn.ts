import { ZoeyError } from '../kernel/errors.ts';
import type { RunContext } from '../types/components.ts';
import type { Memory } from '../types/memory.ts';
import type { Piece, State } from '../types/state.ts';
import { type Acted, act } from './act.ts';
import { Asker } from './asker.ts';
import { chooseActions, understoodActions } from './choose.ts';
import { compose, composeKnown } from './compose.ts';
import type { Step, TurnContext } from './context.ts';
import { type Decision, decideByModel, decideByRule, type Question } from './decide.ts';
import { type Outcome, tellReceived, tellSent, turnLog } from './emit.ts';
import { evaluate } from './evaluate.ts';
import { generateReply } from './generate.ts';
import { receive } from './receive.ts';
import { Reply } from './reply.ts';
import type { StopReason } from './turns.ts';

/**
 * Runs one message through its steps and gives back the stored reply. Rejects only where the message
 * itself could not be stored; whatever fails later is told in the reply, and what was written stays.
 */
export async function runTurn(context: TurnContext): Promise<Memory> {
  const { request, services } = context;
  const reply = new Reply(request.reply, services);
  const asker = new Asker();
  let stored = false;
  try {
    await services.agent.withRun(request.message, runContext(context, asker), async (agent) => {
      const failure = await runSteps({ ...context, agent, reply, asker });
      stored = true;
      // The run ends as the turn did.
      if (failure) throw failure;
    });
  } catch (error) {
    if (!stored) throw error;
  }
  return reply.memory;
}

function runContext({ request, services, signal, emit }: TurnContext, asker: Asker): Partial<RunContext> {
  return {
    caller: request.caller,
    attachments: request.attachments,
    ...(request.symbols && { symbols: request.symbols }),
    signal,
    onProgress: (text) => emit({ type: 'work', work: { kind: 'looking', text, since: services.clock() } }),
    ask: async (proposal) => asker.ask(proposal),
  };
}

/** Gives back why it failed, once that is stored. */
async function runSteps(step: Step): Promise<ZoeyError | undefined> {
  const { services, signal, emit, reply } = step;
  const since = services.clock();
  const ruled = await rule(step);
  if (ruled?.respond === false) return leave(step, ruled.reason);
  const room = await receive(step);
  let failure: ZoeyError | undefined;
  let after = () => {};
  try {
    await tellReceived(step);
    after = await respond(step, ruled);
    await finish(step, { since, status: 'complete' });
  } catch (cause) {
    failure = namingWords(ZoeyError.from(cause), reply.text);
    if (signal.aborted) await finish(step, { since, status: signal.reason as StopReason });
    else {
      services.log.warn(`turn failed: ${failure.code}`);
      await finish(step, { since, status: 'failed', error: failure.toWire() });
    }
  }
  emit({ type: 'end', message: reply.memory, room });
  if (!failure) after();
  await tellSent(step);
  return failure;
}

/** Whether there is to be an answer, as far as that needs no model. */
async function rule(step: Step): Promise<Decision | undefined> {
  return step.request.continues ? { respond: true, reason: 'gone on with' } : decideByRule(question(step));
}

/** By rule there is no answer: the message is stored, and nothing else. Why is told to whoever follows the turn. */
async function leave(step: Step, reason: string): Promise<undefined> {
  const { reply, emit } = step;
  ignore(step, reason);
  reply.end('complete');
  const room = await receive(step, true);
  await tellReceived(step);
  emit({ type: 'end', message: reply.memory, room });
  lookBack(step);
  await tellSent(step);
}

/** Stores the last word. */
async function finish(step: Step, outcome: Outcome): Promise<void> {
  step.reply.end(outcome.status, outcome.error);
  await step.reply.saveEnd(turnLog(step, outcome));
}

/** From the decision to the last word. Gives back what is to follow once the answer is stored. */
async function respond(step: Step, ruled: Decision | undefined): Promise<() => void> {
  const decision = ruled ?? (await decideByModel(question(step)));
  if (!decision.respond) {
    ignore(step, decision.reason);
    return () => lookBack(step);
  }
  const early = step.request.continues ? undefined : await actEarly(step);
  if (early && !early.acted.answers) return () => evaluate(step, early.state, true);
  const state = await compose(step);
  const acted = early?.acted ?? (await actAsChosen(step, state));
  if (acted.answers) await answer(step, state, acted.notes);
  return () => evaluate(step, state, true);
}

/** What the words call for by themselves is done before anything is looked up for an answer. */
async function actEarly(step: Step): Promise<{ acted: Acted; state: State } | undefined> {
  let known: Promise<State> | undefined;
  const stateNow = () => {
    known ??= composeKnown(step);
    return known;
  };
  const calls = await understoodActions(step, stateNow);
  if (calls.length === 0) return undefined;
  const state = await stateNow();
  return { acted: await act(step, calls, state), state };
}

async function actAsChosen(step: Step, state: State): Promise<Acted> {
  const calls = step.request.continues ? [] : await chooseActions(step, state);
  return calls.length > 0 ? act(step, calls, state) : { answers: true, notes: '' };
}

function question({ request: { room, message, model }, services, agent }: Step): Question {
  return { agent, database: services.database, room, message, model: model !== undefined };
}

function ignore({ reply }: Step, reason: string): void {
  reply.set({ actions: ['IGNORE'], thought: reason, model: undefined });
}

/** Of a message that got no answer nothing was composed. */
function lookBack(step: Step): void {
  evaluate(step, { values: {}, data: {}, text: '' }, false);
}

async function answer(step: Step, state: State, notes: string): Promise<void> {
  const { model } = step.request;
  if (model) await generateReply({ ...step, model, state, notes });
  else answerWithoutModel(step, state.pieces ?? []);
}

function answerWithoutModel({ request, services, emit, reply }: Step, pieces: readonly Piece[]): void {
  const { text, references } = services.excerpts(pieces, request.caller);
  reply.set({ references });
  reply.append(text);
  emit({ type: 'references', references });
  emit({ type: 'text', delta: text });
}

/** An answer that ended half-way says how much of it is kept. */
function namingWords(error: ZoeyError, text: string): ZoeyError {
  const words = text.split(/\s+/).filter(Boolean).length;
  if (error.code !== 'model_stopped' || words === 0) return error;
  const kept = words === 1 ? '1 word. It is kept.' : `${words} words. They are kept.`;
  return new ZoeyError('model_stopped', `The model stopped after ${kept}`, {
    hint: error.hint,
    cause: error,
  });
}
