import { describe } from '../../models/describe.ts';
import { suggestions } from '../../models/suggestions.ts';
import type { ModelStatusReport } from '../../protocol/schemas.ts';
import { type CallContext, defineFunction } from '../define.ts';
import { answeringModel, chooseModel, MODEL_SETTING } from './choose.ts';

/** A model may take minutes to load from a slow disk. */
const LOAD_DEADLINE_MS = 300_000;

function question({ runtime, caller, signal }: CallContext) {
  return { server: runtime.models(caller.settings), database: runtime.database, caller, signal };
}

async function report(context: CallContext): Promise<ModelStatusReport> {
  const { status, chosen } = await chooseModel(question(context));
  const { state, address, version, message, hint } = status;
  return {
    state,
    address,
    ...describe(status, chosen?.model.name),
    ...(version !== undefined && { version }),
    ...(message !== undefined && { message }),
    ...(hint !== undefined && { hint }),
    ...(chosen && { model: chosen.model, contextTokens: chosen.contextTokens }),
    suggestions: [...suggestions],
  };
}

const list = defineFunction('models.list', async (_input, context) => {
  const { status } = await chooseModel(question(context));
  return { items: status.models };
});

const status = defineFunction('models.status', (_input, context) => report(context));

const select = defineFunction('models.select', async ({ name }, context) => {
  const chosen = await answeringModel({ ...question(context), wanted: name });
  await context.runtime.database.setSetting(MODEL_SETTING, chosen?.model.name ?? name);
  return report(context);
});

const preload = defineFunction(
  'models.preload',
  async (_input, context) => {
    const { chosen } = await chooseModel(question(context));
    if (!chosen) return { done: false };
    const server = context.runtime.models(context.caller.settings);
    await server.preload(chosen.model.name, chosen.contextTokens, context.signal);
    return { done: true };
  },
  { deadlineMs: LOAD_DEADLINE_MS },
);

const pull = defineFunction('models.pull', async function* ({ name }, context) {
  yield* context.runtime.models(context.caller.settings).pull(name, context.signal);
  return report(context);
});

const downloadEmbedding = defineFunction(
  'models.downloadEmbedding',
  ({ name, manifest }, { runtime, caller, signal }) =>
    runtime.embeddings.download({ id: name, manifest }, caller.settings, signal),
);

export const modelFunctions = [list, status, select, preload, pull, downloadEmbedding] as const;
