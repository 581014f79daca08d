import type { Target } from '../target.ts';

const BY_LANGUAGE: Record<string, string> = {
  typescript: 'TSDoc comments (/** … */, without types)',
  typescriptreact: 'TSDoc comments (/** … */, without types)',
  javascript: 'JSDoc comments (/** … */, with types)',
  javascriptreact: 'JSDoc comments (/** … */, with types)',
  python: 'Python docstrings',
  rust: 'Rust doc comments (///)',
  go: 'Go doc comments (// Name …)',
  java: 'Javadoc comments',
  kotlin: 'KDoc comments',
  scala: 'Scaladoc comments',
  csharp: 'XML doc comments (/// <summary>)',
  cpp: 'Doxygen comments (/** … */)',
  c: 'Doxygen comments (/** … */)',
  php: 'PHPDoc comments',
  ruby: 'YARD comments (#)',
  swift: 'Swift doc comments (///)',
  dart: 'Dart doc comments (///)',
  lua: 'LuaDoc comments (---)',
};

/** How the language documents code; for Python, as the file does already. */
export function docStyle({ languageId, text }: Pick<Target, 'languageId' | 'text'>): string {
  if (languageId !== 'python') return BY_LANGUAGE[languageId] ?? 'doc comments in the style of the language';
  if (/^\s*Parameters\n\s*-{3,}/m.test(text)) return 'Python docstrings in the NumPy style';
  if (/^\s*:(?:param|returns?|raises)\b/m.test(text)) return 'Python docstrings in the reST style';
  if (/^\s*(?:Args|Returns|Raises):\s*$/m.test(text)) return 'Python docstrings in the Google style';
  return 'Python docstrings';
}
