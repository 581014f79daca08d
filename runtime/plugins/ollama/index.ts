import { ZoeyError } from '../../kernel/errors.ts';
import type { RunContext } from '../../types/components.ts';
import type { Settings } from '../../types/host.ts';
import type { GenerateEvent, GenerateTextParams, IModelServer } from '../../types/model.ts';
import type { Plugin } from '../../types/runtime.ts';

/** What a completion may be where the call does not say, in tokens. */
const FILL_TOKENS = 128;

export interface OllamaParts {
  /** The server at the address that is set. */
  server(settings: Settings): IModelServer;
  /** The model for a call that names none, with the window it always has; undefined where none can answer. */
  choose(run: RunContext): Promise<{ name: string; contextTokens: number } | undefined>;
}

/** Lets the models of the person's own Ollama answer. One model is loaded at a time, so it is small and large. */
export function ollamaPlugin(parts: OllamaParts): Plugin {
  return {
    name: 'ollama',
    description: 'Lets a model on this machine answer.',
    async init(_config, runtime) {
      const handler = (_runtime: unknown, params: GenerateTextParams) => generate(parts, params);
      for (const type of ['TEXT_SMALL', 'TEXT_LARGE'] as const) {
        runtime.registerModel(type, handler, 'ollama', { endpoint });
      }
      const filling = (_runtime: unknown, params: GenerateTextParams) => fill(parts, params);
      runtime.registerModel('TEXT_COMPLETION', filling, 'ollama', { endpoint });
    },
  };
}

async function* generate(
  { server, choose }: OllamaParts,
  params: GenerateTextParams,
): AsyncGenerator<GenerateEvent, void, void> {
  const { run, prompt, messages = [{ role: 'user' as const, content: prompt }] } = params;
  const { maxTokens, temperature, think, schema } = params;
  const { name, contextTokens } = await modelOf(params, choose);
  yield* server(run.caller.settings).generate(
    {
      model: name,
      messages,
      contextTokens,
      ...(maxTokens !== undefined && { maxTokens }),
      ...(temperature !== undefined && { temperature }),
      ...(think !== undefined && { think }),
      ...(schema && { schema }),
    },
    run.signal,
  );
}

/** Completes a text, or what stands between two. */
async function* fill(
  { server, choose }: OllamaParts,
  params: GenerateTextParams,
): AsyncGenerator<GenerateEvent, void, void> {
  const { run, prompt, suffix = '', maxTokens = FILL_TOKENS, stopSequences } = params;
  const { name, contextTokens } = await modelOf(params, choose);
  const stop = stopSequences && { stop: stopSequences };
  const asked = { model: name, prefix: prompt, suffix, contextTokens, maxTokens, ...stop };
  yield* server(run.caller.settings).fill(asked, run.signal);
}

async function modelOf(
  { run, model, contextTokens }: GenerateTextParams,
  choose: OllamaParts['choose'],
): Promise<{ name: string; contextTokens: number }> {
  if (model !== undefined && contextTokens !== undefined) return { name: model, contextTokens };
  const chosen = await choose(run);
  if (!chosen) throw new ZoeyError('no_model', 'No model is connected.');
  return { name: model ?? chosen.name, contextTokens: contextTokens ?? chosen.contextTokens };
}

/** Each address has a circuit breaker of its own. */
function endpoint(params: unknown): string {
  return (params as GenerateTextParams).run.caller.settings.ollamaUrl;
}
