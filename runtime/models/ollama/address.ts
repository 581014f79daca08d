/** Where a server is, in the form that requests are made of. */
export interface Endpoint {
  /** Scheme, host, port and path prefix, without a trailing slash, name or password. */
  base: string;
  /** Authorization, where the address held a name and a password. */
  headers: Record<string, string>;
}

const DEFAULT_PORT = '11434';

/**
 * Reads an address as people write it. As with Ollama's own OLLAMA_HOST, the port is 11434 where no scheme
 * is given, and the scheme's own otherwise. 0.0.0.0 and [::] are what a server listens on, not an address:
 * this machine is meant. A pasted `/api`, `/api/chat` or `/v1` at the end is left out.
 * @returns undefined where it is no http address.
 */
export function parseEndpoint(text: string): Endpoint | undefined {
  const typed = text.trim().replace(/^:(?=\d)/, '127.0.0.1:') || '127.0.0.1';
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed);
  const full = hasScheme ? typed : `http://${typed}`;
  if (!URL.canParse(full)) return undefined;
  const url = new URL(full);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (!hasScheme && !/^(?:[^/]*@)?(?:\[[^\]]*\]|[^/:]*):\d/.test(typed)) url.port = DEFAULT_PORT;
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  const prefix = url.pathname
    .replace(/\/+$/, '')
    .replace(/\/(?:api(?:\/(?:chat|generate|tags|version))?|v1)$/, '')
    .replace(/\/+$/, '');
  return { base: `${url.protocol}//${url.host}${prefix}`, headers: authorization(url) };
}

/** What was typed, without a name and a password, for an address that cannot be read. */
export function withoutCredentials(text: string): string {
  const scheme = /^\s*[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0] ?? '';
  // A password may have any character, a slash and an @ among them.
  return `${scheme}${text.slice(Math.max(scheme.length, text.lastIndexOf('@') + 1))}`.slice(0, 200);
}

/** `fetch` refuses a name and password in the address; a reverse proxy in front of Ollama may want them. */
function authorization(url: URL): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const pair = `${decoded(url.username)}:${decoded(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
