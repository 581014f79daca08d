import { Best } from '../best.ts';
import { BLOCK_ROWS, NO_ROW, type VectorBlock, type VectorQuery } from './block.ts';

export interface VectorHit {
  key: string;
  /** The cosine of the angle between the two: 1 for the same direction, 0 for nothing in common. */
  similarity: number;
}

export interface VectorSearchOptions {
  /** How many are wanted at most. */
  limit: number;
  /** Asked before a vector takes a place. */
  accept?: (key: string) => boolean;
}

/** Up to so many rows all are compared. */
const EXACT_ROWS = 5000;
/** Of more, at least so many that agree in the most signs. */
const CANDIDATES = 2000;
/** And so many for each that is wanted. */
const CANDIDATES_A_HIT = 20;

/** The nearest first, equals by key. */
export function searchVectors(
  blocks: readonly VectorBlock[],
  query: VectorQuery,
  options: VectorSearchOptions,
): VectorHit[] {
  const { limit, accept } = options;
  const best = new Best(limit);
  const rows = blocks.reduce((sum, block) => sum + block.size, 0);
  if (rows <= EXACT_ROWS) {
    for (const block of blocks) {
      for (let row = 0; row < block.rows; row++) consider(block, row, { query, best, accept });
    }
  } else considerLikely(blocks, query, { best, ...options });
  return best.list().map(({ key, score }) => ({ key, similarity: score }));
}

/** Compares a row, and tells whether it was accepted; one that can't get in is not asked about. */
function consider(
  block: VectorBlock,
  row: number,
  { query, best, accept }: { query: VectorQuery; best: Best; accept: VectorSearchOptions['accept'] },
): void {
  const similarity = block.similarity(row, query);
  if (similarity === undefined || !best.admits(similarity)) return;
  const key = block.labelOf(row)?.key;
  if (key !== undefined && (!accept || accept(key))) best.offer(key, similarity);
}

/**
 * Goes through the rows from the fewest differing signs on, until enough were accepted. Rows that differ in
 * as many are taken or left together, so that what is found does not hang on the order of rows.
 */
function considerLikely(
  blocks: readonly VectorBlock[],
  query: VectorQuery,
  { best, limit, accept }: { best: Best } & VectorSearchOptions,
): void {
  const distances = new Uint16Array(blocks.length * BLOCK_ROWS).fill(NO_ROW);
  blocks.forEach((block, number) => {
    block.distances(query, distances.subarray(number * BLOCK_ROWS));
  });
  const wanted = Math.max(CANDIDATES, limit * CANDIDATES_A_HIT);
  let taken = 0;
  let last = 0;
  for (const place of byDistance(distances, query.values.length)) {
    const distance = distances[place] ?? NO_ROW;
    if (distance > last && taken >= wanted) return;
    last = distance;
    const block = blocks[Math.floor(place / BLOCK_ROWS)];
    const row = place % BLOCK_ROWS;
    if (!block || (accept && !accept(block.labelOf(row)?.key ?? ''))) continue;
    taken += 1;
    consider(block, row, { query, best, accept: undefined });
  }
}

/** The places of all rows, least distance first, by counting. */
function byDistance(distances: Uint16Array, dims: number): Uint32Array {
  const starts = new Uint32Array(dims + 2);
  let rows = 0;
  for (const distance of distances) {
    if (distance === NO_ROW) continue;
    starts[distance + 1] = (starts[distance + 1] ?? 0) + 1;
    rows += 1;
  }
  for (let distance = 1; distance < starts.length; distance++) {
    starts[distance] = (starts[distance] ?? 0) + (starts[distance - 1] ?? 0);
  }
  const places = new Uint32Array(rows);
  for (let place = 0; place < distances.length; place++) {
    const distance = distances[place] ?? NO_ROW;
    if (distance === NO_ROW) continue;
    const at = starts[distance] ?? 0;
    places[at] = place;
    starts[distance] = at + 1;
  }
  return places;
}
