import { isLoopback } from '../../guard/gatewayHosts.ts';
import { redact } from '../../guard/secrets.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import { BadAnswer } from './client.ts';

/** What is known where a request fails. */
export interface Place {
  /** The server's address, as in Endpoint. */
  base: string;
  /** Whether Ollama is on this machine at all. */
  isInstalled: () => Promise<boolean>;
}

const NO_NAME = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA']);
const NOBODY = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const TOO_SLOW = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const CERTIFICATE = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_)/;
const NOT_TLS = /^(?:EPROTO|ERR_SSL_)/;

/** The first code in an error, its causes and its parts: `fetch` says only "fetch failed". */
function networkCode(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    if (current instanceof AggregateError) current = current.errors[0];
    else current = 'cause' in current ? current.cause : undefined;
  }
  return undefined;
}

/** True for an address on this machine. */
export function isLocal(base: string): boolean {
  return isLoopback(new URL(base));
}

/** Words for a server that could not be reached, or that is not Ollama. */
export async function serverFailure(error: unknown, place: Place): Promise<ZoeyError> {
  if (ZoeyError.is(error)) return error;
  if (error instanceof BadAnswer) return badAnswer(error, place.base);
  const code = networkCode(error) ?? '';
  if (NOBODY.has(code)) return nobody(error, place);
  if (TOO_SLOW.has(code)) {
    return new ZoeyError('timed_out', `${place.base} took too long to answer.`, { cause: error });
  }
  return new ZoeyError('ollama_wrong_address', `Nothing like Ollama at ${place.base}.`, {
    hint: unlike(code, place.base),
    cause: error,
  });
}

async function nobody(cause: unknown, place: Place): Promise<ZoeyError> {
  if (!isLocal(place.base)) {
    return new ZoeyError('ollama_not_running', `Nothing answers at ${place.base}.`, {
      hint: 'Start Ollama on that machine, or correct the address in the settings.',
      cause,
    });
  }
  if (await place.isInstalled()) {
    return new ZoeyError('ollama_not_running', `Ollama is not running at ${place.base}.`, { cause });
  }
  return new ZoeyError('ollama_not_installed', 'Ollama is not installed on this machine.', {
    hint: 'Install Ollama, or set the address of a machine that runs it.',
    cause,
  });
}

/** What to do about a server that fails before it has said anything in HTTP. */
function unlike(code: string, base: string): string {
  if (NO_NAME.has(code)) return `No machine is known as ${new URL(base).hostname}. Correct the address.`;
  if (CERTIFICATE.test(code)) {
    return `Its certificate is not trusted (${code}). Use http, or an address that the certificate names.`;
  }
  if (NOT_TLS.test(code)) return 'It does not speak https. Try the address with http.';
  if (new URL(base).port === '') return 'Ollama usually listens on port 11434. Add it to the address.';
  return 'Something else answers there. Correct the address in the settings.';
}

function badAnswer(error: BadAnswer, base: string): ZoeyError {
  const { status, location } = error;
  if (status === 401 || status === 403) {
    return new ZoeyError('ollama_failed', `${base} wants a sign-in (HTTP ${status}).`, {
      hint: 'Put the name and password in the address, as in http://name:password@host.',
      cause: error,
    });
  }
  if (status >= 500) {
    const said = error.json ? `: ${error.message}` : '';
    return new ZoeyError('ollama_failed', `Ollama failed with HTTP ${status}${said}`, { cause: error });
  }
  const hint =
    location === undefined
      ? unlike('', base)
      : `It points to ${location}, which was not followed. Set that address if you trust it.`;
  return new ZoeyError('ollama_wrong_address', `Nothing like Ollama at ${base}.`, { hint, cause: error });
}

/** Words for a chat or a preload that was refused; undefined where it is the server that fails. */
export function refusal(error: unknown, model: string): ZoeyError | undefined {
  if (!(error instanceof BadAnswer && error.json)) return undefined;
  const { status, message } = error;
  const cause = error;
  if (status === 404) return new ZoeyError('model_not_found', `Ollama has no model ${model}.`, { cause });
  if (status === 429 || status === 503) {
    return new ZoeyError('model_busy', 'Ollama has too many requests waiting.', { cause });
  }
  if (status >= 400 && status < 500 && status !== 401 && status !== 403) {
    return /does not support/.test(message)
      ? new ZoeyError('model_unsupported', `${model} cannot chat: ${message}.`, { cause })
      : new ZoeyError('ollama_failed', `Ollama refused the request: ${message}.`, { cause });
  }
  if (status === 500 && /memory|load|runner|terminated|architecture|cuda|rocm|metal|gguf/i.test(message)) {
    return new ZoeyError('model_load_failed', `${model} could not be loaded: ${message}.`, {
      ...(/memory/i.test(message)
        ? { hint: 'Choose a smaller model, or a smaller context, or close other programs.' }
        : { hint: 'Choose another model, or pull this one again. The log of Ollama says more.' }),
      cause,
    });
  }
  return undefined;
}

/** How much is kept of what Ollama says, in characters. */
const MAX_SAID = 300;

/**
 * What Ollama said as it gave up in the middle of a stream, without secrets; undefined where it said nothing.
 * The client throws it as a plain Error; a broken connection is a TypeError of `fetch`.
 */
export function saidMidway(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.constructor !== Error) return undefined;
  if (/^Did not receive/.test(error.message)) return undefined;
  return redact(error.message.slice(0, 10 * MAX_SAID))
    .text.trim()
    .slice(0, MAX_SAID);
}

/** Words for a pull that Ollama gave up, from its own. */
export function pullFailure(name: string, said: string): ZoeyError {
  const failed = (message: string, hint: string) => new ZoeyError('pull_failed', message, { hint });
  if (/file does not exist|not found|invalid model name|invalid character/i.test(said)) {
    return failed(`There is no model ${name} to pull.`, 'Check the name: ollama.com/library lists them.');
  }
  if (/no space left|not enough space|disk full/i.test(said)) {
    return failed(
      `The disk is full, so ${name} could not be pulled.`,
      'Free some space, then pull again: it goes on where it stopped.',
    );
  }
  if (/newer version of Ollama/i.test(said)) {
    return failed(`${name} needs a newer Ollama.`, 'Update Ollama, then pull again.');
  }
  if (/no such host|dial tcp|connection re|network is|i\/o timeout|TLS handshake|EOF/i.test(said)) {
    return failed(
      `Ollama could not reach the place where ${name} is kept.`,
      'Ollama needs the internet for this. Connect, then pull again: it goes on where it stopped.',
    );
  }
  return failed(
    `${name} could not be pulled: ${said.slice(0, MAX_SAID)}`,
    'Pull again, or look at the log of Ollama.',
  );
}
