import { ZoeyError } from '../../kernel/errors.ts';

/** Where a PostgreSQL database is, and how it is reached. */
export interface PostgresAddress {
  host: string;
  port: number;
  database: string;
  user?: string;
  password?: string;
  ssl: false | { rejectUnauthorized: boolean };
  /** Passed to the server as it is. */
  options?: string;
  /** The schema that holds our tables, so that they never meet those of another program. */
  schema: string;
  /** Host and database, for people and logs: no user, no password. */
  shown: string;
}

const DEFAULT_PORT = 5432;
const DEFAULT_SCHEMA = 'zoey';
const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads "postgresql://USER:PASSWORD@HOST:PORT/DATABASE". Of the parameters, `host` may name the folder of a
 * Unix socket, `sslmode` is libpq's and `schema` is ours. Other machines are reached over verified TLS unless
 * `sslmode` says otherwise.
 * @throws ZoeyError `storage_misconfigured`, which never quotes the address.
 */
export function parseAddress(text: string): PostgresAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw misconfigured('This is no address of a PostgreSQL database.');
  }
  const { searchParams } = url;
  const host = searchParams.get('host') ?? (url.hostname === '' ? 'localhost' : decode(url.hostname));
  const schema = searchParams.get('schema') ?? DEFAULT_SCHEMA;
  if (!SCHEMA.test(schema) || schema.startsWith('pg_')) {
    throw misconfigured('The schema in the address may hold small letters, digits and "_" alone.');
  }
  const database = decode(url.pathname.slice(1)) || decode(url.username) || 'postgres';
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  const options = searchParams.get('options');
  return {
    // The brackets of an IPv6 address belong to the URL alone.
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port,
    database,
    ...(url.username !== '' && { user: decode(url.username) }),
    ...(url.password !== '' && { password: decode(url.password) }),
    ssl: sslOf(searchParams.get('sslmode') ?? (isHere(host) ? 'disable' : 'verify-full')),
    ...(options !== null && { options }),
    schema,
    shown: `${host.startsWith('/') ? host : `${host}:${port}`}/${database}`,
  };
}

function isHere(host: string): boolean {
  return host.startsWith('/') || LOOPBACK.test(host);
}

function sslOf(mode: string): PostgresAddress['ssl'] {
  if (mode === 'disable') return false;
  if (mode === 'require') return { rejectUnauthorized: false };
  if (mode === 'verify-full') return { rejectUnauthorized: true };
  throw misconfigured('"sslmode" in the address may be "disable", "require" or "verify-full".');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw misconfigured('The address holds a "%" that stands for nothing. Write it as "%25".');
  }
}

function misconfigured(message: string): ZoeyError {
  return new ZoeyError('storage_misconfigured', message, {
    hint: 'Write it as "postgresql://USER:PASSWORD@HOST:5432/DATABASE".',
  });
}
