import { type ExecFileOptions, execFile } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { userInfo } from './users.ts';

const run = promisify(execFile);

const USER = 'zoey';
/** With what an address has to escape. */
const PASSWORD = 'secret p@ss/word%';

/** A PostgreSQL server of its own folder, on this machine alone. */
export interface PostgresServer {
  /** Its address; `changes` are laid over the parts of it. */
  url(changes?: { database?: string; user?: string; password?: string; search?: string }): string;
  port: number;
  /** As an operator would: connections are cut, and soon there is a server again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder of the newest server's programs that is installed; undefined where none is. */
export function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return [process.env.ZOEY_POSTGRES_BIN, ...versions.map((version) => path.join(root, version, 'bin'))].find(
    (bin) => bin !== undefined && existsSync(path.join(bin, 'initdb')),
  );
}

interface PostgresOptions {
  /** PEM texts: with them it takes encrypted connections alone. */
  tls?: { key: string; certificate: string };
}

/** Starts a server from the programs in `bin`. It refuses to run as root, so then it is run as another user. */
export async function startPostgres(bin: string, { tls }: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'zoey-pg-'));
  const owner = userInfo();
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const options: ExecFileOptions = { cwd: folder, env: { ...process.env, LC_ALL: 'C.UTF-8' }, ...owner };
  const call = (program: string, ...args: string[]) => run(path.join(bin, program), args, options);
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD, { mode: 0o644 });
  await call(
    'initdb',
    '-D',
    data,
    '-U',
    USER,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-N',
    '-E',
    'UTF8',
  );
  if (tls !== undefined) {
    for (const [name, text] of [
      ['server.key', tls.key],
      ['server.crt', tls.certificate],
      ['pg_hba.conf', 'hostssl all all 127.0.0.1/32 scram-sha-256\n'],
    ] as const) {
      const file = path.join(data, name);
      writeFileSync(file, text, { mode: 0o600 });
      if (owner !== undefined) chownSync(file, owner.uid, owner.gid);
    }
  }
  const port = await freePort();
  const settings = [
    ...(tls === undefined ? [] : ['-c ssl=on']),
    `-p ${port}`,
    `-k ${folder}`,
    '-c listen_addresses=127.0.0.1',
    '-c fsync=off',
    '-c synchronous_commit=off',
    '-c full_page_writes=off',
    '-c max_connections=40',
    '-c shared_buffers=16MB',
  ].join(' ');
  const control = (action: string, ...more: string[]) =>
    call('pg_ctl', '-D', data, '-w', '-l', path.join(folder, 'log'), ...more, action);
  await control('start', '-o', settings);
  let restarting: Promise<unknown> = Promise.resolve();
  return {
    port,
    url: ({ database = 'postgres', user = USER, password = PASSWORD, search = '' } = {}) =>
      `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}${search}`,
    async restart() {
      restarting = control('restart', '-m', 'fast');
      await restarting;
    },
    async stop() {
      await restarting.catch(() => {});
      await control('stop', '-m', 'immediate');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A server for the suite whose hook this is; where none is installed, the suite is skipped, which is listed. */
export async function postgresFor(hook: Mocha.Context): Promise<PostgresServer> {
  const bin = findPostgres();
  return bin === undefined ? hook.skip() : startPostgres(bin);
}

/** A port of the loopback interface that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
