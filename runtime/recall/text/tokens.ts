/** Longer words are hashes, keys or encoded data: they name nothing that a person would ask for. */
const MAX_WORD = 64;

/** Words of scripts that are written without spaces are cut into pairs. */
const UNSPACED =
  '\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff';
const RUN = new RegExp(`[${UNSPACED}]+|(?:(?![${UNSPACED}])[\\p{L}\\p{M}\\p{N}_$])+`, 'gu');
const STARTS_UNSPACED = new RegExp(`^[${UNSPACED}]`);
const NON_ASCII = /[^\0-\x7f]/;

/** Where an identifier is cut: fooBar, HTTPServer, utf8, 2fa, snake_case. */
const CUTS =
  /[_$]+|(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{N})(?=[\p{Lu}\p{Ll}])|(?<=[\p{Lu}\p{Ll}])(?=\p{N})/u;

/**
 * Cuts text into words in lower case, without accents. An identifier gives itself and its parts:
 * `getUserName` is getusername, get, user, name. Order and repetitions are those of the text.
 */
export function tokenize(text: string): string[] {
  if (!NON_ASCII.test(text)) return tokenizeAscii(text);
  // Only the lines that need it take the slow path: in most sources those are a few comments.
  const out: string[] = [];
  let plainFrom = 0;
  for (let at = nextNonAscii(text, 0); at !== -1; at = nextNonAscii(text, plainFrom)) {
    const lineStart = text.lastIndexOf('\n', at) + 1;
    const lineEnd = endOfLine(text, at);
    if (lineStart > plainFrom) append(out, tokenizeAscii(text.slice(plainFrom, lineStart)));
    append(out, tokenizeUnicode(text.slice(lineStart, lineEnd)));
    plainFrom = lineEnd;
  }
  append(out, tokenizeAscii(text.slice(plainFrom)));
  return out;
}

function append(out: string[], tokens: readonly string[]): void {
  for (const token of tokens) out.push(token);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function nextNonAscii(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text.charCodeAt(at) > 0x7f) return at;
  }
  return -1;
}

/** Right for any text, and what `tokenizeAscii` is held against. */
export function tokenizeUnicode(text: string): string[] {
  const out: string[] = [];
  for (const [run] of fold(text).matchAll(RUN)) {
    if (STARTS_UNSPACED.test(run)) pushPairs(run, out);
    else if (run.length <= MAX_WORD) pushIdentifier(run, out);
  }
  return out;
}

/** Takes the accents off. Composed again afterwards, since decomposing takes Hangul syllables apart too. */
function fold(text: string): string {
  if (!NON_ASCII.test(text)) return text;
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

function pushPairs(run: string, out: string[]): void {
  const characters = [...run];
  if (characters.length === 1) out.push(run);
  for (let i = 0; i + 1 < characters.length; i++) {
    out.push(`${characters[i]}${characters[i + 1]}`);
  }
}

function pushIdentifier(run: string, out: string[]): void {
  const whole = run.replace(/[_$]+/g, '').toLowerCase();
  if (whole !== '') out.push(whole);
  const parts = run.split(CUTS).filter((part) => part !== '');
  if (parts.length > 1) for (const part of parts) out.push(part.toLowerCase());
}

const OTHER = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
const JOINER = 4;

const CLASS = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (/[a-z]/.test(character)) CLASS[code] = LOWER;
  else if (/[A-Z]/.test(character)) CLASS[code] = UPPER;
  else if (/[0-9]/.test(character)) CLASS[code] = DIGIT;
  else if (/[_$]/.test(character)) CLASS[code] = JOINER;
}

/** The same as `tokenizeUnicode` for ASCII text, about ten times as fast: one pass over character codes. */
export function tokenizeAscii(text: string): string[] {
  const out: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (classAt(text, at) === OTHER) {
      at++;
      continue;
    }
    at = pushAsciiRun(text, at, out);
  }
  return out;
}

function classAt(text: string, at: number): number {
  return CLASS[text.charCodeAt(at)] ?? OTHER;
}

/** Where the parts of the identifier at hand begin and end, counted from its start; used anew for each. */
const bounds = new Int32Array(MAX_WORD * 2);

/** Pushes the identifier that begins at `start`; returns where it ends. */
function pushAsciiRun(text: string, start: number, out: string[]): number {
  let end = start;
  let part = start;
  let used = 0;
  let before = OTHER;
  for (; ; end++) {
    const kind = end < text.length ? classAt(text, end) : OTHER;
    const cut = cutBefore(before, kind, kind === LOWER && before === UPPER && end - part > 1);
    if (cut !== NO_CUT) {
      const to = end - cut;
      // Writes past the bounds of the longest word come to nothing, and that word is not pushed.
      if (to > part) {
        bounds[used++] = part - start;
        bounds[used++] = to - start;
      }
      part = kind === JOINER ? end + 1 : to;
    }
    if (kind === OTHER) break;
    before = kind;
  }
  if (end - start <= MAX_WORD && used > 0) pushParts(text.slice(start, end), used, out);
  return end;
}

function pushParts(run: string, used: number, out: string[]): void {
  // Word by word: V8 would put a whole text in lower case anew for each word once it optimises the loop.
  const lower = run.toLowerCase();
  if (used === 2) out.push(lower.slice(bounds[0], bounds[1]));
  else {
    out.push(lower.replace(/[_$]+/g, ''));
    for (let i = 0; i < used; i += 2) out.push(lower.slice(bounds[i], bounds[i + 1]));
  }
}

const NO_CUT = -1;

/** How many characters back from here a part ends (0 or 1), or NO_CUT. */
function cutBefore(before: number, kind: number, endsAcronym: boolean): number {
  if (kind === OTHER || kind === JOINER) return 0;
  if (before === OTHER || before === JOINER || before === kind) return NO_CUT;
  if (kind === UPPER || kind === DIGIT || before === DIGIT) return 0;
  return endsAcronym ? 1 : NO_CUT;
}

/** Words that say nothing about what is looked for. Of questions only: in documents they cost little. */
const STOP_WORDS = new Set(
  (
    'a about all an and any are as at be been but by can could did do does each for from give had has have ' +
    'how i if in into is it its just let like make may me my no not of on one or our out please she should ' +
    'show so some tell than that the their them then there these they this those to up us was we were what ' +
    'when where which while who whose why will with would you your ' +
    'code explain find function need use used uses using want work works'
  ).split(' '),
);

/**
 * The distinct words of a question, without those that say nothing; all of them where nothing else
 * would be left.
 */
export function queryTokens(text: string): string[] {
  const words = [...new Set(tokenize(text))];
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  return telling.length > 0 ? telling : words;
}
