import { ZoeyError } from '../../kernel/errors.ts';
import type { QueryBuilder } from '../queries/schema.ts';
import type { Store, Work } from '../work.ts';

/** What an area of the contract is made of: where its work is done, and in which dialect. */
export interface AreaParts {
  store: Store;
  queries: QueryBuilder;
}

export interface AreaOptions {
  /** Wall clock in milliseconds. */
  clock: () => number;
  /** How many entries of the cache are kept of an agent: 10,000 where nothing is said. */
  cacheEntries: number | undefined;
}

/** Where what is written refers to something that is not there, says so in the area's own words. */
export function* orMissing<T>(message: string, work: Work<T>): Work<T> {
  try {
    return yield* work;
  } catch (error) {
    const ours = ZoeyError.from(error);
    throw ours.code === 'not_found' ? new ZoeyError('not_found', message, { cause: error }) : error;
  }
}
