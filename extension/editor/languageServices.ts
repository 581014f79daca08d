import * as vscode from 'vscode';

/** What finding the symbol around a place may take, in milliseconds. */
const DEADLINE = 400;

/** What a language service answers within `deadline` ms; undefined where it is not there, fails, or is late. */
export async function askService<T>(
  command: `vscode.execute${string}Provider`,
  args: readonly unknown[],
  deadline: number,
): Promise<T | undefined> {
  const answer = vscode.commands.executeCommand<T | undefined>(command, ...args);
  return inTime(Promise.resolve(answer), deadline);
}

/** What comes of `work` within `deadline` ms; undefined where it fails, or is late. */
export async function inTime<T>(work: Promise<T>, deadline: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), deadline);
  });
  try {
    return await Promise.race([work.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The symbol whose definition encloses a position most closely, as the language services tell it. */
export async function enclosingSymbol(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.DocumentSymbol | undefined> {
  const found = await askService<vscode.DocumentSymbol[]>(
    'vscode.executeDocumentSymbolProvider',
    [document.uri],
    DEADLINE,
  );
  let level: readonly vscode.DocumentSymbol[] = found ?? [];
  let closest: vscode.DocumentSymbol | undefined;
  for (;;) {
    const inner = level.find(({ range }) => range?.contains(position));
    if (!inner) return closest;
    closest = inner;
    level = inner.children;
  }
}
