/** How a repository writes the subjects of its commits. */
export interface CommitStyle {
  /** "feat: …", "fix(parser): …". */
  conventional: boolean;
  /** Begins with a capital letter, after the type where there is one. */
  capital: boolean;
  /** Ends with a full stop. */
  stop: boolean;
  /** The longest subject that is usual, in characters. */
  width: number;
}

const TYPE = /^[a-z]+(?:\([^)]+\))?!?:\s+/i;
/** What tools write. */
const NOT_OURS =
  /^(?:Merge|Revert|Bump|chore\(deps|build\(deps|v?\d+\.\d+|Initial commit|fixup!|squash!|WIP\b)/i;
const DEFAULT_WIDTH = 72;

/** What most subjects do; the usual rules where there are too few to tell. */
export function commitStyle(subjects: readonly string[]): CommitStyle {
  const own = ownSubjects(subjects);
  const most = (test: (subject: string) => boolean) => own.filter(test).length * 2 > own.length;
  const widths = own.map((subject) => subject.length).sort((a, b) => a - b);
  const usual = widths[Math.floor(widths.length * 0.9)] ?? DEFAULT_WIDTH;
  return {
    conventional: most((subject) => TYPE.test(subject)),
    capital: own.length === 0 || most((subject) => /^\p{Lu}/u.test(subject.replace(TYPE, ''))),
    stop: most((subject) => subject.endsWith('.')),
    width: Math.max(50, Math.min(100, Math.max(usual, own.length < 3 ? DEFAULT_WIDTH : 0))),
  };
}

/** Subjects that people wrote, newest first. */
export function ownSubjects(subjects: readonly string[]): string[] {
  return subjects
    .map((subject) => subject.trim())
    .filter((subject) => subject !== '' && !NOT_OURS.test(subject));
}

/** A message as a model gave it, without fences, quotes and titles, its subject written as the others are. */
export function tidyMessage(answer: string, style: CommitStyle): string {
  const bare = answer
    .replace(/^\s*```[^\n]*\n([\s\S]*?)\n?```[\s\S]*$/, '$1')
    .replace(/^[\s\S]*?\n```[^\n]*\n([\s\S]*?)\n?```[\s\S]*$/, '$1')
    .replace(/^\s*(?:here(?:'s| is)[^\n]*:|(?:suggested )?commit message:?|subject:)\s*/i, '')
    .trim()
    .replace(/^(["'`])([\s\S]*)\1$/, '$2')
    .trim();
  const [first = '', ...rest] = bare.split('\n');
  const body = rest
    .join('\n')
    .replace(/^\s*(?:body|description):\s*/i, '')
    .trim();
  const subject = tidySubject(first, style);
  return body === '' ? subject : `${subject}\n\n${body}`;
}

function tidySubject(line: string, { conventional, capital, stop }: CommitStyle): string {
  const text = line
    .replace(/^(?:subject|title|#+)[:\s]\s*/i, '')
    .replace(/^\*\*(.*)\*\*$/, '$1')
    .trim();
  const type = TYPE.exec(text)?.[0] ?? '';
  const named = type.charAt(0).toLowerCase() + type.slice(1);
  const rest = text.slice(type.length);
  const cased = capital ? rest.charAt(0).toUpperCase() + rest.slice(1) : lowered(rest);
  const ended = stop ? cased.replace(/\.?$/, '.') : cased.replace(/\.$/, '');
  return (conventional ? named : '') + ended;
}

/** A name or an abbreviation at the beginning keeps its capitals. */
function lowered(text: string): string {
  return /^\p{Lu}\p{Ll}*\b/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
