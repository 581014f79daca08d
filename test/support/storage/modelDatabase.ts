import type { FoundRoom, MemoryPatch, MemoryQuery, RoomQuery } from '../../../runtime/types/database.ts';
import type { Room } from '../../../runtime/types/environment.ts';
import type { Memory } from '../../../runtime/types/memory.ts';

type Stored = { createdAt: number; id: string };
const newestFirst = (a: Stored, b: Stored) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1);
const lower = (text: string) => text.toLowerCase();

/** What a database does, in the plainest way: arrays that are filtered and sorted at each call. */
export class ModelDatabase {
  readonly rooms = new Map<string, Room>();
  memories = new Map<string, Memory>();

  createRoom(room: Room): void {
    if (!this.rooms.has(room.id)) this.rooms.set(room.id, room);
  }

  getRoom(id: string): Room | undefined {
    const room = this.rooms.get(id);
    return room?.deletedAt === undefined ? room : undefined;
  }

  getRooms({ agentId, words = [] }: Omit<RoomQuery, 'limit' | 'cursor'>): FoundRoom[] {
    return [...this.rooms.values()]
      .filter((room) => room.deletedAt === undefined && room.agentId === agentId)
      .filter((room) => words.every((word) => this.#hits(room, word)))
      .sort(
        (a, b) => Number(b.pinned) - Number(a.pinned) || b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1),
      )
      .map((room) => {
        const hit = this.#messages(room).find(({ content }) =>
          words.some((word) => lower(content.text).includes(lower(word))),
        );
        return hit === undefined ? room : { ...room, snippet: hit.content.text };
      });
  }

  updateRoom(id: string, patch: Partial<Room>): boolean {
    const room = this.getRoom(id);
    if (room !== undefined) this.rooms.set(id, { ...room, ...patch });
    return room !== undefined;
  }

  deleteRoom(id: string, at: number): boolean {
    return this.updateRoom(id, { deletedAt: at });
  }

  restoreRoom(id: string): boolean {
    const room = this.rooms.get(id);
    if (room?.deletedAt === undefined) return false;
    const { deletedAt: _, ...live } = room;
    this.rooms.set(id, live);
    return true;
  }

  purgeRooms(before: number): number {
    const gone = [...this.rooms.values()].filter(
      ({ deletedAt }) => deletedAt !== undefined && deletedAt < before,
    );
    for (const { id } of gone) {
      this.rooms.delete(id);
      this.#remove((memory) => memory.roomId === id);
    }
    return gone.length;
  }

  /** Returns false, and stores none, where a room is missing. */
  createMemories(memories: readonly Memory[]): boolean {
    const after = new Map(this.memories);
    for (const memory of memories) {
      if (after.has(memory.id)) continue;
      if (memory.roomId !== undefined && !this.rooms.has(memory.roomId)) return false;
      after.set(memory.id, memory);
    }
    this.memories = after;
    return true;
  }

  getMemories({ agentId, kinds, roomId }: Omit<MemoryQuery, 'limit' | 'cursor'>): Memory[] {
    return [...this.memories.values()]
      .filter((memory) => memory.agentId === agentId)
      .filter((memory) => kinds === undefined || kinds.includes(memory.kind))
      .filter((memory) => roomId === undefined || memory.roomId === roomId)
      .filter((memory) => memory.roomId === undefined || this.getRoom(memory.roomId) !== undefined)
      .sort(newestFirst);
  }

  updateMemory(id: string, patch: MemoryPatch): boolean {
    const memory = this.memories.get(id);
    if (memory !== undefined) this.memories.set(id, { ...memory, ...patch });
    return memory !== undefined;
  }

  deleteMemories(ids: readonly string[]): number {
    return this.#remove((memory) => ids.includes(memory.id));
  }

  deleteMessagesFrom(roomId: string, id: string): number {
    const room = this.rooms.get(roomId);
    const messages = room === undefined ? [] : this.#messages(room);
    const later = messages.slice(0, messages.findIndex((memory) => memory.id === id) + 1);
    return this.#remove((memory) => later.includes(memory));
  }

  interruptStreaming(at: number): number {
    const streaming = [...this.memories.values()].filter(({ content }) => content.status === 'streaming');
    for (const { id, content } of streaming) {
      this.updateMemory(id, { updatedAt: at, content: { ...content, status: 'interrupted' } });
    }
    return streaming.length;
  }

  #messages(room: Room): Memory[] {
    return [...this.memories.values()]
      .filter(
        (memory) => memory.kind === 'message' && memory.roomId === room.id && memory.agentId === room.agentId,
      )
      .sort(newestFirst);
  }

  #hits(room: Room, word: string): boolean {
    const texts = [room.title, ...this.#messages(room).map(({ content }) => content.text)];
    return texts.some((text) => lower(text).includes(lower(word)));
  }

  #remove(matches: (memory: Memory) => boolean): number {
    const gone = [...this.memories.values()].filter(matches);
    for (const { id } of gone) this.memories.delete(id);
    return gone.length;
  }
}
