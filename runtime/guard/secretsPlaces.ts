import { hasDigit, literal, notPlaceholder, type SecretRule } from './secretsValues.ts';

const hasLetter = (text: string) => /[A-Za-z]/.test(text);

/** Words of code and prose that have a digit: "the token is base64-encoded". */
const TERMS =
  /^(?:aes|argon|base\d|bcrypt|ecdsa|ed25519|hmac|hs\d|http|md5|oauth|p256|pbkdf|rs\d|rsa|sha|utf|uuid|v\d)/i;

/** What no word of prose or code looks like. */
const told = (value: string) => literal(value) && hasLetter(value) && hasDigit(value) && !TERMS.test(value);

const PASSWORDS = ['passw', 'passphrase', 'pwd'];
const NAMES = [...PASSWORDS, 'token', 'secret', 'key'];

/** Secrets that nothing but their place tells: in commands, headers, lines of configuration, and sentences. */
export const SECRET_PLACES: readonly SecretRule[] = [
  {
    kind: 'credentials',
    hints: ['bearer '],
    pattern: /(?<![\w-])bearer[ \t]{1,20}(?<secret>[\w.~+/-]{20,4000}=*)/gi,
    accept: (value) => notPlaceholder(value) && hasDigit(value),
  },
  {
    kind: 'password',
    hints: ['curl'],
    pattern:
      /(?<![\w-])curl[^\r\n]{0,300}?[ \t](?:-u|--user)[ =]["']?[^\s:"']{1,100}:(?<secret>[^\s"'`$<{][^\s"'`]{3,300})/g,
    accept: notPlaceholder,
  },
  {
    kind: 'password',
    hints: ['--'],
    pattern:
      /--(?:passw(?:or)?d|passphrase|token|secret|api-?key)(?:=|[ \t]{1,5})(?<secret>[^\s"'`$<{[-][^\s"'`]{4,300})/g,
    accept: told,
  },
  {
    // Server=h;User Id=u;Password=p;
    kind: 'password',
    hints: PASSWORDS,
    pattern:
      /(?:server|data source|host|user id|uid|user(?:name)?)=[^\r\n"']{1,200}?;[ \t]{0,3}(?:password|pwd)=(?<secret>[^\s;"'`$<{][^\s;"'`]{2,300})/gi,
    accept: notPlaceholder,
  },
  {
    // A line of YAML: nothing after it, as in most code there is.
    kind: 'password',
    hints: PASSWORDS,
    pattern:
      /^[ \t-]{0,60}[\w.-]{0,60}?(?:passw(?:or)?d|passphrase)[ \t]{0,20}:[ \t]{1,20}(?<secret>[^\s"'`()<>{}[\],;]{6,300})[ \t]{0,20}$/gim,
    accept: told,
  },
  {
    kind: 'password',
    hints: ['\\"'],
    pattern:
      /(?:passw(?:or)?d|passphrase|secret|token|key)\\"[ \t]{0,5}:[ \t]{0,5}\\"(?<secret>[^\\"\s]{5,500})\\"/gi,
    accept: (value) => literal(value) && hasDigit(value),
  },
  {
    kind: 'password',
    hints: ['</'],
    pattern:
      /<[\w.-]{0,40}?(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key)>(?<secret>[^<>\s]{4,500})<\//gi,
    accept: literal,
  },
  {
    kind: 'password',
    hints: ['machine'],
    pattern: /machine[ \t]+\S{1,200}[ \t]+login[ \t]+\S{1,200}[ \t]+password[ \t]+(?<secret>\S{1,500})/g,
    accept: notPlaceholder,
  },
  {
    kind: 'credentials',
    hints: ['_auth', '"auth"'],
    pattern:
      /(?:_auth(?:Token)?[ \t]{0,5}=[ \t]{0,5}|"auth"[ \t]{0,5}:[ \t]{0,5}")(?<secret>[\w+/.-]{12,2000}={0,2})/g,
    accept: (value) => notPlaceholder(value) && hasDigit(value),
  },
  {
    kind: 'signature',
    hints: ['sig=', 'x-amz-s'],
    pattern: /[?&](?:sig|x-amz-signature|x-amz-security-token)=(?<secret>[^&\s"'`<>#]{16,2000})/gi,
    accept: (value) => notPlaceholder(value) && hasDigit(value),
  },
  {
    kind: 'cookie',
    hints: ['cookie: '],
    pattern: /(?<![\w-])(?:set-)?cookie: (?<secret>[\w.-]{1,100}=[^\r\n"'`$<{]{16,4000})/gi,
    accept: (value) => notPlaceholder(value) && hasDigit(value),
  },
  {
    // "My password is hunter2x9."
    kind: 'password',
    hints: NAMES,
    pattern:
      /(?<!\w)(?:password|passphrase|passcode|api key|token|secret)(?: for [^\s"'`]{1,60})? is:? {1,3}(?<secret>[^\s"'`()<>{}[\],;]{7,500})(?<![.!?:])/gi,
    accept: told,
  },
];
