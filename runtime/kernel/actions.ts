import type { ActionResult, RunContext } from '../types/components.ts';
import { type EventName, type EventPayloadMap, EventType } from '../types/events.ts';
import type { Action, ActionCall, ActionChain, ActionStep, IAgentRuntime } from '../types/runtime.ts';
import type { State } from '../types/state.ts';
import type { Audit } from './audit.ts';
import { within } from './deadline.ts';
import { throwIfAborted, ZoeyError } from './errors.ts';
import type { Log } from './log.ts';

/** How many steps a chain may have, and how often one action may run with the same parameters. */
const MAX_STEPS = 8;
const MAX_SAME = 2;
const VALIDATE_MS = 5_000;
const TIMEOUT_MS = 30_000;

export interface ActionRun {
  actions: readonly Action[];
  chain: ActionChain;
  run: RunContext;
  /** The runtime as a handler sees it: bound to its own deadline. */
  bind(run: RunContext): IAgentRuntime;
  emit<E extends EventName>(event: E, payload: EventPayloadMap[E]): Promise<void>;
  log: Log;
  audit: Audit;
}

/** By its whole name or one of its similes, case aside. An empty name is nobody's. */
export function findAction(actions: readonly Action[], name: string): Action | undefined {
  const wanted = name.trim().toUpperCase();
  if (wanted === '') return undefined;
  return (
    actions.find((action) => action.name.toUpperCase() === wanted) ??
    actions.find(({ similes }) => similes?.some((simile) => simile.toUpperCase() === wanted))
  );
}

/**
 * Runs the calls in order, each with what came before it. A step that fails, is refused or is not possible
 * says so, and the next one runs. Throws only where the run is stopped.
 */
export async function runActions(calls: readonly ActionCall[], given: ActionRun): Promise<ActionStep[]> {
  const before = given.chain.previous ?? [];
  const steps: ActionStep[] = [];
  let state = given.chain.state;
  for (const call of calls) {
    throwIfAborted(given.run.signal);
    const step = await auditedStep(call, given, { state, past: [...before, ...steps] });
    throwIfAborted(given.run.signal);
    steps.push(step);
    if (state && step.result) state = withResult(state, step.result);
  }
  return steps;
}

interface Before {
  state: State | undefined;
  past: readonly ActionStep[];
}

/** A step that did not come to its action. */
class NotRun extends Error {
  readonly status: 'refused' | 'skipped';
  readonly error: ZoeyError;

  constructor(status: 'refused' | 'skipped', error: ZoeyError) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

/** What the person was asked about is written down, whether the kernel asked or the action itself. */
async function auditedStep(call: ActionCall, given: ActionRun, before: Before): Promise<ActionStep> {
  const answers: boolean[] = [];
  const ask: RunContext['ask'] = async (proposal) => {
    const allowed = await given.run.ask(proposal);
    answers.push(allowed);
    return allowed;
  };
  const step = await runStep(call, { ...given, run: { ...given.run, ask } }, before);
  if (answers.length === 0) return step;
  const ended = step.status === 'completed' ? 'completed' : 'failed';
  const outcome = answers.includes(false) ? 'refused' : ended;
  await given.audit({ kind: 'action', subject: step.action, outcome });
  return step;
}

async function runStep(call: ActionCall, given: ActionRun, before: Before): Promise<ActionStep> {
  const action = findAction(given.actions, call.name);
  const step = {
    action: action?.name ?? call.name,
    ...(call.parameters !== undefined && { parameters: call.parameters }),
  };
  try {
    if (!action) throw new ZoeyError('not_found', `There is no action "${call.name}".`);
    checkChain(step, before.past);
    const parameters = await prepare(action, call, given, before);
    const result = await perform(action, parameters, given, before);
    if (result.success) return { ...step, status: 'completed', result };
    return { ...step, status: 'failed', result, error: failure(result).toWire() };
  } catch (cause) {
    if (cause instanceof NotRun) return { ...step, status: cause.status, error: cause.error.toWire() };
    const error = ZoeyError.from(cause);
    given.log.warn(`action ${step.action} failed: ${error.code}`);
    return {
      ...step,
      status: 'failed',
      result: { success: false, error: error.message },
      error: error.toWire(),
    };
  }
}

/** What ran before bounds what may run now. */
function checkChain(step: { action: string; parameters?: unknown }, past: readonly ActionStep[]): void {
  if (past.length >= MAX_STEPS) {
    throw new NotRun(
      'skipped',
      new ZoeyError('conflict', `One message may have ${MAX_STEPS} steps at most.`, {
        hint: 'Ask for the rest in another message.',
      }),
    );
  }
  const asked = fingerprint(step);
  if (past.filter((done) => done.status !== 'skipped' && fingerprint(done) === asked).length >= MAX_SAME) {
    throw new NotRun(
      'skipped',
      new ZoeyError('conflict', `${step.action} ran ${MAX_SAME} times with the same parameters.`, {
        hint: 'Say in other words what you want.',
      }),
    );
  }
}

function fingerprint({ action, parameters }: { action: string; parameters?: unknown }): string {
  return JSON.stringify([action, parameters ?? null]);
}

/** Whether it is possible, whether it was called rightly, and whether the person allows it: in this order. */
async function prepare(
  action: Action,
  call: ActionCall,
  given: ActionRun,
  { state }: Before,
): Promise<unknown> {
  const { chain, run, bind } = given;
  const possible = await within({ ms: VALIDATE_MS, signal: run.signal, what: action.name }, ({ signal }) =>
    action.validate(bind({ ...run, signal }), chain.message, state),
  );
  if (!possible)
    throw new NotRun('skipped', new ZoeyError('conflict', `${action.name} is not possible now.`));
  const parameters = parse(action, call.parameters);
  if (action.writes) await ask(action, parameters, given);
  return parameters;
}

function parse({ name, parameters: schema }: Action, given: unknown): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'parameters'}: ${issue.message}`);
  throw new ZoeyError('invalid_input', `${name}: ${issues.join('; ')}.`);
}

/** The person may take any time to answer; the question goes away with the run. */
async function ask(action: Action, parameters: unknown, { chain, run, bind }: ActionRun): Promise<void> {
  const preview = action.preview
    ? await within({ ms: TIMEOUT_MS, signal: run.signal, what: action.name }, async ({ signal }) =>
        action.preview?.(bind({ ...run, signal }), chain.message, parameters),
      )
    : undefined;
  const allowed = await run.ask({ action: action.name, preview: preview ?? action.description, parameters });
  if (!allowed) throw new NotRun('refused', new ZoeyError('refused', `${action.name} was not allowed.`));
}

async function perform(
  action: Action,
  parameters: unknown,
  given: ActionRun,
  before: Before,
): Promise<ActionResult> {
  const { chain, run, bind, emit } = given;
  const previousResults = before.past.flatMap(({ result }) => (result ? [result] : []));
  const actionContext = {
    previousResults,
    getPreviousResult: (name: string) => before.past.findLast((step) => step.action === name)?.result,
  };
  const event = {
    action: action.name,
    messageId: chain.message.id,
    content: { text: chain.message.content.text },
    ...(chain.message.roomId !== undefined && { roomId: chain.message.roomId }),
  };
  let success = false;
  await emit(EventType.ACTION_STARTED, event);
  try {
    const { timeoutMs = TIMEOUT_MS } = action;
    const given = await within(
      { ms: timeoutMs, signal: run.signal, what: action.name },
      async ({ signal }) => {
        const own = { ...run, signal };
        const options = { ...own, actionContext, parameters };
        const result: unknown = await action.handler(
          bind(own),
          chain.message,
          before.state,
          options,
          chain.callback,
          chain.responses,
        );
        return result;
      },
    );
    const result = toResult(given);
    success = result.success;
    return result;
  } finally {
    await emit(EventType.ACTION_COMPLETED, { ...event, success });
  }
}

/** Handlers may give nothing, or only whether it went well. */
function toResult(given: unknown): ActionResult {
  if (given === undefined || given === null) return { success: true };
  if (typeof given === 'boolean') return { success: given };
  if (typeof given !== 'object') return { success: true, text: String(given) };
  return { success: true, ...given };
}

function failure({ error, text }: ActionResult): ZoeyError {
  if (error instanceof Error) return ZoeyError.from(error);
  return new ZoeyError('internal', error ?? text ?? 'The action failed.');
}

/** The next step sees what this one gave; the state that the chain began with stays as it was. */
function withResult(state: State, result: ActionResult): State {
  const { actionResults } = state.data;
  const earlier: unknown[] = Array.isArray(actionResults) ? actionResults : [];
  return {
    ...state,
    values: { ...state.values, ...result.values },
    data: { ...state.data, actionResults: [...earlier, result] },
  };
}
