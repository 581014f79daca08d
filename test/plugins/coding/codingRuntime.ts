import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Chunk, Input, Output } from '../../../runtime/protocol/contract.ts';
import type { Settings } from '../../../runtime/types/host.ts';
import { type MadeUp, startReplay } from '../../support/ollama/replay.ts';
import { temporaryFolder, testRuntime } from '../../support/testRuntime.ts';

interface Given {
  /** What the model says, one for each time it is asked; the last for ever. Absent: no model is connected. */
  answers?: (string | MadeUp)[];
  /** Files of the workspace. */
  files?: Record<string, string>;
  capabilities?: string[];
  settings?: Partial<Settings>;
}

/** An answer of Ollama's chat, word by word. */
export function chatAnswer(text: string, reason = 'stop'): MadeUp {
  const lines = text.match(/\S*\s*/g)?.filter(Boolean) ?? [];
  const body = [
    ...lines.map((content) => ({ message: { role: 'assistant', content }, done: false })),
    {
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: reason,
      eval_count: lines.length,
    },
  ];
  return { type: 'application/x-ndjson', body: body.map((line) => `${JSON.stringify(line)}\n`).join('') };
}

/** An answer of Ollama's completion. */
export function fillAnswer(text: string): MadeUp {
  const body = [
    { response: text, done: false },
    { response: '', done: true, done_reason: 'stop' },
  ];
  return { type: 'application/x-ndjson', body: body.map((line) => `${JSON.stringify(line)}\n`).join('') };
}

const Asked = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string() })).optional(),
  prompt: z.string().optional(),
  suffix: z.string().optional(),
  format: z.unknown().optional(),
  options: z.object({ num_ctx: z.number(), num_predict: z.number().optional() }).loose(),
});

/** The whole runtime over a workspace of its own, and a server that answers from a script in Ollama's form. */
export async function aCodingRuntime({
  answers,
  files = {},
  capabilities = ['completion'],
  settings,
}: Given = {}) {
  const { folder, remove } = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  const heard = new Map<string, () => void>();
  const scripted = (answers ?? []).map((answer) =>
    typeof answer === 'string' ? chatAnswer(answer) : answer,
  );
  const model = {
    name: 'scripted:1b',
    size: 1,
    digest: 'a',
    details: { parameter_size: '1B', context_length: 8192 },
    capabilities,
  };
  const server =
    answers &&
    (await startReplay({
      onRequest: (where) => heard.get(where)?.(),
      routes: {
        'GET /api/tags': { body: JSON.stringify({ models: [model] }) },
        'GET /api/ps': { body: JSON.stringify({ models: [{ name: model.name, context_length: 8192 }] }) },
        'POST /api/chat': scripted,
        'POST /api/generate': scripted,
      },
    }));
  const { call, runtime } = await testRuntime({
    ...(server && { ollamaUrl: server.url }),
    ...(settings && { settings }),
  });

  return {
    folder,
    call,
    /** The bodies of what the model was asked. */
    asked: () =>
      (server?.requests ?? [])
        .filter(({ path: where }) => where === '/api/chat' || where === '/api/generate')
        .map(({ body }) => Asked.parse(body)),
    /** Resolves when the model is asked there; called before it is. */
    requested: (where: string) => new Promise<void>((resolve) => heard.set(where, resolve)),
    /** Resolves when the model's socket was closed from our side. */
    closed: async () => server?.closed,
    async run(request: Input<'coding.run'>, signal?: AbortSignal) {
      const chunks: Chunk<'coding.run'>[] = [];
      const result: Output<'coding.run'> = await call('coding.run', request, {
        workspace: folder,
        onChunk: (chunk) => chunks.push(chunk),
        ...(signal && { signal }),
      });
      return { result, chunks };
    },
    async close() {
      await runtime.close();
      await server?.stop();
      await remove();
    },
  };
}
