import type { MemoryKind } from './memory.ts';
import type { Timestamp, Uuid } from './primitives.ts';

/** Which memories. All that is given must hold; what is absent may be anything. */
export interface MemoryFilter {
  agentId: Uuid;
  kinds?: readonly MemoryKind[];
  roomId?: Uuid;
  /** Who said it. */
  entityId?: Uuid;
  /** Those of the world's rooms. */
  worldId?: Uuid;
  /** The fragments of a document. */
  documentId?: Uuid;
  /** Made at that time or later. */
  start?: Timestamp;
  /** Made before that time. */
  before?: Timestamp;
  /** Leaves out those that only repeat another. */
  unique?: boolean;
  /** Leaves out those that another one superseded. */
  current?: boolean;
  /** Every one of these words is in the text, case aside. */
  words?: readonly string[];
}
