import assert from 'node:assert/strict';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { gate } from '../support/agent.ts';
import { startReplay } from '../support/ollama/replay.ts';
import { testRuntime } from '../support/testRuntime.ts';

const ROOMS = 100;
const TIMES = 20;

interface Asked {
  messages: { content: string }[];
}

/** Says the last word of the question again and again, and counts along. */
function echo(request: unknown): string[] {
  const word = (request as Asked).messages.at(-1)?.content.split(' ').at(-1) ?? '';
  const line = (content: string, rest: object) =>
    `${JSON.stringify({ model: 'm', message: { role: 'assistant', content }, ...rest })}\n`;
  const counts = { prompt_eval_count: 10, eval_count: TIMES, eval_duration: 1_000_000_000 };
  return [
    ...Array.from({ length: TIMES }, (_, at) => line(`${word}:${at} `, { done: false })),
    line('', { done: true, done_reason: 'stop', ...counts }),
  ];
}

const said = (word: string) => Array.from({ length: TIMES }, (_, at) => `${word}:${at} `).join('');

describe('streaming', () => {
  it(`in ${ROOMS} rooms at once mixes nothing: streams, memory and prompts are each their own`, async () => {
    const all = gate();
    let asked = 0;
    const pieces = async (request: unknown) => {
      asked += 1;
      if (asked === ROOMS) all.open();
      await all.promise; // nobody gets a word before everybody has asked
      return echo(request);
    };
    const replay = await startReplay({ routes: { 'POST /api/chat': { pieces } } });
    const { call, runtime } = await testRuntime({ ollamaUrl: replay.url });

    const send = async ({ roomId, word }: { roomId: string; word: string }, started: () => void) => {
      let streamed = '';
      const { message } = await call(
        'chat.send',
        { roomId, text: `Please say ${word}` },
        {
          onChunk(chunk) {
            if (chunk.type === 'start') started();
            if (chunk.type === 'text') streamed += chunk.delta;
            if ('message' in chunk) assert.equal(chunk.message?.roomId, roomId);
          },
        },
      );
      assert.equal(streamed, said(word));
      assert.equal(message.text, said(word));
      assert.equal(message.status, 'complete');
    };

    const rooms = Array.from({ length: ROOMS }, (_, at) => ({ roomId: uuidv7(), word: `word${at}w` }));
    const turns: Promise<void>[] = [];
    // A few begin at a time: whether a model is there has to be told within a short time.
    for (let first = 0; first < ROOMS; first += 5) {
      const begun = rooms.slice(first, first + 5).map(
        (room) =>
          new Promise<void>((resolve, reject) => {
            const turn = send(room, resolve);
            turn.catch(reject);
            turns.push(turn);
          }),
      );
      await Promise.all(begun);
    }
    await Promise.all(turns);

    for (const { roomId, word } of rooms) {
      const { items } = await call('rooms.messages', { roomId });
      assert.deepEqual(
        items.map(({ text }) => text),
        [said(word), `Please say ${word}`],
      );
    }
    const prompts = replay.requests
      .filter(({ path }) => path === '/api/chat')
      .map(({ body }) => JSON.stringify(body));
    assert.equal(prompts.length, ROOMS);
    for (const prompt of prompts) assert.equal(new Set(prompt.match(/word\d+w/g)).size, 1);
    await runtime.close();
    await replay.stop();
  }).timeout(60_000);
});
