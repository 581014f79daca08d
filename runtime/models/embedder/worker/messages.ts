/** Given to the worker at its start, as JSON behind its name. */
export interface WorkerInput {
  /** Holds `<org>/<name>/…`. */
  root: string;
  /** "org/name". */
  model: string;
  /** Which file of weights, by the library's name. */
  dtype: 'q8' | 'fp32';
  pooling: 'mean' | 'cls';
}

/** Asks for the vector of one text: a question waits for one of them at most. */
export interface WorkerRequest {
  id: number;
  text: string;
}

/** `ready` or `unusable` comes once, then one answer a request. */
export type WorkerReply =
  | { type: 'ready'; backend: 'wasm' | 'native' }
  | { type: 'unusable'; error: string }
  | { type: 'vector'; id: number; vector: Float32Array }
  | { type: 'failed'; id: number; error: string };
