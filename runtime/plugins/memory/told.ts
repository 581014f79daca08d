import type { MemoryKind } from '../../types/memory.ts';

/** What was told or learnt; conversations are forgotten by deleting them. */
export const TOLD: readonly MemoryKind[] = ['note', 'fact', 'document'];
