import path from 'node:path';
import { isSecretPath, redact } from '../guard/secrets.ts';
import { ZoeyError } from '../kernel/errors.ts';
import { MAX_TEXT } from '../types/primitives.ts';
import { type FileSystem, MAX_FILE_BYTES, nodeFileSystem, readText } from './fileSystem.ts';
import { splitLines } from './windows.ts';

/** A file or some of its lines. Lines count from 1; both ends belong to the piece. */
export interface PieceRequest {
  /** Relative to the folder, or absolute and inside it. */
  path: string;
  startLine?: number;
  endLine?: number;
}

/** As it stands now, secrets redacted. Shorter than asked for where it would exceed MAX_TEXT. */
export interface PieceText {
  /** Where the file really is, relative to the folder, with forward slashes. */
  path: string;
  startLine: number;
  endLine: number;
  text: string;
}

/** What a message may not carry: see `Text`. Form feeds and the like stand in some sources. */
const CONTROL = /[^\P{Cc}\n\t\r\u0080-\u009f]/gu;

interface PieceSources {
  fs?: FileSystem;
  /** What an open editor shows of a file, saved or not, by its absolute path. */
  live?: ((absolute: string) => string | undefined) | undefined;
}

/**
 * Reads what a person attached, as an open editor shows it. Nothing outside the folder is read, whatever links lead there, nor secret
 * files, nor binary or very large ones: a ZoeyError says which.
 */
export async function readPiece(
  root: string,
  request: PieceRequest,
  { fs = nodeFileSystem, live }: PieceSources = {},
): Promise<PieceText> {
  const file = await locate(root, request.path, fs);
  const shown = live?.(path.resolve(root, request.path)) ?? live?.(file.absolute);
  const read = shown === undefined ? await readText(file.absolute, fs) : { text: shown };
  if ('refused' in read) throw refusal(read.refused, request.path);
  const lines = splitLines(redact(read.text).text.replace(CONTROL, '\ufffd'));
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();

  const start = request.startLine ?? 1;
  if (start > lines.length) {
    throw new ZoeyError(
      'not_found',
      `${request.path} has ${lines.length} lines; line ${start} is not among them.`,
      {
        hint: 'The file was changed. Select the lines again.',
      },
    );
  }
  const asked = lines.slice(start - 1, Math.max(start, request.endLine ?? lines.length));
  const { text, count } = joinWithin(asked, MAX_TEXT);
  return { path: file.relative, startLine: start, endLine: start + count - 1, text };
}

/**
 * Reads a whole file as it is, secrets and all: what a change of it is made against. It never goes to a model.
 * The same files are refused as by `readPiece`. The byte order mark is left out.
 */
export async function readWhole(
  root: string,
  given: string,
  fs: FileSystem = nodeFileSystem,
): Promise<{ path: string; text: string }> {
  const file = await locate(root, given, fs);
  const read = await readText(file.absolute, fs);
  if ('refused' in read) throw refusal(read.refused, given);
  return { path: file.relative, text: read.text };
}

async function locate(
  root: string,
  given: string,
  fs: FileSystem,
): Promise<{ absolute: string; relative: string }> {
  if (isSecretPath(given)) throw secret(given);
  const top = await real(root, given, fs);
  const absolute = await real(path.resolve(root, given), given, fs);
  const relative = path.relative(top, absolute).split(path.sep).join('/');
  if (relative === '..' || relative.startsWith('../') || path.isAbsolute(relative)) {
    throw new ZoeyError('invalid_input', `${given} is outside the open folder, so it is not read.`, {
      hint: 'Attach a file of the open folder, or paste the lines that matter.',
    });
  }
  // A link with a harmless name may lead to a secret file.
  if (isSecretPath(relative)) throw secret(given);
  return { absolute, relative };
}

async function real(absolute: string, given: string, fs: FileSystem): Promise<string> {
  try {
    return await fs.realpath(absolute);
  } catch (cause) {
    throw new ZoeyError('not_found', `${given} is not there, or can't be read.`, {
      hint: 'Check that the file still exists, then attach it again.',
      cause,
    });
  }
}

function secret(given: string): ZoeyError {
  return new ZoeyError('invalid_input', `${given} may hold secrets, so it is not read.`, {
    hint: 'Take it out of the message, or paste the lines that matter.',
  });
}

function refusal(reason: 'unreadable' | 'not a file' | 'too large' | 'binary', given: string): ZoeyError {
  switch (reason) {
    case 'unreadable':
      return new ZoeyError('not_found', `${given} can't be read.`, {
        hint: 'Check its permissions, then attach it again.',
      });
    case 'not a file':
      return new ZoeyError('invalid_input', `${given} is not a file.`, { hint: 'Attach a file instead.' });
    case 'too large':
      return new ZoeyError('invalid_input', `${given} is larger than ${MAX_FILE_BYTES / 1024} kB.`, {
        hint: 'Select the lines that matter and attach those.',
      });
    case 'binary':
      return new ZoeyError('invalid_input', `${given} is not text.`, { hint: 'Attach a text file instead.' });
  }
}

/** As many whole lines as fit; the first is cut where it alone does not. */
function joinWithin(lines: readonly string[], limit: number): { text: string; count: number } {
  let length = -1;
  let count = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > limit) break;
    count++;
  }
  const kept = Math.max(1, count);
  return { text: lines.slice(0, kept).join('\n').slice(0, limit), count: kept };
}
