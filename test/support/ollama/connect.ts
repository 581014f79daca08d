import { createGateway, type Gateway } from '../../../runtime/guard/gateway.ts';
import { createOllama, type OllamaOptions } from '../../../runtime/models/ollama/index.ts';
import type { LedgerEntry } from '../../../runtime/types/database.ts';
import { Settings } from '../../../runtime/types/host.ts';
import type { IModelServer } from '../../../runtime/types/model.ts';

interface ConnectOptions extends Omit<OllamaOptions, 'gateway'> {
  settings?: Partial<Settings>;
  /**
   * Cuts every body into pieces of so many bytes. Done on this side of the wire: a server cannot, since what
   * it writes in pieces may arrive as one.
   */
  split?: number | undefined;
}

/** The product's model server at an address, with the ledger of what it sent. */
export function connect(
  ollamaUrl: string,
  { settings, split, ...options }: ConnectOptions = {},
): { ollama: IModelServer; ledger: LedgerEntry[] } {
  const ledger: LedgerEntry[] = [];
  const real = createGateway({ record: (entry) => ledger.push(entry) });
  const gateway = split === undefined ? real : splitting(real, split);
  const ollama = createOllama({ gateway, isInstalled: async () => true, ...options });
  return { ollama: ollama(Settings.parse({ ollamaUrl, ...settings })), ledger };
}

function splitting(gateway: Gateway, size: number): Gateway {
  return {
    open: (passage) => {
      const fetch = gateway.open(passage);
      return async (url, init) => {
        const { body, status, headers } = await fetch(url, init);
        return new Response(body?.pipeThrough(cutter(size)) ?? null, { status, headers });
      };
    },
  };
}

function cutter(size: number): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(chunk, controller) {
      for (let at = 0; at < chunk.length; at += size) controller.enqueue(chunk.subarray(at, at + size));
    },
  });
}
