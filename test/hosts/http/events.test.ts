import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeEvent } from '../../../runtime/hosts/http/events.ts';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import type { Invoke } from '../../../runtime/protocol/rpc.ts';
import { EVENTS, serveHttp } from '../../support/hosts/http.ts';
import { answering } from '../../support/hosts/invokes.ts';
import { collectEvents, readEvents, type ServerEvent } from '../../support/hosts/sse.ts';

async function* cut(bytes: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  let start = 0;
  for (const end of ends) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

describe('server-sent events', () => {
  it('come back as they were, wherever the bytes are cut', async () => {
    const event = fc.record({
      event: fc.constantFrom('chunk', 'result', 'error'),
      // What text of a model may hold: line ends of all kinds, and what looks like a field.
      data: fc.oneof(fc.jsonValue(), fc.stringMatching(/^(\r|\n|\r\n|data: |event: x|: |\u2028|🙂|x){0,8}$/)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event), fc.array(fc.nat()), async (events, places) => {
        const text = events
          .map(({ event, data }) => encodeEvent(event as 'chunk', data))
          .join(': still here\n\n');
        const seen: ServerEvent[] = [];
        for await (const each of readEvents(cut(Buffer.from(text), places))) seen.push(each);
        assert.equal(JSON.stringify(seen), JSON.stringify(events));
      }),
    );
  });

  it('look on the wire as they always did', () => {
    assert.equal(
      encodeEvent('chunk', { type: 'text', delta: 'a\nb' }),
      'event: chunk\ndata: {"type":"text","delta":"a\\nb"}\n\n',
    );
    assert.equal(encodeEvent('result', undefined), 'event: result\ndata: null\n\n');
  });
});

describe('a call as events', () => {
  let stop: () => Promise<void> = async () => {};
  const serve = async (...args: Parameters<typeof serveHttp>) => {
    const served = await serveHttp(...args);
    stop = () => served.server.close();
    return served;
  };
  const events = async (invoke: Invoke) => {
    const { call } = await serve(invoke);
    const response = await call('chat.send', {}, { headers: EVENTS });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    return collectEvents(response);
  };
  const aborted = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });

  afterEach(() => stop());

  it('has each chunk in its order, then the result', async () => {
    const seen = await events(async function* () {
      for (let i = 0; i < 500; i++) yield { i };
      return { done: true };
    });
    assert.deepEqual(seen, [
      ...Array.from({ length: 500 }, (_, i) => ({ event: 'chunk', data: { i } })),
      { event: 'result', data: { done: true } },
    ]);
  });

  it('ends with the error where one comes later', async () => {
    const seen = await events(async function* () {
      yield 1;
      throw new ZoeyError('model_stopped', 'The model stopped.', { hint: 'Go on.' });
    });
    assert.deepEqual(seen, [
      { event: 'chunk', data: 1 },
      {
        event: 'error',
        data: {
          error: { code: 'model_stopped', message: 'The model stopped.', hint: 'Go on.', retryable: true },
        },
      },
    ]);
  });

  it('begins before the first word where that takes long, and gives signs of life', async () => {
    let finish = () => {};
    const { call } = await serve(
      async function* () {
        yield await new Promise((resolve) => {
          finish = () => resolve('late');
        });
        throw new ZoeyError('no_model', 'There is no model.');
      },
      { limits: { heartbeatMs: 5 } },
    );
    const response = await call('chat.send', {}, { headers: EVENTS });
    assert.equal(response.status, 200);
    const reader = (response.body ?? assert.fail()).getReader();
    let text = '';
    while (!text.includes(': still here\n\n: still here\n\n')) {
      text += Buffer.from((await reader.read()).value ?? assert.fail()).toString();
    }
    finish();
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      text += Buffer.from(step.value).toString();
    }
    assert.match(text, /event: chunk\ndata: "late"\n\n(: still here\n\n)*event: error\ndata: \{"error":/);
  });

  it('does not run ahead of a client that does not read', async () => {
    let made = 0;
    const big = 'x'.repeat(65_536);
    const { call, request } = await serve(async function* (_name, _input, { signal }) {
      while (!signal.aborted && made < 4000) {
        made += 1;
        yield big;
      }
    });
    const leaving = new AbortController();
    const response = await call('chat.send', {}, { headers: EVENTS, signal: leaving.signal });
    assert.equal(response.status, 200);
    for (let i = 0; i < 100; i++) await request('/health');
    // What sockets and buffers on the way take is some megabytes of these 250.
    assert.ok(made < 800, `${made} chunks were made`);
    leaving.abort();
  });

  for (const headers of [EVENTS, { accept: 'application/json' }]) {
    describe(`asked for as ${headers.accept}`, () => {
      it('is aborted when its client leaves', async () => {
        let begun = () => {};
        const running = new Promise<void>((resolve) => {
          begun = resolve;
        });
        let cleaned = () => {};
        const over = new Promise<void>((resolve) => {
          cleaned = resolve;
        });
        const { call } = await serve(async function* (_name, _input, { signal }) {
          try {
            yield 1;
            begun();
            await aborted(signal);
            yield 2;
          } finally {
            cleaned();
          }
        });
        const leaving = new AbortController();
        const left = call('chat.send', {}, { headers, signal: leaving.signal }).then(collectEvents);
        await running;
        leaving.abort();
        await assert.rejects(left, { name: 'AbortError' });
        await over;
      });

      it('is aborted when its client leaves before the first word', async () => {
        let begun = () => {};
        const running = new Promise<void>((resolve) => {
          begun = resolve;
        });
        let abort = () => {};
        const over = new Promise<void>((resolve) => {
          abort = resolve;
        });
        const { call, request } = await serve(
          answering(async (_name, _input, { signal }) => {
            begun();
            await aborted(signal);
            abort();
            throw new ZoeyError('cancelled', 'Stopped.');
          }),
        );
        const leaving = new AbortController();
        const left = call('chat.send', {}, { headers, signal: leaving.signal });
        await running;
        leaving.abort();
        await assert.rejects(left, { name: 'AbortError' });
        await over;
        assert.equal((await request('/health')).status, 200);
      });
    });
  }

  it('leaves room for others when its client has left', async () => {
    const { call } = await serve(
      async function* (_name, _input, { signal }) {
        yield 1;
        await aborted(signal);
      },
      { limits: { calls: 1 } },
    );
    for (let i = 0; i < 5; i++) {
      const leaving = new AbortController();
      const response = await call('chat.send', {}, { headers: EVENTS, signal: leaving.signal });
      assert.equal(response.status, 200);
      leaving.abort();
      // The server hears of it a moment later.
      while ((await probe()) === 429);
    }
    async function probe() {
      const leaving = new AbortController();
      const { status } = await call('chat.send', {}, { headers: EVENTS, signal: leaving.signal });
      leaving.abort();
      return status;
    }
  });
});
