/** A line of a stack trace that names a place. */
export interface Frame {
  path: string;
  line: number;
}

/** Longer traces repeat themselves. */
const MAX_LINES = 400;
const MAX_FRAMES = 60;

/** The most telling first: each takes `path` and `line` from a line. */
const FORMS: readonly RegExp[] = [
  /File "(?<path>[^"]+)", line (?<line>\d+)/, // Python
  /\bat (?:async )?(?:[^\s(]+ )?(?:\[as [^\]]+\] )?\(?(?:file:\/\/)?(?<path>(?:[A-Za-z]:)?[^\s():]+):(?<line>\d+)(?::\d+)?\)?/, // JavaScript, Rust
  /\bat [\w.$<>/]+\((?<path>[\w$]+\.(?:java|kt|scala|groovy)):(?<line>\d+)\)/, // the JVM
  /\bin (?<path>(?:[A-Za-z]:)?[^\s:]+):line (?<line>\d+)/, // .NET
  /^#\d+\s+(?<path>\S+)\((?<line>\d+)\)/, // PHP
  /^\s*(?:from )?(?<path>(?:[A-Za-z]:)?[^\s:()]+\.\w{1,10}):(?<line>\d+)(?::\d+)?(?::in\b|\s+\+0x|\b)/, // Ruby, Go, compilers
  /(?:^|[\s(['"])(?<path>(?:[A-Za-z]:)?[\w./\\@-]*[\w-]\.[A-Za-z]\w{0,9}):(?<line>\d+)/,
];

/** The places that a trace names, in its order, each once. */
export function framesIn(trace: string): Frame[] {
  const frames = new Map<string, Frame>();
  for (const text of trace.split(/\r?\n/).slice(0, MAX_LINES)) {
    const frame = frameIn(text.slice(0, 1_000));
    if (frame) frames.set(`${frame.path}:${frame.line}`, frame);
    if (frames.size >= MAX_FRAMES) break;
  }
  return [...frames.values()];
}

function frameIn(text: string): Frame | undefined {
  for (const form of FORMS) {
    const { path, line } = form.exec(text)?.groups ?? {};
    if (path === undefined || line === undefined) continue;
    const number = Number(line);
    const file = /\.[A-Za-z]\w{0,9}$/.test(path) && !path.startsWith('node:');
    if (!Number.isSafeInteger(number) || number < 1 || !file) continue;
    return { path: path.replaceAll('\\', '/'), line: number };
  }
  return undefined;
}
