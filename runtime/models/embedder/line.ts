import { ZoeyError } from '../../kernel/errors.ts';

/** Texts that may wait, of each purpose. Questions come from people; passages from our own queue. */
const MAX_WAITING = { question: 200, passage: 2_000 } as const;
type Purpose = keyof typeof MAX_WAITING;

interface Order {
  texts: readonly string[];
  done: Float32Array[];
  resolve(vectors: Float32Array[]): void;
  reject(error: unknown): void;
}

/**
 * Those who wait for vectors. One text is embedded at a time; a question goes before every passage, so it
 * waits for one of them at most. Who stops waiting is taken out at once; a text under way comes to its end.
 */
export class Line {
  private readonly orders: Record<Purpose, Order[]> = { question: [], passage: [] };
  private readonly embed: (text: string) => Promise<Float32Array>;
  private running: Promise<void> | undefined;
  private closed = false;

  constructor(embed: (text: string) => Promise<Float32Array>) {
    this.embed = embed;
  }

  /** @throws ZoeyError `embedding_failed` where too much waits already, `cancelled` where it is aborted */
  take(texts: readonly string[], purpose: Purpose, signal?: AbortSignal): Promise<Float32Array[]> {
    if (signal?.aborted || this.closed) return Promise.reject(stopped(signal?.reason));
    if (texts.length === 0) return Promise.resolve([]);
    const orders = this.orders[purpose];
    const waiting = orders.reduce((sum, order) => sum + order.texts.length - order.done.length, 0);
    if (waiting > 0 && waiting + texts.length > MAX_WAITING[purpose]) return Promise.reject(tooMany());
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.remove(order);
        settled();
        reject(stopped(signal?.reason));
      };
      const settled = () => signal?.removeEventListener('abort', onAbort);
      const order: Order = {
        texts,
        done: [],
        resolve: (vectors) => {
          settled();
          resolve(vectors);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort);
      orders.push(order);
      this.running ??= this.run().finally(() => {
        this.running = undefined;
      });
    });
  }

  /** Turns away all who wait, and all who come. Settles when nothing is under way. */
  async close(): Promise<void> {
    this.closed = true;
    for (const order of [...this.orders.question, ...this.orders.passage]) {
      this.remove(order);
      order.reject(stopped(undefined));
    }
    await this.running;
  }

  private async run(): Promise<void> {
    for (;;) {
      const order = this.orders.question[0] ?? this.orders.passage[0];
      const text = order?.texts[order.done.length];
      if (order === undefined || text === undefined) return;
      try {
        order.done.push(await this.embed(text));
        if (order.done.length < order.texts.length) continue;
        this.remove(order);
        order.resolve(order.done);
      } catch (error) {
        this.remove(order);
        order.reject(error);
      }
    }
  }

  private remove(order: Order): void {
    for (const orders of Object.values(this.orders)) {
      const at = orders.indexOf(order);
      if (at !== -1) orders.splice(at, 1);
    }
  }
}

const stopped = (cause: unknown) => new ZoeyError('cancelled', 'Stopped.', { cause });
const tooMany = () => new ZoeyError('embedding_failed', 'Too many texts wait to be embedded already.');
