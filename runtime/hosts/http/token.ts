/** The shortest token that is accepted, in characters: it is all that stands before the memory. */
export const MIN_TOKEN = 16;

/** Characters that a bearer token may have (RFC 6750). */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Whether a text can be a token at all. */
export function isToken(text: string): boolean {
  return text.length >= MIN_TOKEN && TOKEN.test(text);
}

/**
 * A check of `Authorization` headers. Digests are compared, each to its end, so the time that it takes tells
 * nothing of the token.
 */
export function bearerCheck(token: string): (header: string | undefined) => Promise<boolean> {
  const expected = digest(token);
  return async (header) => {
    const offered = /^bearer +(\S+)$/i.exec(header ?? '')?.[1];
    if (offered === undefined) return false;
    const [a, b] = await Promise.all([digest(offered), expected]);
    return a.reduce((difference, byte, at) => difference | (byte ^ (b[at] ?? 0)), 0) === 0;
  };
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
