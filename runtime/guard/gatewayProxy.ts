const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * From version 24 on, Node can be told to send every `fetch` through the proxy of the environment, this
 * machine's own addresses included. A prompt for this machine must not go there: they are taken out, and
 * `host` with them, which is one of the many that 127.0.0.0/8 has.
 */
export function keepLoopbackDirect(
  env: NodeJS.ProcessEnv,
  execArgv: readonly string[],
  host = 'localhost',
): void {
  const flags = [...execArgv, ...(env.NODE_OPTIONS ?? '').split(/\s+/)];
  if (env.NODE_USE_ENV_PROXY === undefined && !flags.includes('--use-env-proxy')) return;
  // The lower-case one wins, also where it is empty.
  const direct = (env.no_proxy ?? env.NO_PROXY ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  if (direct.includes('*')) return;
  env.no_proxy = [...new Set([...direct, ...LOOPBACK, host])].join(',');
}
