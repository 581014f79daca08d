import { ZoeyError } from '../../kernel/errors.ts';
import type { IDatabaseAdapter } from '../../types/database.ts';
import type { Caller } from '../../types/host.ts';
import type { IModelServer, ModelInfo, ModelStatus } from '../../types/model.ts';

/** Where the choice of this workspace is kept. */
export const MODEL_SETTING = 'model';

interface Question {
  server: IModelServer;
  database: IDatabaseAdapter;
  caller: Caller;
  /** Named by the call itself. */
  wanted?: string | undefined;
  signal: AbortSignal;
}

export interface ChosenModel {
  status: ModelStatus;
  model: ModelInfo;
  /** The window to ask for: as set, within what the model can. Always the same, or the model is loaded anew. */
  contextTokens: number;
}

/** The model that answers: the call's, else the workspace's, else the person's, else the first there is. */
export async function chooseModel(
  question: Question,
): Promise<{ status: ModelStatus; chosen?: ChosenModel }> {
  const status = await question.server.status(question.signal);
  if (status.state !== 'ready') return { status };
  const { settings } = question.caller;
  const kept = await question.database.getSetting(MODEL_SETTING);
  const names = [question.wanted, typeof kept === 'string' ? kept : undefined, settings.model];
  const model =
    names.map((name) => status.models.find((known) => sameModel(known.name, name))).find(Boolean) ??
    status.models[0];
  if (!model) return { status };
  const contextTokens = Math.min(settings.contextTokens, model.contextTokens || settings.contextTokens);
  return { status, chosen: { status, model, contextTokens } };
}

/** The model for a turn; undefined where none can answer. One that the call names must be there. */
export async function answeringModel(question: Question): Promise<ChosenModel | undefined> {
  const { chosen } = await chooseModel(question);
  const { wanted } = question;
  if (chosen && wanted !== undefined && !sameModel(chosen.model.name, wanted)) {
    throw new ZoeyError('model_not_found', `Ollama has no chat model named "${wanted}".`);
  }
  return chosen;
}

/** The model that fills in code: the one that is set, else the first that can; undefined where none can. */
export async function fillingModel({
  server,
  caller,
  signal,
}: Omit<Question, 'database' | 'wanted'>): Promise<Pick<ChosenModel, 'model' | 'contextTokens'> | undefined> {
  const { state, models } = await server.status(signal);
  if (state !== 'ready') return undefined;
  const { completionModel, contextTokens } = caller.settings;
  const able = models.filter(({ capabilities }) => capabilities.includes('insert'));
  const model = completionModel === '' ? able[0] : able.find(({ name }) => sameModel(name, completionModel));
  return model && { model, contextTokens: Math.min(contextTokens, model.contextTokens || contextTokens) };
}

/** "qwen3" is Ollama's short name of "qwen3:latest". */
export function sameModel(known: string, name: string | undefined): boolean {
  return name !== undefined && name !== '' && (known === name || known === `${name}:latest`);
}
