import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';

/** A file of generated code may keep the parser busy without end. Milliseconds. */
const PARSE_MS = 2_000;

let started: Promise<void> | undefined;
const parsers = new Map<string, Promise<Parser | undefined>>();

/**
 * Reads something off a text's tree, its grammar being loaded with the first text; undefined where it can't be
 * parsed. Lines must end with \n. Grammars stay until the process ends.
 */
export async function readTree<T>(
  text: string,
  grammar: string,
  read: (root: Node) => T,
): Promise<T | undefined> {
  started ??= start();
  await started;
  let loading = parsers.get(grammar);
  if (!loading) {
    loading = load(grammar);
    parsers.set(grammar, loading);
  }
  const parser = await loading;
  return parser && parse(parser, text, read);
}

function parse<T>(parser: Parser, text: string, read: (root: Node) => T): T | undefined {
  const deadline = performance.now() + PARSE_MS;
  const late = () => performance.now() > deadline;
  try {
    const tree = parser.parse(text, null, { progressCallback: late });
    if (!tree) {
      parser.reset();
      return undefined;
    }
    try {
      return read(tree.rootNode);
    } finally {
      tree.delete();
    }
  } catch {
    return undefined;
  }
}

async function start(): Promise<void> {
  const wasmBinary = readFileSync(fileOf('web-tree-sitter.wasm', 'web-tree-sitter/web-tree-sitter.wasm'));
  await Parser.init({ wasmBinary: new Uint8Array(wasmBinary).buffer });
}

async function load(grammar: string): Promise<Parser | undefined> {
  try {
    const name = `tree-sitter-${grammar}.wasm`;
    const language = await Language.load(
      readFileSync(fileOf(name, `@repomix/tree-sitter-wasms/out/${name}`)),
    );
    return new Parser().setLanguage(language);
  } catch {
    return undefined;
  }
}

/** Beside the bundle where it ships, else in the package that it comes from. */
function fileOf(shipped: string, module: string): string {
  const beside = path.join(__dirname, 'grammars', shipped);
  return existsSync(beside) ? beside : createRequire(__filename).resolve(module);
}
