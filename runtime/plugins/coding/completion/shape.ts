/** Where something is filled in. */
interface Gap {
  before: string;
  after: string;
}

const MAX_LINES = 12;
/** What models write where the text should end. */
const MARKERS = /<\|[\w▁ ]+\|>|<(?:EOT|PRE|SUF|MID|END)>|<\/?s>|<fim_\w+>|```/;
/** An overlap that is shorter may be chance, unless it is only closing marks. */
const LEAST_OVERLAP = 3;

/** Whether what came so far is enough: a statement is done, or the text after the cursor begins again. */
export function endsSensibly(text: string, { before, after }: Gap): boolean {
  if (MARKERS.test(text)) return true;
  const lines = text.split('\n');
  if (lines.length > MAX_LINES) return true;
  // In the middle of a line, the rest of the line is all that is wanted.
  const restOfLine = after.split('\n', 1)[0]?.trim() ?? '';
  if (restOfLine !== '' && lines.length > 1) return true;
  if (lines.length < 3) return false;
  const depth = indentAt(before);
  const last = lines.at(-2) ?? '';
  // An empty line, or one further out than the cursor's, ends what was begun.
  if (last.trim() === '' && (lines.at(-3) ?? '').trim() === '') return true;
  return last.trim() !== '' && widthOf(last) < depth;
}

/** A completion as it is offered: without markers, without what stands after the cursor already. */
export function ending(text: string, { before, after }: Gap): string {
  const marker = MARKERS.exec(text);
  let kept = (marker ? text.slice(0, marker.index) : text).replace(/\r\n?/g, '\n');
  const restOfLine = after.split('\n', 1)[0] ?? '';
  if (restOfLine.trim() !== '') kept = kept.split('\n', 1)[0] ?? '';
  else kept = withinDepth(kept.split('\n').slice(0, MAX_LINES), indentAt(before)).join('\n');
  kept = withoutOverlap(kept, after).trimEnd();
  return repeatsBefore(kept, before) ? '' : kept;
}

/** Up to the first line that is further out than the cursor's; a closing bracket there still belongs. */
function withinDepth(lines: readonly string[], depth: number): string[] {
  const at = lines.findIndex((line, i) => i > 0 && line.trim() !== '' && widthOf(line) < depth);
  return at === -1 ? [...lines] : lines.slice(0, at);
}

/** The end of the text that the text after the cursor begins with is taken off. */
function withoutOverlap(text: string, after: string): string {
  const next = after.replace(/^\s+/, '');
  if (next === '') return text;
  const own = text.trimEnd();
  for (let size = Math.min(own.length, next.length, 400); size > 0; size--) {
    const part = own.slice(-size);
    if (!next.startsWith(part)) continue;
    const closing = /^[\s)\]};,'"`>]+$/.test(part);
    if (size >= LEAST_OVERLAP || (closing && !opens(own, part))) return own.slice(0, -size);
  }
  // The next line of the file again, somewhere in the middle: what follows it repeats the file.
  const line = next.split('\n', 1)[0]?.trim() ?? '';
  if (line.length < 8) return text;
  const lines = text.split('\n');
  const at = lines.findIndex((one, i) => i > 0 && one.trim() === line);
  return at === -1 ? text : lines.slice(0, at).join('\n');
}

/** A closing mark that belongs to an opening one of the completion itself. */
function opens(text: string, closing: string): boolean {
  const pairs: Record<string, string> = { ')': '(', ']': '[', '}': '{', '>': '<' };
  return [...closing].some((mark) => {
    const opener = pairs[mark];
    if (opener === undefined) return false;
    return text.split(opener).length - 1 >= text.split(mark).length - 1;
  });
}

/** The completion is what stands right before the cursor, once more. */
function repeatsBefore(text: string, before: string): boolean {
  const own = text.trim();
  if (own.length < 8) return own === '';
  const last = before.trimEnd().split('\n').slice(-text.split('\n').length).join('\n').trim();
  return last === own;
}

function indentAt(before: string): number {
  return widthOf(before.slice(before.lastIndexOf('\n') + 1));
}

function widthOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].replaceAll('\t', '    ').length ?? 0;
}
