import { SECRET_PLACES } from './secretsPlaces.ts';
import { assigned, bare, hasDigit, literal, notPlaceholder, type SecretRule } from './secretsValues.ts';

/**
 * A token that begins with a prefix of its own. The guard at its left keeps a run of its characters from
 * being tried again at each of them, which is what makes a scan linear; an escaped line break before it
 * (`"\nghp_..."` in source) is not part of it.
 */
function token(
  kind: string,
  hints: readonly string[],
  body: string,
  accept?: SecretRule['accept'],
): SecretRule {
  const pattern = new RegExp(`(?:(?<![\\w-])|(?<=\\\\[nrt]))(?:${body})`, 'g');
  return accept ? { kind, hints, pattern, accept } : { kind, hints, pattern };
}

/** `sk-` begins style names too: a key has a digit and a long piece without hyphens. */
function looksLikeKey(text: string): boolean {
  return hasDigit(text) && text.split(/[-_]/).some((piece) => piece.length >= 16 && /[A-Za-z]/.test(piece));
}

const TOKENS: readonly SecretRule[] = [
  token('GitHub token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], 'gh[pousr]_[A-Za-z0-9]{36,}'),
  token('GitHub token', ['github_pat_'], 'github_pat_[A-Za-z0-9_]{36,}'),
  token(
    'GitLab token',
    ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glcbt-', 'glft-', 'glsoat-', 'gloas-'],
    'gl(?:pat|dt|rt|ptt|cbt|ft|soat|oas)-[\\w-]{20,}(?:\\.[\\w-]{2,})*',
  ),
  token('Slack token', ['xox', 'xapp-'], '(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}', hasDigit),
  token('npm token', ['npm_'], 'npm_[A-Za-z0-9]{36,}'),
  token('PyPI token', ['pypi-'], 'pypi-[\\w-]{50,}'),
  token('API key', ['sk-'], 'sk-[\\w-]{20,}', looksLikeKey),
  token('API key', ['gsk_'], 'gsk_[A-Za-z0-9]{40,}'),
  token('API key', ['xai-', 'pplx-'], '(?:xai|pplx)-[A-Za-z0-9]{40,}'),
  token('Hugging Face token', ['hf_'], 'hf_[A-Za-z0-9]{30,}'),
  token('AWS key', ['akia', 'asia', 'abia', 'acca'], '(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])'),
  token('Google key', ['aiza'], 'AIza[\\w-]{35,}'),
  token('Google key', ['gocspx-'], 'GOCSPX-[\\w-]{20,}'),
  token('Google token', ['ya29.'], 'ya29\\.[\\w-]{20,}'),
  token('Stripe key', ['_live_', '_test_'], '(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}'),
  token('webhook secret', ['whsec_'], 'whsec_[A-Za-z0-9+/=]{24,}'),
  token('SendGrid key', ['sg.'], 'SG\\.[\\w-]{16,}\\.[\\w-]{16,}'),
  token('DigitalOcean token', ['_v1_'], 'do[opr]_v1_[a-f0-9]{64}'),
  token('Shopify token', ['shp'], 'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32,}'),
  token('Vault token', ['hvs.', 'hvb.'], 'hv[sb]\\.[\\w-]{24,}'),
  token('Databricks token', ['dapi'], 'dapi[a-f0-9]{32}(?:-\\d)?(?![a-f0-9])'),
  token('Linear key', ['lin_api_'], 'lin_api_[A-Za-z0-9]{32,}'),
  token('Atlassian token', ['atatt3'], 'ATATT3[\\w=-]{50,}'),
  token('Grafana token', ['glsa_', 'glc_'], '(?:glsa|glc)_[\\w+/=]{32,}'),
  token('New Relic key', ['nrak-'], 'NRAK-[A-Z0-9]{27,}'),
  token('age key', ['age-secret-key-1'], 'AGE-SECRET-KEY-1[A-Z0-9]{50,}'),
  token('JSON web token', ['eyj'], 'eyJ[\\w-]{8,}\\.[\\w-]{8,}(?:\\.[\\w-]*)?'),
];

const PASSWORD = 'passw(?:or)?d|passphrase|pwd';
const KEY = '(?:api|access|account|private|signing|encryption|secret|auth|master|service)[_-]?key';
const SECRET = `secret|token|${KEY}|credentials?`;
/** As environments name them. */
const CAPITALS = `${`${PASSWORD}|${SECRET}`.toUpperCase()}|_PASS`;
const HINTS = ['_pass=', 'passw', 'passphrase', 'pwd', 'secret', 'token', 'key', 'credential'];
const GAP = '[ \\t]{0,20}';
/** The end of a name, `"password"` and `env['password']` included. What comes before does not matter. */
const named = (words: string) => `(?:${words})["'\`]?\\]?${GAP}`;
const quoted = (least: number) => `${GAP}(?<quote>["'\`])(?<secret>[^\\s"'\`]{${least},})\\k<quote>`;
/** All of a run or nothing, so that a run is not tried again at each shorter length. */
const wholeRun = (characters: string, least: number) =>
  `(?=(?<secret>[^\\s"'\`()<>{}[\\];,${characters}]{${least},300}))\\k<secret>(?![^\\s"'\`,;\\\\])`;

const ASSIGNMENTS: readonly SecretRule[] = [
  {
    kind: 'password',
    hints: HINTS,
    pattern: new RegExp(`${named(PASSWORD)}:?=${quoted(5)}`, 'gi'),
    accept: assigned,
  },
  {
    kind: 'password',
    hints: HINTS,
    pattern: new RegExp(`${named(PASSWORD)}(?::|=>|,)${quoted(5)}`, 'gi'),
    accept: literal,
  },
  {
    kind: 'secret',
    hints: HINTS,
    pattern: new RegExp(`${named(SECRET)}(?::?=|:|=>|,)${quoted(8)}`, 'gi'),
    accept: (value) => literal(value) && hasDigit(value),
  },
  {
    // NAME=value of shells, .env and container files: capitals, no space, and not the use of a variable.
    kind: 'secret',
    hints: HINTS,
    pattern: new RegExp(`(?:${CAPITALS})=${wholeRun('$', 6)}`, 'g'),
    accept: notPlaceholder,
  },
  {
    // The same in quotes, where a space may stand in it.
    kind: 'secret',
    hints: HINTS,
    pattern: new RegExp(`(?:${CAPITALS})=(?<quote>["'])(?<secret>[^"'\\n\\r]{6,300})\\k<quote>`, 'g'),
    accept: notPlaceholder,
  },
  {
    kind: 'secret',
    hints: HINTS,
    pattern: new RegExp(`${named(`${PASSWORD}|${SECRET}`)}[:=]${GAP}${wholeRun('$.', 8)}`, 'gi'),
    accept: bare,
  },
];

const OTHERS: readonly SecretRule[] = [
  {
    kind: 'Telegram token',
    hints: [':aa'],
    pattern: /(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])/g,
  },
  {
    kind: 'password',
    hints: ['://'],
    // To the last @ before the path: some stand in passwords.
    pattern: /:\/\/[^\s/:@"'`<>]{0,200}:(?<secret>[^\s/"'`<>]{1,500})(?=@)/g,
    accept: notPlaceholder,
  },
  {
    kind: 'credentials',
    hints: ['authorization'],
    pattern:
      /authorization["'`]?\]?[ \t]{0,20}[:=,][ \t]{0,20}["'`]?(?:bearer|basic|token|digest|apikey)[ \t]{1,20}(?<secret>[\w.~+/=-]{12,4000})/gi,
    accept: (value) => notPlaceholder(value) && hasDigit(value),
  },
  {
    kind: 'account key',
    hints: ['accountkey=', 'accesskey=', 'sharedaccesskey='],
    pattern: /(?:account|access)key=(?<secret>[A-Za-z0-9+/]{32,}={0,2})/gi,
  },
  {
    kind: 'webhook',
    hints: ['hooks.slack.com'],
    pattern: /hooks\.slack\.com\/(?:services|workflows)\/(?<secret>[A-Za-z0-9/]{20,})/g,
  },
  {
    kind: 'webhook',
    hints: ['/api/webhooks/'],
    pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{5,25}\/(?<secret>[\w-]{40,})/g,
  },
];

/** In this order: the exact kinds first, so that they are named; what is left by its surroundings after. */
export const SECRET_RULES: readonly SecretRule[] = [...TOKENS, ...OTHERS, ...ASSIGNMENTS, ...SECRET_PLACES];
