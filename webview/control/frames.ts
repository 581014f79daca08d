/** A frame never comes to a hidden page: then this many milliseconds are a frame. */
const HIDDEN_FRAME_MS = 100;

export interface FrameBatch<T> {
  push(item: T): void;
  /** Hands over what waits, at once. */
  flush(): void;
}

/** Collects items and hands them over at most once a frame, in order. */
export function batchByFrame<T>(deliver: (items: T[]) => void): FrameBatch<T> {
  let waiting: T[] = [];
  let frame = 0;
  let timer = 0;
  const flush = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = 0;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    deliver(items);
  };
  return {
    push(item) {
      waiting.push(item);
      if (frame !== 0) return;
      frame = requestAnimationFrame(flush);
      timer = window.setTimeout(flush, HIDDEN_FRAME_MS);
    },
    flush,
  };
}
