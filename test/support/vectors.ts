/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Vectors of length 1 around common middles, as texts about the same thing have them: k0, k1 and so on. The
 * middles are the same whatever the count; `noise` makes other vectors around them.
 */
export function* clusteredVectors(options: {
  count: number;
  clusters: number;
  dims: number;
  noise?: number;
}): Generator<[key: string, vector: Float32Array]> {
  const { count, clusters, dims, noise = 1 } = options;
  const spread = (random: () => number) =>
    Float32Array.from({ length: dims }, () => random() + random() + random() - 1.5);
  const middles = Array.from({ length: clusters }, (_, n) => spread(randomFrom(n)));
  const random = randomFrom(1_000_000 * noise);
  for (let n = 0; n < count; n++) {
    const around = spread(random);
    const middle = middles[n % clusters] ?? around;
    yield [`k${n}`, ofLengthOne(around.map((value, at) => value + (middle[at] ?? 0)))];
  }
}

function ofLengthOne(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}
