import type { Chunk } from '../../../runtime/protocol/contract.ts';
import type { Message, ModelStatusReport, RoomSummary } from '../../../runtime/protocol/schemas.ts';
import type { ModelInfo } from '../../../runtime/types/model.ts';
import { HostError, type Script } from './host.ts';

/** A fixed afternoon, so that pictures and groupings stay the same. */
export const NOW = Date.UTC(2026, 10, 22, 14, 30);

/** A UUID that tells its number. */
export const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const model: ModelInfo = {
  name: 'qwen3:4b',
  bytes: 2_400_000_000,
  parameters: '4.0B',
  contextTokens: 32_768,
  capabilities: ['completion', 'tools'],
  loaded: true,
};

export const suggestions = [
  { name: 'qwen3:4b', bytes: 2_400_000_000, note: 'Good for most machines' },
  { name: 'qwen3:1.7b', bytes: 1_400_000_000, note: 'Quick, for small machines' },
];

export const ready: ModelStatusReport = {
  state: 'ready',
  word: 'qwen3:4b',
  address: 'http://127.0.0.1:11434',
  version: '0.32.0',
  model,
  contextTokens: 8192,
  suggestions,
};

export function room(number: number, rest: Partial<RoomSummary> = {}): RoomSummary {
  const id = uuid(number);
  return { id, title: `Conversation ${number}`, pinned: false, createdAt: NOW, updatedAt: NOW, ...rest };
}

export function question(roomId: string, number: number, text: string, rest: Partial<Message> = {}): Message {
  return { id: uuid(number), roomId, createdAt: NOW, role: 'user', status: 'complete', text, ...rest };
}

export function answer(roomId: string, number: number, text: string, rest: Partial<Message> = {}): Message {
  return {
    ...question(roomId, number, text),
    role: 'assistant',
    model: 'qwen3:4b',
    usage: { promptTokens: 2100, outputTokens: 212, tokensPerSecond: 31.4, contextTokens: 8192 },
    ...rest,
  };
}

interface TurnCall {
  emit(chunk: Chunk<'chat.send'>): void;
  signal: AbortSignal;
}

type Reply = (turn: ScriptedTurn) => Message['status'] | Promise<Message['status']>;

/** A turn as a test tells it: what it emits is kept, so that a later watcher hears it from the present state on. */
export class ScriptedTurn {
  reply: Message;
  readonly room: RoomSummary;
  readonly signal: AbortSignal;
  private readonly listeners = new Set<(chunk: Chunk<'chat.send'>) => void>();
  private readonly asked: Message;

  constructor(room: RoomSummary, asked: Message, reply: Message, signal: AbortSignal) {
    this.room = room;
    this.asked = asked;
    this.reply = reply;
    this.signal = signal;
  }

  listen(emit: (chunk: Chunk<'chat.send'>) => void): void {
    emit({ type: 'start', room: this.room, message: this.asked, reply: this.reply });
    this.listeners.add(emit);
  }

  text(delta: string): void {
    this.reply = { ...this.reply, text: this.reply.text + delta };
    this.emit({ type: 'text', delta });
  }

  thinking(delta: string): void {
    this.reply = { ...this.reply, thinking: (this.reply.thinking ?? '') + delta };
    this.emit({ type: 'thinking', delta });
  }

  references(references: NonNullable<Message['references']>): void {
    this.reply = { ...this.reply, references };
    this.emit({ type: 'references', references });
  }

  emit(chunk: Chunk<'chat.send'>): void {
    for (const listener of this.listeners) listener(chunk);
  }
}

/** Rooms and messages in memory, behind the functions that the panel calls. */
export class Conversations {
  rooms: RoomSummary[] = [];
  readonly messages = new Map<string, Message[]>();
  report: ModelStatusReport = ready;
  models: ModelInfo[] = [model];
  /** The model that writes the next answers; undefined where none is connected. */
  answering: string | undefined = model.name;
  /** How the next answers are written; the turn ends with the status that it returns. */
  reply: Reply = (turn) => {
    turn.text('Certainly.');
    return 'complete';
  };
  turn: ScriptedTurn | undefined;
  private stopTurn: (() => void) | undefined;
  private ended: Promise<unknown> = Promise.resolve();
  private lastId = 900_000;
  private readonly deleted = new Map<string, RoomSummary>();

  add(entry: RoomSummary, messages: Message[] = []): RoomSummary {
    this.rooms.push(entry);
    this.messages.set(entry.id, messages);
    return entry;
  }

  /** The functions over this store; `overrides` win. */
  script(overrides: Script = {}): Script {
    return {
      'chat.send': (input, call) => {
        const entry = this.rooms.find(({ id }) => id === input.roomId) ?? this.newRoom(input.text);
        const list = this.list(entry.id);
        const cut = list.findIndex(({ id }) => id === (input.replaces ?? input.id));
        if (cut >= 0) list.splice(cut);
        const asked = question(entry.id, 0, input.text, {
          id: input.id ?? uuid(++this.lastId),
          attachments: input.attachments,
        });
        list.push(asked);
        return this.run(entry, asked, { ...answer(entry.id, ++this.lastId, ''), usage: undefined }, call);
      },
      'chat.continue': ({ roomId, messageId }, call) => {
        const list = this.list(roomId);
        const found = list.findIndex(({ id }) => id === messageId);
        const [before] = list.splice(found, 1);
        const asked = list.findLast(({ role }) => role === 'user');
        if (!before || !asked) throw new HostError('not_found', 'This answer is gone.');
        const { error: _, ...reply } = before;
        return this.run(this.find(roomId), asked, reply, call);
      },
      'chat.watch': async (_input, call) => {
        if (!this.turn) return { active: false };
        this.turn.listen(call.emit);
        await this.ended;
        return { active: true };
      },
      'chat.stop': () => {
        this.stopTurn?.();
        return { stopped: this.stopTurn !== undefined };
      },
      'rooms.list': ({ query = '', limit, cursor = '0' }) => {
        const words = query.toLowerCase().split(/\s+/).filter(Boolean);
        const found = this.rooms
          .filter((entry) => words.every((word) => this.words(entry).includes(word)))
          .sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.updatedAt - a.updatedAt);
        return paged(found, limit, Number(cursor));
      },
      'rooms.rename': ({ id, title, pinned }) => {
        const entry = this.find(id);
        if (title !== undefined) entry.title = title;
        if (pinned !== undefined) entry.pinned = pinned;
        return entry;
      },
      'rooms.delete': ({ id }) => {
        this.deleted.set(id, this.find(id));
        this.rooms = this.rooms.filter((entry) => entry.id !== id);
        return { done: true };
      },
      'rooms.restore': ({ id }) => {
        const entry = this.deleted.get(id);
        if (entry) this.rooms.push(entry);
        return { done: entry !== undefined };
      },
      'rooms.messages': ({ roomId, limit, cursor = '0' }) => {
        this.find(roomId);
        const writing = this.turn?.room.id === roomId ? [this.turn.reply] : [];
        return paged([...this.list(roomId), ...writing].reverse(), limit, Number(cursor));
      },
      'models.status': () => this.report,
      'models.list': () => ({ items: this.models }),
      'models.select': ({ name }) => {
        const chosen = this.models.find((known) => known.name === name);
        this.report = { ...this.report, word: name, ...(chosen && { model: chosen }) };
        return this.report;
      },
      'models.preload': () => ({ done: true }),
      'privacy.ledger': () => ({ items: [] }),
      ...overrides,
    };
  }

  private async run(entry: RoomSummary, asked: Message, reply: Message, call: TurnCall) {
    const stop = new AbortController();
    const stopped = new Promise<'stopped'>((resolve) => {
      this.stopTurn = () => {
        stop.abort();
        resolve('stopped');
      };
      call.signal.addEventListener('abort', () => this.stopTurn?.());
    });
    const { model: _, ...unsigned } = reply;
    const signed = this.answering === undefined ? unsigned : { ...reply, model: this.answering };
    const turn = new ScriptedTurn(entry, asked, { ...signed, status: 'streaming' }, stop.signal);
    this.turn = turn;
    turn.listen(call.emit);
    const running = Promise.race([Promise.resolve(turn).then(this.reply), stopped]);
    this.ended = running.catch(() => {});
    try {
      const status = await running;
      const usage = { promptTokens: 900, outputTokens: 40, tokensPerSecond: 31.4, contextTokens: 8192 };
      const message: Message = { ...turn.reply, status, usage };
      this.list(entry.id).push(message);
      this.turn = undefined;
      turn.emit({ type: 'end', message, room: entry });
      return { roomId: entry.id, message };
    } catch (error) {
      this.turn = undefined;
      throw error;
    }
  }

  private newRoom(text: string): RoomSummary {
    return this.add(room(++this.lastId, { title: text.slice(0, 40) }));
  }

  private find(id: string): RoomSummary {
    const entry = this.rooms.find((candidate) => candidate.id === id);
    if (!entry) throw new HostError('not_found', 'This conversation is gone.');
    return entry;
  }

  private list(roomId: string): Message[] {
    const list = this.messages.get(roomId) ?? [];
    this.messages.set(roomId, list);
    return list;
  }

  private words(entry: RoomSummary): string {
    return [entry.title, ...this.list(entry.id).map(({ text }) => text)].join('\n').toLowerCase();
  }
}

function paged<T>(items: T[], limit: number, from: number): { items: T[]; next?: string } {
  const end = from + limit;
  return { items: items.slice(from, end), ...(end < items.length && { next: String(end) }) };
}
