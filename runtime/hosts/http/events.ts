import type { Invoke } from '../../protocol/rpc.ts';
import { failureBody } from './failure.ts';

/** One server-sent event. JSON has no line end of its own, so its data is one line. */
export function encodeEvent(event: 'chunk' | 'result' | 'error', data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data ?? null)}\n\n`;
}

/** A comment, which readers skip: it keeps proxies from closing a silent stream. */
const HEARTBEAT = ': still here\n\n';

interface StreamOptions {
  steps: ReturnType<Invoke>;
  /** The first step, which was asked for already. */
  first: Promise<IteratorResult<unknown, unknown>>;
  /** After this long without a word, one is sent, in ms. */
  heartbeatMs: number;
  /** The reader left before the end. */
  onLeave: () => void;
}

/** A call as server-sent events. Nothing is asked of the call before the reader wants more. */
export function eventStream({
  steps,
  first,
  heartbeatMs,
  onLeave,
}: StreamOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: typeof first | undefined = first;

  const nextText = async (): Promise<{ text: string; last?: true }> => {
    try {
      next ??= steps.next();
      const step = await orSilence(next, heartbeatMs);
      if (step === undefined) return { text: HEARTBEAT };
      next = undefined;
      if (step.done !== true) return { text: encodeEvent('chunk', step.value) };
      return { text: encodeEvent('result', step.value), last: true };
    } catch (error) {
      return { text: encodeEvent('error', failureBody(error)), last: true };
    }
  };

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { text, last } = await nextText();
        // Throws where the reader has left meanwhile; nobody hears of that either.
        controller.enqueue(encoder.encode(text));
        if (last) controller.close();
      },
      async cancel() {
        onLeave();
        await steps.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** What `promise` gives, or undefined where it gives nothing within `ms`. */
export async function orSilence<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
