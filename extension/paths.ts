/**
 * Splits a path as an answer cites it into its parts: relative, forward slashes, nothing that leads out of the
 * folder. Undefined for every other path.
 */
export function innerParts(path: string): string[] | undefined {
  if (path === '' || path.includes('\0') || path.includes('\\')) return undefined;
  if (path.startsWith('/') || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path)) return undefined;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length > 0 && !parts.includes('..') ? parts : undefined;
}

/** Files that hold secrets by custom. They are never offered; the agent refuses them on its own as well. */
const SECRET_NAMES = [
  /^\.env(?!.*\.(example|sample|template|dist)$)(\..*)?$/,
  /\.(pem|key|p12|pfx|kdbx|keystore|jks|ppk|asc|gpg)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /^\.(npmrc|netrc|pgpass|git-credentials|htpasswd|dockercfg)$/,
  /^(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt))?$/,
  /^service-account.*\.json$/,
];
const SECRET_FOLDERS: ReadonlySet<string> = new Set(['.aws', '.ssh', '.gnupg', '.git', '.kube']);

/** Whether a path, by its names alone, looks like a file of secrets. */
export function looksSecret(path: string): boolean {
  const parts = path.toLowerCase().split(/[\\/]/);
  const name = parts.pop() ?? '';
  return parts.some((part) => SECRET_FOLDERS.has(part)) || SECRET_NAMES.some((pattern) => pattern.test(name));
}

/**
 * What a file outside of the workspace is called: its name, and before it the folder that makes it one of secrets,
 * so that whoever is given the name knows.
 */
export function outerName(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  const secret = parts.slice(0, -1).findLastIndex((part) => SECRET_FOLDERS.has(part.toLowerCase()));
  return (secret < 0 ? parts.slice(-1) : parts.slice(secret)).join('/') || path;
}

/** Whether an address leads to this machine and nowhere else. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
