import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { ZoeyError } from '../../../kernel/errors.ts';
import type { Piece } from '../../../types/state.ts';
import { definedName } from '../../../workspace/definitions.ts';
import { nodeFileSystem, readText } from '../../../workspace/fileSystem.ts';
import { walk } from '../../../workspace/walk.ts';
import type { TaskContext } from '../parts.ts';

/** Files that are listed, and those of them whose definitions are named. */
const MAX_LISTED = 200;
const MAX_READ = 60;
const MAX_NAMES = 12;

/** What a folder holds, as pieces; undefined where the path is a file. */
export async function folderPieces({ agent }: TaskContext, given: string): Promise<Piece[] | undefined> {
  const { workspace, trusted, settings } = agent.run.caller;
  if (workspace === undefined) return undefined;
  const root = await realpath(workspace);
  const folder = path.resolve(root, given);
  const inside = folder === root || folder.startsWith(root + path.sep);
  const stat = await lstat(folder).catch(() => undefined);
  if (!inside || !stat?.isDirectory()) return undefined;
  if (!trusted)
    throw new ZoeyError('untrusted', 'The files of an untrusted workspace are read one by one only.');
  const listed: string[] = [];
  const pieces: Piece[] = [];
  for await (const file of walk(root, { signal: agent.run.signal, exclude: settings.exclude })) {
    if (folder !== root && !file.absolute.startsWith(folder + path.sep)) continue;
    if (listed.length >= MAX_LISTED) break;
    listed.push(file.path);
    if (pieces.length < MAX_READ) pieces.push(...(await outlineOf(file)));
  }
  if (listed.length === 0) throw new ZoeyError('not_found', `There is nothing to read in ${given}.`);
  return [{ kind: 'attachment', path: given, text: listed.join('\n') }, ...pieces];
}

/** Its first lines of comment, and the names that it defines. */
async function outlineOf({ path: file, absolute }: { path: string; absolute: string }): Promise<Piece[]> {
  const read = await readText(absolute, nodeFileSystem);
  if (!('text' in read)) return [];
  const lines = read.text.split('\n');
  const head = lines
    .slice(0, 12)
    .filter((line) => /^\s*(?:\/\/|\/?\*|#|""")/.test(line))
    .slice(0, 3);
  const names = lines.flatMap((line) => definedName(line) ?? []).slice(0, MAX_NAMES);
  const text = [...head, ...(names.length > 0 ? [`defines ${names.join(', ')}`] : [])].join('\n');
  return text === '' ? [] : [{ kind: 'code', path: file, text }];
}
