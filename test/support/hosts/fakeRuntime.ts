import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { isAlive, ownLife } from '../../../runtime/hosts/owner/process.ts';
import type { Runtime } from '../../../runtime/index.ts';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import { uuidv7 } from '../../../runtime/kernel/ids.ts';
import type { Invoke } from '../../../runtime/protocol/rpc.ts';

interface FakeOptions {
  storageDir?: string;
  version: string;
}

const Line = z.object({ id: z.string(), text: z.string() });

interface FakeCall {
  input: unknown;
  workspace: string | undefined;
  /** Aborts when the call is cancelled and when the runtime closes. */
  ended: AbortSignal;
}

/**
 * A runtime of a few functions over one append-only file, for tests of what stands in front of a runtime.
 * What it acknowledges is on disk; it never looks whether a line is there already, so that a call made twice
 * is seen. It notes its opening and closing, and whether another one was still open, so that two owners are
 * seen too. A file named `refuse` in the folder makes opening fail.
 *
 * - `memory.add {id?, text}` appends, `memory.list` gives the lines; both wait while a file `hold` is there.
 * - `chat.send {text}` streams `text` word by word; the word "wait" waits until it is stopped, "fail" fails,
 *   "crash" throws outside of the call, "big" sends 64 KiB, "room?" sends the id of the room.
 * - `models.pull` streams numbers until it is stopped.
 */
export async function createFakeRuntime({ storageDir, version }: FakeOptions): Promise<Runtime> {
  if (storageDir === undefined) throw new Error('The fake needs a folder.');
  if (fs.existsSync(path.join(storageDir, 'refuse'))) {
    throw new ZoeyError('storage_corrupt', 'The memory is damaged.');
  }
  const fake = new Fake(storageDir, version);
  const closing = new AbortController();
  const invoke: Invoke = async function* (name, input, { caller, signal }) {
    const ended = AbortSignal.any([signal, closing.signal]);
    return yield* fake.run(name, { input, workspace: caller.workspace, ended });
  };
  return {
    invoke,
    close: async () => {
      closing.abort();
      fake.close();
    },
  };
}

class Fake {
  readonly #folder: string;
  readonly #version: string;
  readonly #lines: string;
  readonly #fd: number;
  readonly #rooms = new Map<string, object>();

  constructor(folder: string, version: string) {
    this.#folder = folder;
    this.#version = version;
    noteOpening(path.join(folder, 'events.jsonl'));
    this.#lines = path.join(folder, 'lines.jsonl');
    this.#fd = fs.openSync(this.#lines, 'a+');
  }

  close(): void {
    this.#note('close');
    fs.closeSync(this.#fd);
  }

  async *run(name: string, call: FakeCall): AsyncGenerator<unknown, unknown, void> {
    if (name === 'chat.send') return yield* this.#speak(call);
    if (name === 'models.pull') return yield* this.#pull(call);
    const answer = ANSWERS[name];
    if (answer !== undefined) return answer(call, [...this.#rooms.values()]);
    if (name === 'status') {
      return { version: this.#version, pid: process.pid, workspace: call.workspace !== undefined };
    }
    if (name === 'memory.add') return this.#add(call);
    if (name === 'memory.list') {
      await this.#whileHeld(call.ended);
      return { items: readLines(this.#lines) };
    }
    throw new ZoeyError('not_found', `The fake has no ${name}.`);
  }

  async #add({ input, ended }: FakeCall): Promise<unknown> {
    const { id = uuidv7(), text } = Line.partial({ id: true }).parse(input);
    await this.#whileHeld(ended);
    fs.writeSync(this.#fd, `${JSON.stringify({ id, text })}\n`);
    fs.fsyncSync(this.#fd);
    return { id };
  }

  async *#pull({ ended }: FakeCall): AsyncGenerator<unknown, unknown, void> {
    try {
      for (let completed = 0; !ended.aborted; completed++) {
        yield { status: 'pulling', completed, total: 100 };
        await setTimeout(1, undefined, { signal: ended }).catch(() => {});
      }
    } finally {
      this.#note('pull ended');
    }
    throw new ZoeyError('cancelled', 'Stopped.');
  }

  async *#speak({ input, ended }: FakeCall): AsyncGenerator<unknown, unknown, void> {
    this.#note('speaks');
    const { text, roomId = uuidv7() } = z
      .object({ text: z.string(), roomId: z.string().optional() })
      .parse(input);
    const at = Date.now();
    const room = { id: roomId, title: text, pinned: false, createdAt: at, updatedAt: at };
    this.#rooms.set(roomId, room);
    const message = { id: uuidv7(), roomId, role: 'assistant', createdAt: at };
    yield { type: 'start', room, reply: { ...message, text: '', status: 'streaming' } };
    yield { type: 'work', work: { kind: 'thinking', text: 'Thinking', since: at } };
    let said = '';
    for (const word of text.split(' ')) {
      if (word === 'fail') throw new ZoeyError('model_stopped', 'The model stopped.');
      if (word === 'crash') setImmediate(crash);
      if (word === 'wait') await setTimeout(60_000, undefined, { signal: ended }).catch(() => {});
      if (ended.aborted) break;
      const delta = `${word === 'big' ? 'x'.repeat(65_536) : word === 'room?' ? `room ${roomId}` : word} `;
      said += delta;
      yield { type: 'text', delta };
    }
    const references = [{ number: 1, kind: 'code', path: 'src/a.ts', startLine: 3, endLine: 9, text: 'a' }];
    const status = ended.aborted ? 'stopped' : 'complete';
    const end = { ...message, text: said, status, references };
    yield { type: 'end', message: end, room };
    return { roomId, message: end };
  }

  async #whileHeld(signal: AbortSignal): Promise<void> {
    const held = () => fs.existsSync(path.join(this.#folder, 'hold'));
    if (held()) this.#note('held');
    while (held()) {
      if (signal.aborted) throw new ZoeyError('cancelled', 'Stopped.');
      await setTimeout(5);
    }
  }

  #note(event: 'close' | 'held' | 'speaks' | 'pull ended'): void {
    append(path.join(this.#folder, 'events.jsonl'), { event, pid: process.pid, at: Date.now() });
  }
}

const model = (name: string) => ({ name, bytes: 1, capabilities: [], loaded: false });
const report = (name: string) => ({
  state: 'ready',
  word: `${name} is ready`,
  address: 'http://127.0.0.1:11434',
  suggestions: [],
});

/** Functions that need no file. */
const ANSWERS: Record<string, (call: FakeCall, rooms: object[]) => unknown> = {
  'rooms.list': (_, rooms) => ({ items: rooms }),
  'models.list': () => ({ items: [model('fake:1b'), model('other:1b')] }),
  'models.status': () => report('fake:1b'),
  'models.select': ({ input }) => report(z.object({ name: z.string() }).parse(input).name),
};

function crash(): never {
  throw new Error('The fake crashed.');
}

/** Notes whether the one who opened it last could still be at work. */
function noteOpening(file: string): void {
  const last = readEvents(file)
    .filter(({ event }) => event === 'open' || event === 'close')
    .at(-1);
  const two = last?.event === 'open' && isAlive(last);
  append(file, { event: two ? 'two owners' : 'open', ...ownLife(), at: Date.now() });
}

const Event = z.object({
  event: z.enum(['open', 'close', 'two owners', 'held', 'speaks', 'pull ended']),
  pid: z.number(),
  startedAt: z.string().optional(),
  /** Milliseconds since 1970. */
  at: z.number(),
});

/** What happened to the fakes of a folder, in the order of its happening. */
export function readEvents(file: string): z.infer<typeof Event>[] {
  return linesOf(file).map((line) => Event.parse(JSON.parse(line)));
}

/** The lines of the fake's file, in the order of their writing. */
export function readLines(file: string): z.infer<typeof Line>[] {
  return linesOf(file).map((line) => Line.parse(JSON.parse(line)));
}

function linesOf(file: string): string[] {
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  return text.split('\n').filter((line) => line !== '');
}

function append(file: string, value: unknown): void {
  fs.appendFileSync(file, `${JSON.stringify(value)}\n`);
}
