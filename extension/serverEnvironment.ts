/**
 * For the C library of Linux: V8's compilers ask for tens of megabytes for a moment, which it would keep, since
 * it raises these bounds by itself unless they are set. In bytes.
 */
export const SERVER_ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
};

/**
 * For V8: room for young objects is kept once it was taken. With the room that it takes by itself, the server had
 * 120 MB more after a large index, which was done no sooner.
 */
export const SERVER_FLAGS: readonly string[] = ['--max-semi-space-size=8'];
