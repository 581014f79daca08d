import { SECRET_RULES } from './secretsRules.ts';
import type { SecretRule } from './secretsValues.ts';

export { isSecretPath } from './secretsPath.ts';

export interface Redacted {
  /** With as many lines as before, so that line numbers still hold. */
  text: string;
  /** The kind of each secret that was taken out. */
  found: string[];
}

/** Taking one secret out can lay another bare; each pass ends with fewer. */
const MAX_PASSES = 8;

/**
 * Puts `[redacted: kind]` in place of private keys, tokens, passwords in addresses and literal passwords
 * in assignments. Time is linear in the length of the text; doing it again changes nothing.
 */
export function redact(text: string): Redacted {
  const found: string[] = [];
  let current = text;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = found.length;
    current = redactOnce(current, found);
    if (found.length === before) break;
  }
  return { text: current, found };
}

function redactOnce(text: string, found: string[]): string {
  let current = redactPrivateKeys(text, found);
  const lower = current.toLowerCase();
  for (const rule of SECRET_RULES) {
    if (rule.hints.some((hint) => lower.includes(hint))) current = applyRule(current, rule, found);
  }
  return current;
}

function applyRule(text: string, rule: SecretRule, found: string[]): string {
  return text.replace(rule.pattern, (match: string, ...rest: unknown[]) => {
    const secret = secretOf(rest) ?? match;
    if (rule.accept && !rule.accept(secret)) return match;
    found.push(rule.kind);
    const at = match.lastIndexOf(secret);
    return `${match.slice(0, at)}${marker(rule.kind)}${match.slice(at + secret.length)}`;
  });
}

/** The named groups are the last argument where the pattern has any. */
function secretOf(rest: readonly unknown[]): string | undefined {
  const groups = rest.at(-1);
  if (typeof groups !== 'object' || groups === null || !('secret' in groups)) return undefined;
  return typeof groups.secret === 'string' ? groups.secret : undefined;
}

function marker(kind: string): string {
  return `[redacted: ${kind}]`;
}

const KEY_EDGE = /-----(BEGIN|END) (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g;
/**
 * A line of a key: encoded bytes, in quotes and joined by + where it stands in code, or a header. Lines
 * may be numbered, or of a comment or a diff.
 */
const KEY_LINE =
  /^[\s>*#]*(?:\d{1,6}[:|.\t ]|\/\/|[-+%;|]){0,2}\s{0,20}(?:[A-Za-z0-9+/=\\"',-]*|(?:Proc-Type|DEK-Info|Version|Comment): [^\n]*)[\s+,;]{0,10}$/;
/** Code that only names the markers has none of this between them. */
const KEY_BYTES = /[A-Za-z0-9+/=]{24}/;

/** From BEGIN to END; where a text was cut before END, as far as the lines look like a key. */
function redactPrivateKeys(text: string, found: string[]): string {
  if (!text.includes('PRIVATE KEY')) return text;
  const edges = [...text.matchAll(KEY_EDGE)];
  let out = '';
  let done = 0;
  for (const [i, edge] of edges.entries()) {
    if (edge[1] !== 'BEGIN') continue;
    const next = edges[i + 1];
    const bodyAt = edge.index + edge[0].length;
    const bodyEnd =
      next?.[1] === 'END' ? next.index : endOfKeyLines(text, bodyAt, next?.index ?? text.length);
    if (!KEY_BYTES.test(text.slice(bodyAt, bodyEnd))) continue;
    const end = next?.[1] === 'END' ? next.index + next[0].length : bodyEnd;
    out += text.slice(done, edge.index) + marker('private key') + lineBreaks(text.slice(edge.index, end));
    found.push('private key');
    done = end;
  }
  return out + text.slice(done);
}

function endOfKeyLines(text: string, from: number, limit: number): number {
  let end = from;
  while (end < limit) {
    const next = text.indexOf('\n', end + 1);
    const lineEnd = next === -1 || next > limit ? limit : next;
    if (!KEY_LINE.test(text.slice(end, lineEnd))) break;
    end = lineEnd;
  }
  return end;
}

function lineBreaks(text: string): string {
  return text.replace(/[^\r\n]+/g, '');
}
