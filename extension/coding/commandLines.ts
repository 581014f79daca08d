/** The commands of a block, without prompts and remarks, each as one line that can be put into a terminal. */
export function commandLines(code: string): string[] {
  return code
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*[$>] /, '').trimEnd())
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
    .map(printable);
}

/** Without control characters: some of them make a shell run what stands there. */
function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, ' ');
}
