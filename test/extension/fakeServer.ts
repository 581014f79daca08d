import { type CancellationToken, Emitter, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import type { ServerLife } from '../../extension/agent.ts';
import type { InvokeParams } from '../../runtime/protocol/rpc.ts';

type Answer = (
  params: InvokeParams,
  token: CancellationToken,
  chunk: (value: unknown) => void,
) => Promise<unknown>;

/** One life of a server without a process. `crash` ends it as a killed process does. */
export class FakeLife implements ServerLife {
  readonly ended: Promise<void>;
  readonly seen: InvokeParams[] = [];
  stopped = false;
  private end: () => void = () => {};
  private readonly answer: Answer;
  private readonly listeners = new Map<string, (chunk: unknown) => void>();
  private readonly gone = new Emitter<void>();

  constructor(answer: Answer) {
    this.answer = answer;
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  get listening(): number {
    return this.listeners.size;
  }

  async request(params: InvokeParams, token: CancellationToken): Promise<unknown> {
    this.seen.push(params);
    const lost = new Promise<never>((_, reject) => {
      this.gone.event(() =>
        reject(new ResponseError(ErrorCodes.PendingResponseRejected, 'connection disposed')),
      );
    });
    return Promise.race([
      lost,
      this.answer(params, token, (chunk) => this.listeners.get(params.stream ?? '')?.(chunk)),
    ]);
  }

  onChunk(stream: string, handler: (chunk: unknown) => void) {
    this.listeners.set(stream, handler);
    return { dispose: () => this.listeners.delete(stream) };
  }

  crash(): void {
    this.gone.fire();
    this.end();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.crash();
  }
}

/** Answers with its own input. */
export const echo: Answer = async ({ input }) => input;

/** Answers never; rejects when it is cancelled, as the server does. */
export const wait: Answer = (_params, token) =>
  new Promise((_, reject) => {
    token.onCancellationRequested(() => reject(new ResponseError(-32800, 'cancelled')));
  });
