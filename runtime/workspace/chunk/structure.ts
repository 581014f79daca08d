import type { Node } from 'web-tree-sitter';
import { readTree } from './grammars.ts';

/** Something that a file defines: its lines count from 1, and both ends belong to it. */
export interface Defined {
  name: string;
  startLine: number;
  endLine: number;
}

/** What a text is made of. */
export interface Structure {
  /** At every depth, in the order of their lines. */
  defined: Defined[];
  /** How much of it does not parse, and the first line of that; 0 where all of it does. */
  errors: { count: number; line: number };
}

const KIND =
  /^(?:\w*(?:function|method|class|interface|struct|enum|trait|impl|type|module|constructor|object|protocol|namespace|record)\w*_(?:declaration|definition|item|specifier|spec|statement)|generator_function_declaration|mod_item|type_alias_declaration|method|singleton_method|class|module|variable_declarator)$/;
const WRAPPER =
  /^(?:export_statement|decorated_definition|lexical_declaration|variable_declaration|template_declaration)$/;
const FUNCTION = /function|lambda|class/;
const MAX_DEFINED = 2_000;
const MAX_ERRORS = 200;

/** Undefined where the text can't be parsed here. */
export async function readStructure(
  text: string,
  grammar: string | undefined,
): Promise<Structure | undefined> {
  if (grammar === undefined) return undefined;
  const plain = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  return readTree(plain, grammar, (root) => ({ defined: definedIn(root), errors: errorsIn(root) }));
}

function definedIn(root: Node): Defined[] {
  const found: Defined[] = [];
  const open: Node[] = [root];
  while (open.length > 0 && found.length < MAX_DEFINED) {
    const node = open.pop();
    if (!node) break;
    const name = KIND.test(node.type) ? nameOf(node) : undefined;
    if (name !== undefined) {
      const whole = wrapped(node);
      found.push({ name, startLine: whole.startPosition.row + 1, endLine: lastLine(whole) });
    }
    for (const child of node.namedChildren.toReversed()) if (child) open.push(child);
  }
  return found;
}

/** C and its kin name a function within its declarator. */
function nameOf(node: Node): string | undefined {
  if (node.type === 'variable_declarator' && !FUNCTION.test(node.childForFieldName('value')?.type ?? '')) {
    return undefined;
  }
  let named = node.childForFieldName('name') ?? node.childForFieldName('type');
  let declarator = named ? null : node.childForFieldName('declarator');
  for (let depth = 0; declarator && depth < 6; depth++) {
    named = declarator;
    declarator = declarator.childForFieldName('declarator');
  }
  return named?.text.slice(0, 200);
}

/** With its decorators and `export`. */
function wrapped(node: Node): Node {
  let whole = node;
  while (whole.parent && WRAPPER.test(whole.parent.type)) whole = whole.parent;
  return whole;
}

function lastLine({ startPosition, endPosition }: Node): number {
  const ends = endPosition.column === 0 && endPosition.row > startPosition.row;
  return endPosition.row + (ends ? 0 : 1);
}

function errorsIn(root: Node): Structure['errors'] {
  const found: Structure['errors'] = { count: 0, line: 0 };
  const open: Node[] = [root];
  while (open.length > 0 && found.count < MAX_ERRORS) {
    const node = open.pop();
    if (!node?.hasError) continue;
    if (node.isError || node.isMissing) {
      found.count++;
      const line = node.startPosition.row + 1;
      found.line = found.line === 0 ? line : Math.min(found.line, line);
    }
    for (const child of node.children) if (child) open.push(child);
  }
  return found;
}
