import type { Node } from 'web-tree-sitter';
import type { ChunkKind } from '../../types/workspaceIndex.ts';
import { type Mark, MOST_CHARACTERS, MOST_LINES } from './cut.ts';

/** How deep is looked into what is too large. */
const MOST_DEPTH = 12;
const MOST_NAME = 100;

/** By what the type of a node says it defines. The order decides: an interface's method is a function. */
const KINDS: readonly (readonly [ChunkKind, RegExp])[] = [
  ['function', /function|method|constructor|init_declaration|^method$|macro|modifier_definition|event_def/],
  ['class', /class|struct|interface|trait|impl_item|enum|record|protocol|extension|mixin|contract|library/],
  ['class', /^module$|mod_item|internal_module|namespace_(?:def|decl)|object_declaration/],
  ['type', /type_(?:alias|declaration|definition|item|spec)|union/],
  [
    'value',
    /declarat|const_|static_item|var_|assignment|pair|field_definition|property|preproc_def|rule_set/,
  ],
];

/** Nodes around a definition: the definition is among their children. */
const WRAPPERS =
  /^(?:export_statement|decorated_definition|template_declaration|expression_statement|ambient_declaration|lexical_declaration|variable_declaration|type_declaration|const_declaration|var_declaration|declaration|method_signature|linkage_specification)$/;
const NO_DEFINITION =
  /import|preproc_include|^use_|using_directive|package_|php_tag|(?:_body|_block|_list|_clause|_heritage)$/;
const NAMES = ['name', 'declarator', 'declaration', 'definition', 'left', 'key', 'property', 'type'];

interface Owner {
  symbol?: string;
  kind: ChunkKind;
  head?: number;
}

/** Where definitions begin, with their doc comments; within those that are too large, their parts. */
export function markSyntax(root: Node): Mark[] {
  const marks: Mark[] = [];
  visit(root, { kind: 'block' }, { marks, depth: 0 });
  return marks;
}

function visit(node: Node, owner: Owner, { marks, depth }: { marks: Mark[]; depth: number }): void {
  const comments = new DocComments();
  for (const child of node.namedChildren) {
    if (!child || comments.take(child)) continue;
    // The line of its owner, or of what stands before it, says what it is already.
    const beside = (depth > 0 && child.startPosition.row === owner.head) || comments.beside(child);
    const line = comments.startWith(child);
    const large = isLarge(child);
    if (beside && !large) continue;
    const inner = ownerOf(child, owner, depth);
    if (!beside) marks.push({ line, ...inner });
    const within = inner.head === child.startPosition.row ? unwrap(child) : child;
    if (large && depth < MOST_DEPTH) visit(within, inner, { marks, depth: depth + 1 });
  }
}

function ownerOf(child: Node, owner: Owner, depth: number): Owner {
  const own = definition(child);
  // A variable within a function is a detail of it.
  const detail = own?.kind === 'value' && owner.kind === 'function';
  if (!own || detail) return { ...owner, kind: depth === 0 ? 'block' : owner.kind };
  return { kind: own.kind, symbol: qualify(owner.symbol, own.name), head: child.startPosition.row };
}

/** Comments and decorators right above a node belong to it. */
class DocComments {
  #start = -1;
  #end = -2;
  #before = -1;

  /** Returns whether the node is one. */
  take(node: Node): boolean {
    if (!isComment(node)) return false;
    const { row } = node.startPosition;
    // One beside code belongs to that code.
    if (row === this.#before) return true;
    if (this.#end !== row - 1) this.#start = row;
    this.#end = lastRow(node);
    return true;
  }

  /** Whether a node begins on the line on which the one before it ended. */
  beside(node: Node): boolean {
    return node.startPosition.row === this.#before;
  }

  /** The line at which a node begins, with what was taken above it. */
  startWith(node: Node): number {
    const { row } = node.startPosition;
    const line = this.#end >= row - 1 ? Math.min(this.#start, row) : row;
    this.#end = -2;
    this.#before = lastRow(node);
    return line;
  }
}

function isComment(node: Node): boolean {
  return node.type.includes('comment') || /^attribute_item$|^decorator$|^annotation$/.test(node.type);
}

/** A node that ends with its line break ends on the line before. */
function lastRow({ endPosition, startPosition }: Node): number {
  return endPosition.column === 0 && endPosition.row > startPosition.row
    ? endPosition.row - 1
    : endPosition.row;
}

function isLarge(node: Node): boolean {
  const lines = node.endPosition.row - node.startPosition.row + 1;
  return lines > MOST_LINES || node.endIndex - node.startIndex > MOST_CHARACTERS * 1.3;
}

function qualify(owner: string | undefined, name: string): string {
  return owner === undefined ? name : `${owner}.${name}`.slice(-2 * MOST_NAME);
}

/** The name and kind of what a node defines; undefined where it defines nothing. */
function definition(node: Node): { name: string; kind: ChunkKind } | undefined {
  if (NO_DEFINITION.test(node.type)) return undefined;
  const inner = unwrap(node);
  const kind = KINDS.find(([, pattern]) => pattern.test(inner.type))?.[0];
  if (kind === undefined) return undefined;
  const name = nameOf(inner, 0);
  return name === undefined ? undefined : { name, kind: kind === 'value' ? kindOfValue(inner) : kind };
}

function unwrap(node: Node): Node {
  let inner = node;
  for (let depth = 0; depth < 4 && WRAPPERS.test(inner.type); depth++) {
    const next = inner.namedChildren.find(
      (child) => child && !isComment(child) && KINDS.some(([, pattern]) => pattern.test(child.type)),
    );
    if (!next) break;
    inner = next;
  }
  return inner;
}

/** A constant that holds a function is one. */
function kindOfValue(node: Node): ChunkKind {
  const value = node.childForFieldName('value') ?? node.childForFieldName('right');
  return value && /function|lambda|class/.test(value.type) ? 'function' : 'value';
}

function nameOf(node: Node, depth: number): string | undefined {
  if (depth > 5) return undefined;
  if (node.type === 'rule_set') return clean(node.namedChildren[0]?.text);
  for (const field of NAMES) {
    if (field === 'type' && node.type !== 'impl_item') continue;
    const child = node.childForFieldName(field);
    if (!child) continue;
    return isName(child) ? clean(child.text) : nameOf(child, depth + 1);
  }
  return clean(node.namedChildren.find((child) => child && /identifier$|^constant$/.test(child.type))?.text);
}

function isName(node: Node): boolean {
  return (
    node.namedChildCount === 0 || /identifier|member_expression|generic_type|scoped|selector/.test(node.type)
  );
}

function clean(name: string | undefined): string | undefined {
  const short = name?.replace(/\s+/g, ' ').slice(0, MOST_NAME).trim();
  return short === '' ? undefined : short;
}
