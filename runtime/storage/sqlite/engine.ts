import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compileFunction } from 'node:vm';
import type { SqlJsStatic } from 'sql.js';
import { HostFiles, type StorageFs } from './hostFiles.ts';
import { type OpenDatabase, Scratch, type SqliteCalls, type StatementHost } from './statement.ts';
import { systemCalls, WasmHeap } from './syscalls.ts';
import { type ImportTable, overrideImports, unknownEngine } from './wasmImports.ts';

/** SHA-256 of the two files of sql.js 1.16.0. The order of the imports is known for these bytes only. */
const SHIPPED = {
  'sql-wasm.js': '9b96118841c6edfdf53c6f388c1419d1f473cf469df6a6fc2864b386d60bdb5e',
  'sql-wasm.wasm': '43bbcdd44287e5a2db3b6b5af34b1a3485a7a441285d247976c1ebe3c61f8dbf',
} as const;

/** The little of WebAssembly's interface that is used: the compiler's library for Node does not name it. */
interface WasmApi {
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: WasmImports) => WasmInstance;
  Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer };
}
type WasmModule = object;
type WasmImports = Record<string, ImportTable>;
interface WasmInstance {
  readonly exports: Record<string, unknown>;
}
const wasm = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;

interface SqlJsConfig {
  instantiateWasm(imports: WasmImports, done: (instance: WasmInstance) => void): object;
  useOldExtensionFunctions: boolean;
}
type SqlJs = SqlJsStatic & SqliteCalls;
type InitSqlJs = (config: SqlJsConfig) => Promise<SqlJs>;

interface Loaded {
  /** Each call evaluates the script anew: sql.js itself allows one instance per evaluation. */
  evaluate(): InitSqlJs;
  module: WasmModule;
}

/** SQLite in an instance of its own. When it fails in the middle of something, it is thrown away whole. */
export interface Engine extends StatementHost {
  readonly files: HostFiles;
  /** Opens a database at an absolute path, or one in memory. */
  open(file: string | undefined): OpenDatabase;
}

const loads = new Map<string, Loaded>();

/**
 * Starts SQLite over `fs`.
 * @param folder Where sql-wasm.js and sql-wasm.wasm are; found by itself otherwise.
 * @throws ZoeyError `storage_failed` where one of them is not the very file of sql.js 1.16.0.
 */
export async function createEngine(fs: StorageFs, folder: string = shippedFolder()): Promise<Engine> {
  const loaded = loads.get(folder) ?? load(folder);
  loads.set(folder, loaded);
  const files = new HostFiles(fs);
  const heap = new WasmHeap();
  const sql = await instantiate(loaded, files, heap);
  return {
    files,
    heap,
    calls: sql,
    scratch: new Scratch(sql),
    open(file) {
      if (file !== undefined) files.mount(file);
      // An empty file of that name in memory keeps sql.js from failing when it removes it at close.
      return new sql.Database([]) as unknown as OpenDatabase;
    },
  };
}

function shippedFolder(): string {
  const beside = path.join(__dirname, 'sql.js');
  if (existsSync(beside)) return beside;
  return path.dirname(createRequire(__filename).resolve('sql.js/dist/sql-wasm.js'));
}

/**
 * At once, about 10 ms: V8 compiles each function when it is first called. Through other threads it takes as long,
 * and on a busy machine, as it is when an editor starts, ten times that.
 */
function load(folder: string): Loaded {
  const script = readChecked(folder, 'sql-wasm.js');
  const binary = readChecked(folder, 'sql-wasm.wasm');
  const filename = path.join(folder, 'sql-wasm.js');
  // Not `require`: what runs must be the very bytes whose hash was checked.
  const run = compileFunction(
    script.toString('utf8'),
    ['module', 'exports', 'require', '__filename', '__dirname'],
    { filename },
  );
  const evaluate = (): InitSqlJs => {
    const module = { exports: {} };
    run(module, module.exports, createRequire(filename), filename, folder);
    return module.exports as InitSqlJs;
  };
  return { evaluate, module: new wasm.Module(binary) };
}

function readChecked(folder: string, name: keyof typeof SHIPPED): Buffer {
  const bytes = read(folder, name);
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== SHIPPED[name]) throw unknownEngine(`${name} has another checksum`);
  return bytes;
}

function read(folder: string, name: string): Buffer {
  try {
    return readFileSync(path.join(folder, name));
  } catch (cause) {
    throw unknownEngine(`${name} is missing: ${String(cause)}`);
  }
}

function instantiate(loaded: Loaded, files: HostFiles, heap: WasmHeap): Promise<SqlJs> {
  return new Promise((resolve, reject) => {
    const config: SqlJsConfig = {
      useOldExtensionFunctions: false,
      instantiateWasm(imports, done) {
        // What is thrown here would be lost inside sql.js, and its promise would stay open for ever.
        try {
          const table = Object.values(imports)[0] ?? {};
          overrideImports(table, (originals) => systemCalls(files, heap, originals));
          const instance = new wasm.Instance(loaded.module, imports);
          const memory = Object.values(instance.exports).find((value) => value instanceof wasm.Memory);
          if (!(memory instanceof wasm.Memory)) throw unknownEngine('no memory');
          heap.attach(memory);
          done(instance);
        } catch (error) {
          reject(error);
        }
        return {};
      },
    };
    loaded.evaluate()(config).then(resolve, reject);
  });
}
