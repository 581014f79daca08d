import { escapeIdentifier, type Pool, type PoolClient } from 'pg';
import type { Log } from '../../kernel/log.ts';

/** How long after something was forgotten its bytes are removed: what is forgotten meanwhile goes along. */
const DELAY_MS = 1000;
/** How long after something was forgotten the parts of indexes that are replaced may hold words of it. */
const INDEXES_MS = 60_000;
/** A larger table is not written anew: nobody can read it meanwhile. With its indexes. */
const MAX_BYTES = 64 * 1024 * 1024;
/** How long others are waited for who use a table. */
const LOCK_MS = 5000;

/** What goes along with memories. */
const OF_MEMORIES = ['memories', 'embeddings', 'embedding_failures', 'vector_index', 'blobs'];
const OF_OTHERS = [
  ...['rooms', 'worlds', 'entities', 'entity_names', 'components', 'participants'],
  ...['relationships', 'relationship_tags', 'tasks', 'task_tags', 'logs', 'agents'],
];

const FORGOTTEN =
  'What was forgotten is out of reach, but its bytes are still in the files of the database server';

interface Table {
  name: string;
  bytes: number;
  owned: boolean;
}

interface ErasureOptions {
  schema: string;
  log: Log;
  /** In milliseconds. */
  delay?: number;
}

/**
 * Removes the bytes of what was forgotten: PostgreSQL leaves them in its files until the room is used for something
 * else, and VACUUM by itself only marks that room as free. So tables are written anew, those of moderate size.
 */
export class Erasure {
  readonly #options: ErasureOptions;
  readonly #due = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #indexesUntil = 0;
  #notice: string | undefined;

  constructor(options: ErasureOptions) {
    this.#options = options;
  }

  /** For the person, where bytes of what was forgotten could not be removed: why, and what can be done. */
  get notice(): string | undefined {
    return this.#notice;
  }

  /** Rows of that table were removed that a person may want to be forgotten. */
  forgot(pool: Pool, table: string): void {
    this.#indexesUntil = performance.now() + INDEXES_MS;
    for (const name of OF_MEMORIES) this.#due.add(name);
    if (table !== 'memories') for (const name of OF_OTHERS) this.#due.add(name);
    this.#schedule(pool);
  }

  /** Parts of indexes were replaced. */
  replaced(pool: Pool): void {
    if (performance.now() > this.#indexesUntil) return;
    this.#due.add('blobs');
    this.#schedule(pool);
  }

  /** Does at once what is due. Never rejects. */
  async end(pool: Pool): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#run(pool);
    await this.#running;
  }

  #schedule(pool: Pool): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#run(pool);
    }, this.#options.delay ?? DELAY_MS);
    this.#timer.unref();
  }

  #run(pool: Pool): void {
    this.#running = this.#running.then(() => this.#eraseDue(pool));
  }

  async #eraseDue(pool: Pool): Promise<void> {
    if (this.#due.size === 0) return;
    const names = [...this.#due];
    this.#due.clear();
    let client: PoolClient | undefined;
    try {
      client = await pool.connect();
      await client.query(`SET lock_timeout TO ${LOCK_MS}`);
      this.#notice = undefined;
      for (const table of await this.#tables(client, names)) await this.#erase(client, table);
      await client.query('RESET lock_timeout');
      client.release();
    } catch (error) {
      // Whatever was set on the connection goes with it.
      client?.release(true);
      this.#keep(`(${error instanceof Error ? error.message : String(error)}).`);
    }
  }

  async #tables(client: PoolClient, names: readonly string[]): Promise<Table[]> {
    const { rows } = await client.query<Table>(
      `SELECT c.relname::text AS name, pg_total_relation_size(c.oid) AS bytes,
         pg_has_role(c.relowner, 'USAGE') AS owned
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = $1 AND c.relname = ANY($2) AND c.relkind = 'r'`,
      [this.#options.schema, names],
    );
    return rows;
  }

  async #erase(client: PoolClient, { name, bytes, owned }: Table): Promise<void> {
    const table = `${escapeIdentifier(this.#options.schema)}.${escapeIdentifier(name)}`;
    if (!owned) return this.#keep(`until they are overwritten: the table ${name} belongs to another role.`);
    if (bytes <= MAX_BYTES) await client.query(`VACUUM FULL ${table}`);
    else {
      await client.query(`VACUUM ${table}`);
      this.#keep(`until they are overwritten: the table ${name} is large. VACUUM FULL ${name} removes them.`);
    }
  }

  #keep(why: string): void {
    this.#notice = `${FORGOTTEN} ${why}`;
    this.#options.log.warn(`storage: ${this.#notice}`);
  }
}
