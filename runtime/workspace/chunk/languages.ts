import path from 'node:path';

/** How a file is cut, and by which grammar where it is code. */
export interface Language {
  /** As editors name it: "typescript", "python". */
  id: string;
  cut: 'syntax' | 'markdown' | 'json' | 'table' | 'pdf' | 'windows';
  /** Name of the grammar's file: tree-sitter-NAME.wasm. */
  grammar?: string;
}

/** Language, grammar where its name differs, endings. */
const SYNTAX: readonly (readonly [id: string, grammar: string, endings: string])[] = [
  ['c', 'c', 'c'],
  ['cpp', 'cpp', 'cc cpp cxx c++ h hh hpp hxx h++ ipp inl'],
  ['csharp', 'c_sharp', 'cs csx'],
  ['css', 'css', 'css'],
  ['dart', 'dart', 'dart'],
  ['go', 'go', 'go'],
  ['java', 'java', 'java'],
  ['javascript', 'javascript', 'js mjs cjs es6'],
  ['javascriptreact', 'javascript', 'jsx'],
  ['php', 'php', 'php phtml php5'],
  ['python', 'python', 'py pyi pyw'],
  ['ruby', 'ruby', 'rb rake gemspec'],
  ['rust', 'rust', 'rs'],
  ['solidity', 'solidity', 'sol'],
  ['swift', 'swift', 'swift'],
  ['typescript', 'typescript', 'ts mts cts'],
  ['typescriptreact', 'tsx', 'tsx'],
  ['vue', 'vue', 'vue'],
];

const DOCUMENTS: readonly (readonly [id: string, cut: Language['cut'], endings: string])[] = [
  ['markdown', 'markdown', 'md mdx markdown mdown'],
  ['json', 'json', 'json jsonc json5 geojson webmanifest'],
  ['csv', 'table', 'csv'],
  ['tsv', 'table', 'tsv tab'],
  ['pdf', 'pdf', 'pdf'],
];

const BY_ENDING = new Map<string, Language>();
for (const [id, grammar, endings] of SYNTAX) {
  for (const ending of endings.split(' ')) BY_ENDING.set(ending, { id, cut: 'syntax', grammar });
}
for (const [id, cut, endings] of DOCUMENTS) {
  for (const ending of endings.split(' ')) BY_ENDING.set(ending, { id, cut });
}

/** The language of a file by its name. What is not known is named by its ending, and cut by lines. */
export function languageOf(file: string): Language {
  const ending = path.extname(file).slice(1).toLowerCase();
  return BY_ENDING.get(ending) ?? { id: ending.slice(0, 20) || 'text', cut: 'windows' };
}

/** The grammar of a language by the name that editors give it; undefined where there is none. */
export function grammarOf(languageId: string): string | undefined {
  return SYNTAX.find(([id]) => id === languageId)?.[1];
}
