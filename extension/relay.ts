import { type CancellationToken, type MessageConnection, ProgressType } from 'vscode-jsonrpc/node';
import * as z from 'zod';
import { INVOKE, InvokeParams } from '../runtime/protocol/rpc.ts';
import type { JsonValue } from '../runtime/types/primitives.ts';
import type { Agent } from './agent.ts';
import { failure } from './failures.ts';

const chunkType = new ProgressType<unknown>();

/** What a page may say of a call. Not who calls; and the input is the server's to check. */
const PageCall = InvokeParams.pick({ name: true, stream: true }).extend({
  input: z.custom<JsonValue>((value) => value !== undefined),
});

/**
 * Passes a page's calls to the agent, and chunks and answers back. When the page goes, its calls run on: the
 * next page follows them by `chat.watch`. A call that the page itself cancels is cancelled.
 */
export function relayCalls(page: MessageConnection, agent: Pick<Agent, 'invoke'>): void {
  let open = true;
  page.onDispose(() => {
    open = false;
  });
  page.onRequest(INVOKE, async (params: unknown, token: CancellationToken) => {
    const call = PageCall.safeParse(params);
    if (!call.success) {
      throw failure('invalid_input', 'The panel sent a request that is not understood.', {
        hint: 'Reload the window, then try again.',
      });
    }
    const { name, input, stream } = call.data;
    if (stream === undefined) return agent.invoke({ name, input }, { token });
    const onChunk = (chunk: unknown) => {
      if (open) void page.sendProgress(chunkType, stream, chunk);
    };
    return agent.invoke({ name, input }, { token, onChunk });
  });
}
