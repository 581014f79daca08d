import assert from 'node:assert/strict';
import { type Llama, llamaFor } from '../support/llama/start.ts';
import { connect } from '../support/ollama/connect.ts';
import { checks } from './checks.ts';

// A real llama.cpp: loading, decoding, streaming and stopping are real, the words are canned.

const REPLY = `This parser reads text by rules and ${Array.from({ length: 60 }, (_, i) => `step${i}`).join(' ')} ends.`;

describe('answers of a real llama.cpp', () => {
  let llama: Llama;
  before(async function () {
    llama = await llamaFor(this, { reply: REPLY, delayMs: 2 });
  });
  after(() => llama?.stop());

  for (const { name, run } of checks) {
    it(name, () => run({ url: llama.url, model: llama.model }));
  }

  it('says what it was made to say, token by token', async () => {
    const pieces: string[] = [];
    const { ollama } = connect(llama.url);
    const asked = {
      model: llama.model,
      messages: [{ role: 'user' as const, content: 'Hm?' }],
      contextTokens: 2048,
    };
    for await (const event of ollama.generate(asked, new AbortController().signal)) {
      if (event.type === 'text') pieces.push(event.delta);
    }
    assert.equal(pieces.join(''), REPLY);
    assert.equal(pieces.length, REPLY.split(' ').length);
  });

  it('ends its generation when the answer is stopped', async () => {
    const { ollama } = connect(llama.url);
    const before = await llama.idle();
    const stop = new AbortController();
    const asked = {
      model: llama.model,
      messages: [{ role: 'user' as const, content: 'Hm?' }],
      contextTokens: 2048,
    };
    await assert.rejects(async () => {
      for await (const event of ollama.generate(asked, stop.signal)) {
        if (event.type === 'text') stop.abort();
      }
    });
    const after = await llama.idle();
    assert.equal(after.aborted, before.aborted + 1);
    assert.ok(after.generated - before.generated < 30, 'most of the answer was never decoded');
  });

  it('loads once for all calls with the same context, and says so when it loads again', async () => {
    const { ollama } = connect(llama.url);
    const loads = async (contextTokens: number) => {
      const asked = {
        model: llama.model,
        messages: [{ role: 'user' as const, content: 'Hm?' }],
        contextTokens,
      };
      let loading = 0;
      for await (const { type } of ollama.generate(asked, new AbortController().signal)) {
        if (type === 'loading') loading++;
      }
      return [loading, (await llama.stats()).loads];
    };
    const [, start = 0] = await loads(2048);
    assert.deepEqual(await loads(2048), [0, start]);
    assert.deepEqual(await loads(4096), [1, start + 1]);
  });
});
