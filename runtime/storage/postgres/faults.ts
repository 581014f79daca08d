import { ZoeyError } from '../../kernel/errors.ts';
import type { ErrorCode } from '../../types/errors.ts';

/**
 * Why the same may succeed the next time: `contended` where another transaction came first, `lost` where the
 * server went away.
 */
type Again = 'contended' | 'lost';

/** A failure of the database, in our words. */
export class Fault extends ZoeyError {
  readonly again: Again | undefined;

  constructor(meaning: { code: ErrorCode; hint?: string; again?: Again }, message: string, cause: unknown) {
    super(meaning.code, message, { cause, ...(meaning.hint !== undefined && { hint: meaning.hint }) });
    this.again = meaning.again;
  }
}

interface Meaning {
  code: ErrorCode;
  message: (shown: string) => string;
  hint?: string;
  again?: Again;
}

const UNREACHABLE: Meaning = {
  code: 'storage_unreachable',
  message: (shown) => `The database at ${shown} does not answer.`,
  again: 'lost',
};
const WRONG_USER: Meaning = {
  code: 'storage_unauthorized',
  message: (shown) => `The database at ${shown} does not accept this user or password.`,
};
const CONTENDED: Meaning = {
  code: 'storage_busy',
  message: () => 'Others change the same things in the database at this moment.',
  again: 'contended',
};
const FULL: Meaning = {
  code: 'storage_full',
  message: (shown) => `The disk of the database at ${shown} is full: this was not saved.`,
};
const READ_ONLY: Meaning = {
  code: 'storage_read_only',
  message: (shown) => `The database at ${shown} cannot be written.`,
  hint: 'Use the address of a server that takes writes.',
};
const BUSY: Meaning = {
  code: 'storage_busy',
  message: (shown) => `The database at ${shown} is busy.`,
};
const DAMAGED: Meaning = {
  code: 'storage_failed',
  message: (shown) => `The database at ${shown} is damaged.`,
  hint: 'Ask whoever keeps the server to look at its log and to restore a backup.',
};
const NO_TLS: Meaning = {
  code: 'storage_misconfigured',
  message: (shown) => `The database at ${shown} takes no encrypted connection.`,
  hint: 'Turn TLS on at the server, or add "sslmode=disable" to the address where the network is yours.',
};
const NEEDS_TLS: Meaning = {
  code: 'storage_misconfigured',
  message: (shown) => `The database at ${shown} takes encrypted connections alone.`,
  hint: 'Add "sslmode=verify-full" to the address, or "sslmode=require" where its certificate is its own.',
};
const BAD_CERTIFICATE: Meaning = {
  code: 'storage_misconfigured',
  message: (shown) => `The certificate of the database at ${shown} is not one that this machine trusts.`,
  hint: 'Name its authority in NODE_EXTRA_CA_CERTS, or add "sslmode=require" to encrypt without checking it.',
};
const NOT_POSTGRES: Meaning = {
  code: 'storage_misconfigured',
  message: (shown) => `What answers at ${shown} is no PostgreSQL server.`,
  hint: 'Correct host and port of the address.',
};

/** By PostgreSQL's five characters, https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const BY_STATE: Readonly<Record<string, Meaning>> = {
  '28P01': WRONG_USER,
  '28000': WRONG_USER,
  '3D000': {
    code: 'storage_misconfigured',
    message: (shown) => `The server has no database of the name in ${shown}.`,
    hint: 'Create the database, or correct its name in the address.',
  },
  '42501': {
    code: 'storage_unauthorized',
    message: (shown) => `This user may not do that in the database at ${shown}.`,
    hint: 'Let the user create a schema in it: GRANT CREATE ON DATABASE … TO …',
  },
  '25006': READ_ONLY,
  '40001': CONTENDED,
  '40P01': CONTENDED,
  '53100': FULL,
  '53300': BUSY,
  '53200': BUSY,
  '55P03': BUSY,
  '57014': {
    code: 'storage_busy',
    message: (shown) => `The database at ${shown} took too long.`,
  },
  '57P01': UNREACHABLE,
  '57P02': UNREACHABLE,
  '57P03': UNREACHABLE,
  '23503': { code: 'not_found', message: () => 'This conversation is gone.' },
  '54000': { code: 'invalid_input', message: () => 'This is too long to be found again by it.' },
  XX001: DAMAGED,
  XX002: DAMAGED,
};

const GONE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'ENOENT',
]);

const CERTIFICATE = /CERT|UNABLE_TO_VERIFY|SELF_SIGNED|ALTNAME/;

/** By the words of the client and the server, where there is no code that says as much. */
const BY_WORDS: readonly (readonly [RegExp, Meaning])[] = [
  [/server does not support SSL/i, NO_TLS],
  [/no encryption|SSL off/i, NEEDS_TLS],
  [/error establishing an SSL connection|unexpected.*message|invalid response/i, NOT_POSTGRES],
  [/^SASL|password must be a string/i, WRONG_USER],
  [/terminated|timeout|closed|not queryable/i, UNREACHABLE],
];

/** Makes sense of what the client threw. `shown` is where the database is, as `parseAddress` gives it. */
export function judge(thrown: unknown, shown: string): ZoeyError {
  if (ZoeyError.is(thrown)) return thrown;
  const { code = '', message } = thrown instanceof Error ? asCoded(thrown) : { message: String(thrown) };
  const meaning = meaningOf(code, message);
  if (meaning !== undefined) return new Fault(meaning, meaning.message(shown), thrown);
  const detail = code === '' ? message : `${code}, ${message}`;
  return new Fault({ code: 'storage_failed' }, `The database at ${shown} failed (${detail}).`, thrown);
}

function meaningOf(code: string, message: string): Meaning | undefined {
  const byWords = BY_WORDS.find(([words]) => words.test(message))?.[1];
  // A server that wants TLS says so under the same code as one that does not know the user.
  if (code === '28000' && byWords !== undefined) return byWords;
  if (Object.hasOwn(BY_STATE, code)) return BY_STATE[code];
  if (GONE.has(code) || code.startsWith('08')) return UNREACHABLE;
  if (CERTIFICATE.test(code)) return BAD_CERTIFICATE;
  return /^[0-9A-Z]{5}$/.test(code) ? undefined : byWords;
}

function asCoded(error: Error): { code?: string; message: string } {
  const { code } = error as NodeJS.ErrnoException;
  return { ...(typeof code === 'string' && { code }), message: error.message };
}
