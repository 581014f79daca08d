/** A longer line is data, and no definition is looked for in it. */
const MAX_LINE = 300;

const MODIFIERS =
  '(?:(?:export|default|declare|public|private|protected|internal|static|abstract|final|async|pub(?:\\([^)]{0,20}\\))?|' +
  'override|open|sealed|data|unsafe|const|readonly|inline|virtual|partial|suspend)\\s+)*';
const NAME = '(?<name>[\\p{L}_$][\\p{L}\\p{N}_$]*)';

const PATTERNS: readonly RegExp[] = [
  // function, class, def, fn, func (with Go's receiver) ...
  new RegExp(
    `^\\s*${MODIFIERS}(?:function\\*?|class|interface|type|enum|struct|trait|impl|module|mod|namespace|def|fn|func|fun|` +
      `object|protocol|record|union)\\s+(?:\\([^)]{0,80}\\)\\s*)?${NAME}`,
    'u',
  ),
  // A constant or variable of the module.
  new RegExp(`^(?:export\\s+)?(?:const|let|var|val|static)\\s+${NAME}`, 'u'),
  // A method: a name, parameters, and the line ends with its body's brace. A call with a function has "=>".
  new RegExp(
    `^\\s{2,8}${MODIFIERS}(?:get\\s+|set\\s+|\\*)?[#]?(?!(?:if|for|while|switch|catch|return|function|with|do|else)\\b)` +
      `${NAME}\\s*(?:<[^>]{0,80}>)?\\((?!["'\`]|[^;]*=>)[^;]*\\{\\s*$`,
    'u',
  ),
];

/** The name that a line of code defines, in the common languages; undefined where it defines none. */
export function definedName(line: string): string | undefined {
  if (line.length > MAX_LINE) return undefined;
  for (const pattern of PATTERNS) {
    const name = pattern.exec(line)?.groups?.name;
    if (name !== undefined) return name;
  }
  return undefined;
}
