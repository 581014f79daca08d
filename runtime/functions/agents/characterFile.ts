import { open } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { ZoeyError } from '../../kernel/errors.ts';
import { Character } from '../../types/agent.ts';

/** More than any character needs, in bytes. */
const MAX_BYTES = 1_000_000;

/**
 * Reads who the agent is from a JSON file that the person named.
 * @throws `invalid_input`, naming the file and what is wrong with it.
 */
export async function readCharacter(file: string): Promise<Character> {
  if (!path.isAbsolute(file)) throw unusable(file, 'its path is not absolute');
  const parsed = Character.safeParse(parseJson(file, await readText(file)));
  if (parsed.success) return parsed.data;
  const [first] = z.prettifyError(parsed.error).split('\n→ at ');
  throw unusable(file, first?.replace(/^✖ /, '') ?? 'it is no character', parsed.error);
}

async function readText(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      if (size <= MAX_BYTES) return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unusable(file, "it can't be read", cause);
  }
  throw unusable(file, `it has more than ${MAX_BYTES} bytes`);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw unusable(file, 'it is no JSON', cause);
  }
}

function unusable(file: string, reason: string, cause?: unknown): ZoeyError {
  return new ZoeyError('invalid_input', `The character ${file} is not used: ${reason}.`, {
    cause,
    hint: 'Correct the file, or choose another one in the settings.',
  });
}
