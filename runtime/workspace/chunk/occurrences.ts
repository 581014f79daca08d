import type { Node } from 'web-tree-sitter';
import { readTree } from './grammars.ts';

/** Where a name stands in a text. Lines and characters (UTF-16 units) count from 0. */
export interface Occurrence {
  line: number;
  character: number;
  /**
   * `name`: of a variable, a function, a class or a type. `bound`: of what is told by its name elsewhere, such as an
   * import or a keyword argument. `text`: in a string or a remark.
   */
  role: 'name' | 'bound' | 'text';
  /** It is defined here. */
  declares: boolean;
  /** The functions around it by where they begin, the innermost first; 0, the whole text, comes last. */
  scopes: number[];
}

/** How a language's syntax tells names: types of nodes, by what they mean. */
interface Names {
  name: RegExp;
  /** These mean something else, even where they are written alike. */
  member: RegExp;
  scope: RegExp;
  /** Whose child of a field defines a name; where a field is left out, any child does. */
  declares: Readonly<Record<string, readonly string[]>>;
  /** What a definition may be wrapped in: `[a, b] = …`. */
  pattern: RegExp;
  bound: RegExp;
}

const ECMA: Names = {
  name: /^(?:identifier|type_identifier)$/,
  member: /^(?:property_identifier|private_property_identifier|statement_identifier)$/,
  scope: /^(?:(?:generator_)?function(?:_declaration|_expression)?|arrow_function|method_definition)$/,
  declares: {
    variable_declarator: ['name'],
    function_declaration: ['name'],
    function_expression: ['name'],
    generator_function_declaration: ['name'],
    class_declaration: ['name'],
    abstract_class_declaration: ['name'],
    interface_declaration: ['name'],
    type_alias_declaration: ['name'],
    enum_declaration: ['name'],
    required_parameter: ['pattern'],
    optional_parameter: ['pattern'],
    arrow_function: ['parameter'],
    catch_clause: ['parameter'],
    for_in_statement: ['left'],
    formal_parameters: [],
    type_parameter: ['name'],
  },
  pattern: /^(?:array_pattern|rest_pattern|assignment_pattern|pair_pattern|object_pattern)$/,
  bound: /^(?:import_specifier|import_clause|namespace_import|export_specifier|nested_type_identifier)$/,
};

const PYTHON: Names = {
  name: /^identifier$/,
  member: /^$/,
  scope: /^(?:function_definition|lambda)$/,
  declares: {
    assignment: ['left'],
    function_definition: ['name'],
    class_definition: ['name'],
    default_parameter: ['name'],
    typed_default_parameter: ['name'],
    named_expression: ['name'],
    for_statement: ['left'],
    for_in_clause: ['left'],
    parameters: [],
    lambda_parameters: [],
    typed_parameter: [],
    as_pattern_target: [],
  },
  pattern: /^(?:pattern_list|tuple_pattern|list_pattern|list_splat_pattern|dictionary_splat_pattern)$/,
  bound: /^(?:dotted_name|aliased_import)$/,
};

const NAMES: Readonly<Record<string, Names>> = {
  javascript: ECMA,
  typescript: ECMA,
  tsx: ECMA,
  python: PYTHON,
};

const MAX_FOUND = 2_000;

/** Undefined where the language's names are not known here, the text does not parse, or has too many of them. */
export async function readOccurrences(
  text: string,
  grammar: string | undefined,
  name: string,
): Promise<Occurrence[] | undefined> {
  const names = grammar === undefined ? undefined : NAMES[grammar];
  if (grammar === undefined || !names) return undefined;
  const plain = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  return readTree(plain, grammar, (root) => (root.hasError ? undefined : occurrencesIn(root, names, name)));
}

function occurrencesIn(root: Node, names: Names, name: string): Occurrence[] | undefined {
  const found: Occurrence[] = [];
  const open: Node[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.childCount > 0) {
      for (const child of node.children.toReversed()) if (child) open.push(child);
      continue;
    }
    const one = node.text.includes(name) ? occurrence(node, names, name) : undefined;
    if (one) found.push(one);
    if (found.length > MAX_FOUND) return undefined;
  }
  return found;
}

function occurrence(node: Node, names: Names, name: string): Occurrence | undefined {
  const { row: line, column: character } = node.startPosition;
  const at = { line, character, declares: false, scopes: [0] };
  if (node.text !== name || !/identifier/.test(node.type)) {
    const said = /string|comment|template/.test(`${node.type} ${node.parent?.type}`);
    return said && hasWord(node.text, name) ? { ...at, role: 'text' } : undefined;
  }
  if (names.member.test(node.type) || isAttribute(node)) return undefined;
  if (!names.name.test(node.type) || isBound(node, names)) return { ...at, role: 'bound' };
  const declaration = declarationOf(node, names);
  return {
    ...at,
    role: 'name',
    declares: declaration !== undefined,
    scopes: scopesAround(declaration ?? node, names),
  };
}

function hasWord(text: string, name: string): boolean {
  return text.split(/[^\p{L}\p{N}_$]+/u).includes(name);
}

/** `name` of `thing.name`. */
function isAttribute(node: Node): boolean {
  return node.parent?.type === 'attribute' && isField(node, 'attribute');
}

/** Told by its name elsewhere: imported, exported, an argument's keyword, an attribute of a class. */
function isBound(node: Node, names: Names): boolean {
  const { parent } = node;
  if (!parent) return false;
  if (names.bound.test(parent.type)) return true;
  if (parent.type === 'keyword_argument') return isField(node, 'name');
  // `constructor(private name: string)` makes a member of it as well.
  if (parent.children.some((child) => /^(?:accessibility_modifier|readonly)$/.test(child?.type ?? '')))
    return true;
  return declarationOf(node, names) !== undefined && isOfClass(node);
}

/** Python's classes hold what their bodies define; a method is one of these. */
function isOfClass(node: Node): boolean {
  let around = node.parent;
  if (around && /^(?:function|class)_definition$/.test(around.type) && isField(node, 'name'))
    around = around.parent;
  for (; around; around = around.parent) {
    if (around.type === 'function_definition') return false;
    if (around.type === 'class_definition') return true;
  }
  return false;
}

/** The node by which a name is defined, patterns aside; undefined where it is only used. */
function declarationOf(node: Node, names: Names): Node | undefined {
  let part = node;
  while (part.parent && names.pattern.test(part.parent.type)) {
    // What a pattern falls back to is no part of it.
    if (part.parent.type === 'assignment_pattern' && !isField(part, 'left')) return undefined;
    if (part.parent.type === 'pair_pattern' && !isField(part, 'value')) return undefined;
    part = part.parent;
  }
  const { parent } = part;
  const fields = parent ? names.declares[parent.type] : undefined;
  if (!parent || !fields) return undefined;
  if (parent.type === 'typed_parameter' && isField(part, 'type')) return undefined;
  return fields.length === 0 || fields.some((field) => isField(part, field)) ? part : undefined;
}

function isField(node: Node, field: string): boolean {
  return node.parent?.childForFieldName(field)?.id === node.id;
}

/** A function's own name belongs to what is around it. */
function scopesAround(node: Node, names: Names): number[] {
  const scopes: number[] = [];
  const own = node.parent && names.scope.test(node.parent.type) && isField(node, 'name');
  let around = own ? (node.parent?.parent ?? null) : node.parent;
  for (; around?.parent; around = around.parent) {
    // No function begins where the text does: 0 is the whole.
    if (names.scope.test(around.type)) scopes.push(around.startIndex + 1);
  }
  return [...scopes, 0];
}
