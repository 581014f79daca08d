import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../../scripts/lib/folders.ts';
import { packageExtension } from '../../../scripts/lib/packageExtension.ts';
import { descendants } from '../../../scripts/lib/processes.ts';
import { until } from '../../support/journeys/until.ts';
import { installedExtension } from '../../support/workbench/extension.ts';
import { makeWorkspace } from '../../support/workbench/host.ts';

interface Started {
  child: ChildProcess;
  output: () => string;
  /** The exit status. */
  ended: Promise<number | null>;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('npm start', function () {
  this.timeout(120_000);
  let home: string;
  let folder: string;

  /** Runs the script as npm does, with the person's data in a folder of the test. */
  const start = (args: readonly string[] = ['--served'], env: NodeJS.ProcessEnv = {}): Started => {
    const child = spawn(process.execPath, [path.join(root, 'scripts/start.mjs'), ...args], {
      cwd: root,
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        INIT_CWD: folder,
        XDG_DATA_HOME: home,
        LOCALAPPDATA: home,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += String(chunk);
      });
    }
    const ended = once(child, 'close').then(([status]: (number | null)[]) => status ?? null);
    return { child, output: () => output, ended };
  };

  /** The address that it prints. */
  const address = async ({ child, output, ended }: Started): Promise<string> => {
    for (;;) {
      const found = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(output())?.[0];
      if (found !== undefined) return found;
      const over = await Promise.race([
        once(child.stdout ?? child, 'data').then(() => false),
        ended.then(() => true),
      ]);
      if (over) throw new Error(`it ended without an address\n${output()}`);
    }
  };

  before(async () => {
    await packageExtension();
    await installedExtension();
    home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'zoey-home-')));
    folder = await makeWorkspace({ 'one.ts': '' });
  });

  after(async () => {
    for (const place of [home, folder]) await rm(place, { recursive: true, force: true, maxRetries: 5 });
  });

  it('prints an address that answers, and ends all that it started on Ctrl+C', async () => {
    const started = start();
    const page = await address(started);
    assert.equal(new URL(page).searchParams.get('folder'), folder);
    assert.ok((await fetch(page, { redirect: 'manual' })).status < 400);
    assert.equal((await fetch(new URL('/', page), { redirect: 'manual' })).status, 403, 'without the token');
    const processes = await descendants(started.child.pid ?? 0);
    assert.ok(processes.length > 0);
    started.child.kill('SIGINT');
    assert.equal(await started.ended, 0);
    // The helper that compiles TypeScript ends a moment after the script that it helped.
    for (const { pid, command } of processes) await until(`the end of ${command}`, () => !isAlive(pid));
  });

  it('starts a second time on the same address', async () => {
    const first = start();
    const before = await address(first);
    first.child.kill('SIGINT');
    await first.ended;
    const second = start();
    const after = await address(second);
    second.child.kill('SIGINT');
    await second.ended;
    assert.equal(after, before);
    assert.doesNotMatch(second.output(), /npm ci/);
  });

  it('names the address of the one that runs already', async () => {
    const first = start();
    const page = await address(first);
    const second = start();
    assert.equal(await second.ended, 0);
    assert.match(second.output(), /open on this folder already/);
    assert.equal(await address(second), page);
    first.child.kill('SIGINT');
    await first.ended;
  });

  it('ends with it when it is killed', async () => {
    const started = start();
    const page = await address(started);
    started.child.kill('SIGKILL');
    await started.ended;
    const answers = () =>
      fetch(page, { redirect: 'manual' }).then(
        () => true,
        () => false,
      );
    await until('the end of VS Code', async () => !(await answers()));
  });

  /** A "code" command of the test, which notes what it is asked, and the PATH that leads to it. */
  const desktop = async (script: string) => {
    const bin = path.join(home, 'bin');
    await mkdir(bin, { recursive: true });
    await writeFile(path.join(bin, 'code'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { PATH: `${bin}${path.delimiter}${process.env.PATH}`, NOTES: path.join(home, 'notes') };
  };

  it('installs into VS Code and opens the folder there, where there is a "code" command', async function () {
    if (process.platform === 'win32') this.skip();
    const env = await desktop('echo "$@" >> "$NOTES"');
    const started = start([], env);
    assert.equal(await started.ended, 0);
    const vsix = await packageExtension();
    assert.equal(
      await readFile(env.NOTES, 'utf8'),
      `--install-extension ${vsix} --force\n--new-window ${folder}\n`,
    );
  });

  it('serves VS Code where the "code" command fails', async function () {
    if (process.platform === 'win32') this.skip();
    const started = start([], await desktop('echo "no display" >&2; exit 3'));
    await address(started);
    assert.match(started.output(), /no display/);
    started.child.kill('SIGINT');
    assert.equal(await started.ended, 0);
  });

  it('refuses a folder that is not there', async () => {
    const started = start(['no/such/folder']);
    assert.equal(await started.ended, 1);
    assert.match(started.output(), /There is no folder .*no.such.folder/);
  });
});
