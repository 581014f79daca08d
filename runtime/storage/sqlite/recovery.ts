import path from 'node:path';
import { ZoeyError } from '../../kernel/errors.ts';
import { Connection } from './connection.ts';
import { createEngine } from './engine.ts';
import { readVersion } from './migrate.ts';
import { readOnlyFs } from './readOnlyFs.ts';
import { type Salvaged, salvage } from './salvage.ts';
import type { UpkeepOptions } from './upkeep.ts';

/**
 * Sets a damaged database aside and puts its newest sound copy in its place, if there is one. Returns
 * whether there was one.
 */
export async function restore(context: UpkeepOptions): Promise<boolean> {
  const { backups, clock, log } = context;
  const damaged: string[] = [];
  let restored = false;
  for (const copy of backups.copies()) {
    restored = await isSound(await backups.prepare(copy), context);
    if (restored) break;
    log.warn('storage: a copy is damaged too');
    damaged.push(copy);
  }
  const aside = backups.replace(clock(), restored);
  for (const copy of damaged) backups.discard(copy, aside);
  log.warn(`storage: the database was damaged and set aside as ${path.basename(aside)}`);
  return restored;
}

async function isSound(file: string, { fs }: UpkeepOptions): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = Connection.open(await createEngine(readOnlyFs(fs, file)), file);
    readVersion(connection);
    connection.verify();
    return true;
  } catch (error) {
    if (ZoeyError.is(error) && error.code === 'storage_corrupt') return false;
    throw error;
  } finally {
    connection?.abandon();
  }
}

/**
 * Adds to a database what can be read in the damaged one that was set aside before, also where a crash cut
 * that off.
 * @param restored Whether a copy was put in its place just now.
 * @returns For the person: what happened, and what was lost.
 */
export async function salvageInto(
  target: Connection,
  { fs, backups, log }: UpkeepOptions,
  restored: boolean | undefined,
): Promise<string | undefined> {
  const aside = backups.unsalvaged();
  if (aside === undefined) return undefined;
  const [copy] = backups.copies();
  const outcome = await salvage({ fs, aside, copy, target });
  backups.salvaged();
  log.warn(`storage: took ${outcome.added} rows out of the damaged database`);
  return [
    'The memory on disk was damaged.',
    (restored ?? copy !== undefined) ? 'Its newest copy was restored.' : 'There was no sound copy of it.',
    inWords(outcome),
    `What was there is kept as ${path.basename(aside)}.`,
  ].join(' ');
}

function inWords({ readable, added, lost }: Salvaged): string {
  if (!readable) return 'Nothing could be read in the damaged file: what was only there is lost.';
  const recovered = added === 0 ? '' : `Recovered from the damaged file: ${entries(added)}. `;
  if (lost === 0) return `${recovered}Nothing was lost.`;
  if (lost === undefined) return `${recovered}What could not be read there is lost.`;
  return `${recovered}Lost, since it could not be read there: ${entries(lost)}.`;
}

function entries(count: number): string {
  return `${count} ${count === 1 ? 'entry' : 'entries'}`;
}
