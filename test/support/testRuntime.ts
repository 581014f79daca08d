import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as z from 'zod';
import { createRuntime, type Runtime, type RuntimeOptions } from '../../runtime/index.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import type { Chunk, FunctionName, Input, Output } from '../../runtime/protocol/contract.ts';
import { Caller } from '../../runtime/types/host.ts';

export interface TestRuntime {
  runtime: Runtime;
  /** Runs a function to its end. */
  call<N extends FunctionName>(name: N, input: Input<N>, options?: CallOptions<N>): Promise<Output<N>>;
}

interface CallOptions<N extends FunctionName> {
  signal?: AbortSignal;
  onChunk?: (chunk: Chunk<N>) => void;
  workspace?: string;
  trusted?: boolean;
}

/** An address on which nothing listens. */
export const NOWHERE = 'http://127.0.0.1:49151';

/** A runtime over a memory of its own, closed by the caller. Without an address, no model answers. */
export async function testRuntime(
  options: {
    ollamaUrl?: string;
    storageDir?: string;
    settings?: Partial<z.input<typeof Caller>['settings']>;
  } & Pick<RuntimeOptions, 'plugins' | 'character' | 'embedder'> = {},
): Promise<TestRuntime> {
  const { ollamaUrl = NOWHERE, storageDir, settings, plugins, character, embedder } = options;
  const runtime = await createRuntime({
    log: silentLog,
    version: '0.0.0',
    isOllamaInstalled: async () => true,
    ...(storageDir !== undefined && { storageDir }),
    ...(plugins && { plugins }),
    ...(embedder && { embedder }),
    ...(character !== undefined && { character }),
  });
  return {
    runtime,
    async call(name, input, { signal = new AbortController().signal, onChunk, ...from } = {}) {
      const caller = Caller.parse({ host: 'test', ...from, settings: { ollamaUrl, ...settings } });
      const chunks = runtime.invoke(name, input, { caller, signal });
      for (;;) {
        const next = await chunks.next();
        // What `invoke` gives was parsed by the contract.
        if (next.done) return next.value as Output<typeof name>;
        onChunk?.(next.value as Chunk<typeof name>);
      }
    },
  };
}

/** An empty folder, removed by `remove`. */
export async function temporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'zoey-test-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) };
}
