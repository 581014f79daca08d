import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { CommandLine } from '../../support/hosts/commandLine.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../support/postgres/server.ts';

const run = promisify(execFile);

/** A certificate for 127.0.0.1 that vouches for itself, by the program that Debian's servers bring. */
async function selfSigned(folder: string): Promise<{ key: string; certificate: string; file: string }> {
  const [key, file] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', file, ...subject]);
  return { key: readFileSync(key, 'utf8'), certificate: readFileSync(file, 'utf8'), file };
}

describe('a PostgreSQL server with TLS', function () {
  this.timeout(60_000);
  const bin = findPostgres();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'zoey-tls-'));
  let server: PostgresServer;
  let authority: string;
  before(async function () {
    if (bin === undefined) return this.skip();
    const tls = await selfSigned(folder);
    authority = tls.file;
    server = await startPostgres(bin, { tls });
  });
  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Keeps a note there by a command line, which reads its authorities from the environment at its start. */
  const add = (search: string, env: NodeJS.ProcessEnv = {}) => {
    const note = JSON.stringify({ text: 'Deploys go out on Tuesdays.' });
    const program = new CommandLine(['invoke', 'memory.add', note, '--workspace', folder], {
      env: { ZOEY_STORAGE_URL: server.url({ search }), XDG_DATA_HOME: folder, HOME: folder, ...env },
      real: true,
    });
    return program.end();
  };

  it('takes what comes in the open from nobody', async () => {
    const { status, out } = await add('?sslmode=disable');
    assert.equal(status, 1);
    assert.match(out, /takes encrypted connections alone.*sslmode=verify-full/s);
  });

  it('is not trusted by its own word', async () => {
    const { status, out } = await add('?sslmode=verify-full');
    assert.equal(status, 1);
    assert.match(out, /certificate .* is not one that this machine trusts.*NODE_EXTRA_CA_CERTS/s);
  });

  it('is used unseen where only that is asked for', async () => {
    const { status, err, out } = await add('?sslmode=require');
    assert.equal(status, 0, err);
    assert.match(out, /"id"/);
  });

  it('is used where its authority is named', async () => {
    const { status, err, out } = await add('?sslmode=verify-full', { NODE_EXTRA_CA_CERTS: authority });
    assert.equal(status, 0, err);
    assert.match(out, /"id"/);
  });
});
