/** How one kind of secret is recognised. */
export interface SecretRule {
  /** As it stands in the marker. */
  kind: string;
  /** One of these, in lower case, occurs in every text that has the secret: the quick way to skip the rule. */
  hints: readonly string[];
  /** Global. A group named `secret` is what goes; without one, the whole match. Never matches a line break. */
  pattern: RegExp;
  /** Refuses what only looks like the secret. */
  accept?: (secret: string) => boolean;
}

export const hasDigit = (text: string) => /\d/.test(text);

/** What stands for a secret in documents and templates, or for a value that is elsewhere. */
const PLACEHOLDER = [
  /^(?:\$(?:[A-Z_{(]|[a-z_]+$)|<|\{|%[\w.]*%?$|\[redacted:|\.\.\.|…)/,
  /your|example|placeholder|dummy|redacted/i,
  /^([x*.#0-])\1*$/i,
  /^(?:none|null|undefined|true|false)$/i,
  /^[.~]{0,2}(?:\/[a-z][\w.-]*)+\/?$/,
];

/** What forms and validators put where a password would stand. */
const FORM_WORDS =
  /^(?:(?:current-|new-)?password|passwort|required|optional|string|hidden|forgot|secret|token|bearer)$/i;
const WORDS = /^[A-Za-z_.:/ -]+$/;

export const notPlaceholder = (value: string) => !PLACEHOLDER.some((pattern) => pattern.test(value));

/** In code, `password: 'Password'` is a label and `token: 'user.token'` a name: a literal secret has more. */
export const literal = (value: string) => notPlaceholder(value) && !WORDS.test(value);

/** `password = "letmein"` is one, weak as it is. */
export const assigned = (value: string) => notPlaceholder(value) && !FORM_WORDS.test(value);

/** Without quotes, code stands there as often: only what no expression looks like counts. */
export function bare(value: string): boolean {
  const dense = value.length >= 20 && (value.match(/\d/g)?.length ?? 0) >= 3;
  return (
    literal(value) && /[A-Za-z]/.test(value) && hasDigit(value) && (dense || /[!@#%^&*+/=~]/.test(value))
  );
}
