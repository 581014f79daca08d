/**
 * For the C library of Linux: V8's compilers ask for tens of megabytes for a moment, which it would keep, since
 * it raises these bounds by itself unless they are set. In bytes.
 */
export const SERVER_ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
};
