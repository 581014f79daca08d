/** Folders whose whole content is private. */
const FOLDERS = new Set(['.git', '.aws', '.ssh', '.gnupg', '.azure', '.kube', '.gcloud', '.password-store']);

/** Files that hold secrets whatever folder they are in. */
const NAMES = new Set([
  '.dev.vars',
  '.dockercfg',
  '.envrc',
  '.git-credentials',
  '.htpasswd',
  '.my.cnf',
  '.netrc',
  '_netrc',
  '.npmrc',
  '.pgpass',
  '.pypirc',
  '.s3cfg',
  '.terraformrc',
  '.vault-token',
  'application_default_credentials.json',
  'kubeconfig',
  'local.settings.json',
  'wallet.dat',
]);

const PATTERNS: readonly RegExp[] = [
  /\.(pem|key|p12|pfx|p8|jks|keystore|kdbx?|ppk|gpg|ovpn|mobileprovision|tfstate|tfvars)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/,
  /^\.(bash|zsh|sh|python|node_repl|psql|mysql|sqlite|rediscli)_history$/,
  /^\.?(vault_)?pass(word|wd)?s?(\.txt)?$/,
  // As data only: credentialsProvider.ts and secrets.go are code.
  /^(.*[._-])?(credentials?|secrets?)([.-][\w-]+)?(\.(json|ya?ml|toml|ini|cfg|conf|properties|xml|csv|txt|enc|db))?$/,
  /^client[_-]?secret.*\.json$/,
  /^(.*[_-])?service[_-]?account.*\.json$/,
];

const ENV = /^\.env(?:[^a-z].*)?$|^[^/]+\.env$/;
/** What projects commit so that others know which variables to set. */
const ENV_EXAMPLE = /[.-](example|sample|template|dist|defaults?|schema|test\.example)$|\.d\.ts$/;
const CODE = /\.([cm]?[jt]sx?|py|rb|go|rs|java|kt|cs|php|swift|scala|c|cc|cpp|h|vue|svelte|md)$/;

/** Tells from its path alone whether a file holds secrets, so that it is never read. Case does not matter. */
export function isSecretPath(path: string): boolean {
  const parts = path
    .toLowerCase()
    .split(/[\\/]+/)
    .filter((part) => part !== '');
  if (parts.some((part) => FOLDERS.has(part))) return true;
  // No file has a longer name, and matching takes more than linear time.
  const name = plainName((parts.at(-1) ?? '').slice(-255));
  if (ENV.test(name)) return !ENV_EXAMPLE.test(name);
  if (NAMES.has(name)) return true;
  const folder = parts.at(-2);
  if (name === 'config.json' && folder === '.docker') return true;
  return !CODE.test(name) && PATTERNS.some((pattern) => pattern.test(name));
}

/** Without what Windows leaves out of a name (dots and spaces at its end, a stream), and what marks a copy. */
function plainName(name: string): string {
  return name
    .replace(/::?\$data$/, '')
    .replace(/[. ]+$/, '')
    .replace(/(?:~|\.(?:bak|backup|old|orig|save|swp|tmp|copy))+$/, '');
}
