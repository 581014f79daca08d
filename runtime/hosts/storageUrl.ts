import path from 'node:path';
import type { StorageChoice } from '../index.ts';

/** The environment variable with the address of the database. Unlike an argument, other users cannot see it. */
export const STORAGE_URL = 'ZOEY_STORAGE_URL';

/** What a person names as a place: the address of a server, or else a folder. */
export function storageAt(place: string): StorageChoice & ({ url: string } | { dir: string }) {
  return /^postgres(ql)?:/i.test(place)
    ? { kind: 'postgres', url: place }
    : { kind: 'workspace', dir: path.resolve(place) };
}
