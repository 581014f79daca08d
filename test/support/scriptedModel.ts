import type {
  GenerateEvent,
  GenerateParams,
  IModelServer,
  ModelInfo,
  ModelStatus,
} from '../../runtime/types/model.ts';

export type Script = (
  params: GenerateParams,
  signal: AbortSignal,
) => AsyncGenerator<GenerateEvent, void, void>;

const MODEL: ModelInfo = {
  name: 'scripted:1b',
  bytes: 1_000_000,
  contextTokens: 8192,
  capabilities: ['completion'],
  loaded: true,
};

export const USAGE = { promptTokens: 20, outputTokens: 5, tokensPerSecond: 50, contextTokens: 8192 };

/** Says these pieces of text, then ends. */
export function saying(...deltas: string[]): Script {
  return async function* () {
    for (const delta of deltas) yield { type: 'text', delta };
    yield { type: 'end', reason: 'stop', usage: USAGE };
  };
}

/**
 * A model server that plays a script, for what a real one can't be made to do on demand. It keeps what
 * it was asked; streams against real servers are tested in `test/models`.
 */
export function scriptedModel(
  script: Script,
  status: Partial<ModelStatus> = {},
): IModelServer & { asked: GenerateParams[] } {
  const asked: GenerateParams[] = [];
  return {
    asked,
    status: async () => ({ state: 'ready', address: 'http://127.0.0.1:11434', models: [MODEL], ...status }),
    generate(params, signal) {
      asked.push(params);
      return script(params, signal);
    },
    async *fill({ model, prefix, suffix, contextTokens, maxTokens }, signal) {
      const content = `${prefix}<fill>${suffix}`;
      const params = { model, messages: [{ role: 'user' as const, content }], contextTokens, maxTokens };
      asked.push(params);
      yield* script(params, signal);
    },
    async *pull(name) {
      yield { status: `pulling ${name}`, completed: 1, total: 1 };
    },
    preload: async () => {},
  };
}
