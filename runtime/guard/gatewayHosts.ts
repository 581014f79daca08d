/**
 * True where the host of a parsed URL is this machine. Only the parsed form is judged: the URL parser has
 * already turned `2130706433`, `0x7f.1` and the like into dotted numbers, and it is what will be contacted.
 */
export function isLoopback(url: URL): boolean {
  const host = url.hostname;
  if (host === 'localhost' || host === '[::1]') return true;
  if (/^127\.\d+\.\d+\.\d+$/.test(host)) return true;
  // An IPv4 address mapped into IPv6; the parser writes it as two groups of hex.
  return /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(host);
}

/** The port that will be contacted, also where the URL leaves it out. */
function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}

/** Splits "host" or "host:port" as the URL parser reads hosts; undefined where it is neither. */
function parseEntry(entry: string): { host: string; port?: string } | undefined {
  const bareIpv6 = !entry.startsWith('[') && entry.split(':').length > 2;
  const text = bareIpv6 ? `[${entry}]` : entry;
  const port = /:(\d{1,5})$/.exec(text)?.[1];
  const url = URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : undefined;
  if (url === undefined || url.hostname === '') return undefined;
  if (url.username || url.password || url.pathname !== '/' || url.search || url.hash) return undefined;
  return port === undefined ? { host: url.hostname } : { host: url.hostname, port: String(Number(port)) };
}

/** True where the person allowed the host. An entry without a port allows every port; wildcards there are none. */
export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  return allowedHosts.some((text) => {
    const entry = parseEntry(text.trim());
    if (entry === undefined || entry.host !== url.hostname) return false;
    return entry.port === undefined || entry.port === portOf(url);
  });
}
