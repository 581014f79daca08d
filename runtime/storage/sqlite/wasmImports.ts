import { ZoeyError } from '../../kernel/errors.ts';

/**
 * What the wasm file of sql.js 1.16.0 imports, with the number of arguments. Its JavaScript lists them in
 * the alphabetical order of their original names and then minifies the keys, so the rank tells the name.
 */
const IMPORTS = [
  ['assert_fail', 4],
  ['chmod', 2],
  ['faccessat', 3],
  ['fchmod', 2],
  ['fchown32', 1],
  ['fcntl64', 3],
  ['fstat64', 2],
  ['ftruncate64', 2],
  ['getcwd', 2],
  ['geteuid32', 0],
  ['lstat64', 2],
  ['mkdirat', 3],
  ['newfstatat', 4],
  ['openat', 4],
  ['readlinkat', 4],
  ['rmdir', 1],
  ['stat64', 2],
  ['unlinkat', 3],
  ['utimensat', 4],
  ['abort', 0],
  ['keepalive_clear', 0],
  ['localtime', 2],
  ['mmap', 7],
  ['munmap', 6],
  ['setitimer', 2],
  ['tzset', 4],
  ['date_now', 0],
  ['heap_max', 0],
  ['get_now', 0],
  ['resize_heap', 1],
  ['environ_get', 2],
  ['environ_sizes_get', 2],
  ['fd_close', 1],
  ['fd_fdstat_get', 2],
  ['fd_read', 4],
  ['fd_seek', 4],
  ['fd_sync', 1],
  ['fd_write', 4],
  ['proc_exit', 1],
  ['legacy_function', 1],
] as const;

type ImportName = (typeof IMPORTS)[number][0];
/** A function as WebAssembly calls it: i32 comes as a number, i64 as a bigint; the result is an errno. */
export type WasmFunction = (...args: (number | bigint)[]) => number;
export type ImportTable = Record<string, WasmFunction>;
export type Overrides = Partial<Record<ImportName, WasmFunction>>;
export type Originals = Readonly<Record<ImportName, WasmFunction>>;

/**
 * Puts our functions into the import table of sql.js and returns those that stood there before.
 * @throws ZoeyError `storage_failed` where the table is not the one that we know.
 */
export function overrideImports(table: ImportTable, make: (originals: Originals) => Overrides): void {
  const keys = Object.keys(table);
  if (keys.length !== IMPORTS.length) throw unknownEngine(`${keys.length} imports`);
  const keyOf = new Map<ImportName, string>();
  const originals: Partial<Record<ImportName, WasmFunction>> = {};
  for (const [rank, [name, arity]] of IMPORTS.entries()) {
    const key = keys[rank] ?? '';
    const original = table[key];
    if (original?.length !== arity) throw unknownEngine(`import ${name} takes ${original?.length}`);
    keyOf.set(name, key);
    originals[name] = original;
  }
  for (const [name, override] of Object.entries(make(originals as Originals))) {
    const key = keyOf.get(name as ImportName);
    if (key !== undefined) table[key] = override;
  }
}

/** The error for a database engine that is not the very one that Zoey was tested with. */
export function unknownEngine(detail: string): ZoeyError {
  return new ZoeyError('storage_failed', `The database engine is not the one Zoey ships with (${detail}).`, {
    hint: 'Install Zoey again.',
  });
}
