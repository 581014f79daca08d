import assert from 'node:assert/strict';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import type { TurnEvent } from '../../runtime/types/events.ts';
import type { Memory } from '../../runtime/types/memory.ts';
import type { Provider } from '../../runtime/types/runtime.ts';
import { aConversation } from '../support/conversation.ts';
import { aMemory, aRoom } from '../support/samples.ts';
import { type Script, saying, USAGE } from '../support/scriptedModel.ts';

const place: Provider = {
  name: 'PLACE',
  position: 20,
  deadlineMs: 1000,
  get: async () => ({
    pieces: [{ kind: 'code', path: 'src/retry.ts', startLine: 1, endLine: 2, text: 'while (true) {}' }],
  }),
};

async function setUp(options: { script?: Script; providers?: Provider[] } = {}) {
  const conversation = await aConversation({ providers: [place], ...options });
  return { ...conversation, request: conversation.requestFor('Why does it retry?') };
}

type Given = Awaited<ReturnType<typeof setUp>> & {
  stop?: AbortController;
  onEvent?: (event: TurnEvent) => void;
};

const play = ({ send, request, stop, onEvent }: Given) =>
  send('', { request, ...(stop && { stop }), ...(onEvent && { onEvent }) });

describe('pipeline: a turn', () => {
  it('stores the message first, streams, and stores the answer with what it used', async () => {
    const given = await setUp({ script: saying('It ', 'never ', 'stops [1].') });
    let storedAtStart: Promise<Memory[]> | undefined;
    const { events, memory, text } = await play({
      ...given,
      onEvent(event) {
        if (event.type === 'start') storedAtStart = given.agent.getMemories({ tableName: 'messages' });
      },
    });
    assert.equal(text, 'It never stops [1].');
    assert.deepEqual(
      (await storedAtStart)?.map(({ content }) => content.status),
      ['streaming', 'complete'],
    );
    assert.deepEqual(
      events
        .filter(({ type }) => type !== 'text')
        .map((event) => (event.type === 'work' ? event.work.kind : event.type)),
      ['start', 'reading', 'references', 'writing', 'end'],
    );
    const stored = await given.database.getMemoryById(memory.id);
    assert.deepEqual(stored, memory);
    assert.equal(stored?.content.status, 'complete');
    assert.equal(stored?.content.model, 'scripted:1b');
    assert.deepEqual(stored?.content.usage, USAGE);
    assert.equal(stored?.content.references?.[0]?.path, 'src/retry.ts');
  });

  it('quotes what was found where no model is connected', async () => {
    const given = await setUp();
    const { memory, events } = await play(given);
    assert.equal(memory.content.text, '1 found');
    assert.equal(memory.content.model, undefined);
    assert.equal(events.at(-1)?.type, 'end');
  });

  it('keeps what was written when it is stopped, as stopped', async () => {
    const stop = new AbortController();
    const script: Script = async function* (_params, signal) {
      yield { type: 'text', delta: 'Half' };
      if (!signal.aborted) {
        await new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        );
      }
      throw new ZoeyError('cancelled', 'Stopped.');
    };
    const given = await setUp({ script });
    const { memory } = await play({
      ...given,
      stop,
      onEvent: (event) => event.type === 'text' && stop.abort('stopped'),
    });
    assert.equal(memory.content.text, 'Half');
    assert.equal(memory.content.status, 'stopped');
    assert.equal(memory.content.error, undefined);
  });

  it('keeps what was written when the model fails, with the error beside it', async () => {
    const script: Script = async function* () {
      yield { type: 'text', delta: 'Half' };
      throw new ZoeyError('model_stopped', 'The model stopped half-way.');
    };
    const given = await setUp({ script });
    const { memory, events } = await play(given);
    assert.equal(memory.content.status, 'failed');
    assert.equal(memory.content.text, 'Half');
    assert.equal(memory.content.error?.code, 'model_stopped');
    assert.equal(memory.content.error?.message, 'The model stopped after 1 word. It is kept.');
    assert.deepEqual(await given.database.getMemoryById(memory.id), memory);
    assert.equal(events.at(-1)?.type, 'end');
  });

  it('says of an answer that ran out of room that it can be gone on with', async () => {
    const script: Script = async function* () {
      yield { type: 'text', delta: 'Cut off in the' };
      yield { type: 'end', reason: 'length', usage: USAGE };
    };
    const { memory } = await play(await setUp({ script }));
    assert.equal(memory.content.status, 'failed');
    assert.equal(memory.content.error?.message, 'The model stopped after 4 words. They are kept.');
    assert.equal(memory.content.error?.hint, 'Go on, or set a larger context.');
    assert.deepEqual(memory.content.usage, USAGE);
  });

  it('keeps thinking apart from the answer, with its time', async () => {
    const script: Script = async function* () {
      yield { type: 'thinking', delta: 'Let me see.' };
      yield { type: 'text', delta: 'Yes.' };
      yield { type: 'end', reason: 'stop', usage: USAGE };
    };
    const { memory } = await play(await setUp({ script }));
    assert.equal(memory.content.text, 'Yes.');
    assert.equal(memory.content.thinking, 'Let me see.');
    assert.ok((memory.content.thinkingMs ?? -1) >= 0);
  });

  it('goes on without a provider that fails or is late', async () => {
    const broken: Provider = { ...place, name: 'BROKEN', get: async () => Promise.reject(new Error('no')) };
    const late: Provider = { ...place, name: 'LATE', deadlineMs: 10, get: () => new Promise(() => {}) };
    const given = await setUp({ script: saying('Fine.'), providers: [broken, late, place] });
    const { memory } = await play(given);
    assert.equal(memory.content.status, 'complete');
    assert.equal(memory.content.references?.length, 1);
  });

  it('can be stopped while it gathers', async () => {
    const stop = new AbortController();
    const slow: Provider = {
      ...place,
      deadlineMs: 60_000,
      get: (_runtime, _message, _state, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    };
    const given = await setUp({ script: saying('Never said.'), providers: [slow] });
    const { memory } = await play({
      ...given,
      stop,
      onEvent: (event) => event.type === 'work' && stop.abort('stopped'),
    });
    assert.equal(memory.content.status, 'stopped');
    assert.equal(given.server?.asked.length, 0);
  });

  it('sends the conversation so far: of quotes where they are from, and what actions said', async () => {
    const given = await setUp({ script: saying('Yes.') });
    const past = (text: string, age: number, content: object) =>
      aMemory(
        { text, ...content },
        { roomId: given.request.room.id, createdAt: given.request.message.createdAt - age },
      );
    const references = [
      { number: 1, kind: 'code', path: 'src/retry.ts', startLine: 1, endLine: 2, text: 'while (true) {}' },
      { number: 2, kind: 'memory', text: 'Never retry.' },
    ];
    await given.database.createMemories([
      past('First question', 80, {}),
      past('Quoted excerpts', 70, { role: 'assistant', references }),
      past('Second question', 60, {}),
      past('Nothing matches', 50, { role: 'assistant' }),
      past('Remember tea', 40, {}),
      past('Remembered: tea', 30, { role: 'assistant', actions: ['REMEMBER'] }),
      past('Third question', 20, {}),
      past('Third answer', 10, { role: 'assistant', model: 'm' }),
    ]);
    await play(given);
    assert.deepEqual(
      given.server?.asked[0]?.messages.slice(1, -1).map(({ role, content }) => [role, content]),
      [
        ['user', 'First question'],
        ['assistant', 'Places that may answer this: src/retry.ts:1-2, memory'],
        ['user', 'Second question'],
        ['user', 'Remember tea'],
        ['assistant', 'Remembered: tea'],
        ['user', 'Third question'],
        ['assistant', 'Third answer'],
      ],
    );
  });

  it('goes on with an answer from where it ended', async () => {
    const given = await setUp({ script: saying(' and the rest.') });
    await given.database.createMemories([given.request.message, given.request.reply]);
    const content = { ...given.request.reply.content, text: 'The first half' };
    const request = { ...given.request, continues: true, reply: { ...given.request.reply, content } };
    const { memory, text } = await play({ ...given, request });
    assert.equal(text, ' and the rest.');
    assert.equal(memory.content.text, 'The first half and the rest.');
    assert.deepEqual(given.server?.asked[0]?.messages.at(-1), {
      role: 'assistant',
      content: 'The first half',
    });
  });

  it('names the other room when the model is busy there', async () => {
    const other = aRoom({ title: 'Fix the build' });
    let answer = () => {};
    const free = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const script: Script = async function* () {
      await free;
      yield { type: 'text', delta: 'Now.' };
      yield { type: 'end', reason: 'stop', usage: USAGE };
    };
    const given = await setUp({ script });
    given.services.other = () => ({ roomId: other.id, title: other.title });
    const { events } = await play({
      ...given,
      onEvent: (event) => event.type === 'work' && event.work.kind === 'waiting' && answer(),
    });
    const waiting = events.find((event) => event.type === 'work' && event.work.kind === 'waiting');
    assert.equal(waiting?.type === 'work' && waiting.work.text, 'Waiting for the answer in Fix the build');
  });
});
