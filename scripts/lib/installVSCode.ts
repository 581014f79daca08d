import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cacheFolder, root } from './folders.ts';
import { npm } from './npm.ts';
import { Complaint, step } from './progress.ts';

/** A VS Code that can be served: its entry, and a Node that is new enough for it. */
export interface VSCode {
  node: string;
  main: string;
}

const recipe = path.join(root, 'test/editor/host');
const inside = 'node_modules/code-server/lib/vscode';
/** Title, folder and arguments of each run of npm. The copy in the cache is named after these too. */
const installs = [
  ['Installing VS Code from npm (240 MB, once)', '', ['ci']],
  // The list inside code-server counts as out of sync unless peers are treated the old way.
  ["Installing VS Code's own modules", inside, ['ci', '--omit=dev', '--legacy-peer-deps']],
  ['Installing what its own extensions share', `${inside}/extensions`, ['ci', '--omit=dev']],
] as const;
const READY = '.ready';
/** Copies for other lockfiles are removed when unused for this long. */
const KEEP_MS = 30 * 24 * 3600_000;

/**
 * Installs VS Code's server from the npm registry into this system's cache folder, once for each lockfile.
 * It is built beside its place and moved there when whole, so an interrupted or a concurrent install does
 * no harm. No install script is run: nothing is compiled, and nothing comes from anywhere else.
 */
export async function installVSCode(signal?: AbortSignal): Promise<VSCode> {
  const folder = path.join(cacheFolder(), `vscode-${await hashRecipe()}`);
  if (!(await isReady(folder))) await build(folder, signal);
  const now = new Date();
  await utimes(path.join(folder, READY), now, now);
  return { node: await findNode(folder), main: path.join(folder, inside, 'out/server-main.js') };
}

async function hashRecipe(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(installs));
  for (const name of ['package-lock.json', 'spdlog.cjs'])
    hash.update(await readFile(path.join(recipe, name)));
  return hash.digest('hex').slice(0, 12);
}

const isReady = (folder: string) =>
  stat(path.join(folder, READY)).then(
    () => true,
    () => false,
  );

async function build(folder: string, signal?: AbortSignal): Promise<void> {
  const cache = path.dirname(folder);
  await mkdir(cache, { recursive: true });
  await sweep(cache);
  const draft = await mkdtemp(path.join(cache, `.draft-${process.pid}-`));
  try {
    await cp(recipe, draft, { recursive: true, filter: (file) => !file.includes('node_modules') });
    for (const [title, place, args] of installs) {
      await step(title, () => npm(path.join(draft, place), args, signal));
    }
    await cp(
      path.join(draft, 'spdlog.cjs'),
      path.join(draft, inside, 'node_modules/@vscode/spdlog/index.js'),
    );
    await writeFile(path.join(draft, READY), '');
    await rename(draft, folder).catch(async (error: unknown) => {
      if (!(await isReady(folder))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Removes what dead installs left, and copies that nothing has used for long. */
async function sweep(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = path.join(cache, name);
    const pid = /^\.draft-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined ? !isAlive(Number(pid)) : name.startsWith('vscode-') && (await isUnused(folder))) {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const isUnused = (folder: string) =>
  stat(path.join(folder, READY)).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > KEEP_MS,
    () => false,
  );

/** This Node where it is new enough, else the one that was installed along. */
async function findNode(folder: string): Promise<string> {
  const manifest = await readFile(path.join(folder, 'node_modules/code-server/package.json'), 'utf8');
  const oldest = Number.parseInt(String(JSON.parse(manifest).engines.node).replace(/^\D+/, ''), 10);
  if (Number.parseInt(process.versions.node, 10) >= oldest) return process.execPath;
  const windows = process.platform === 'win32';
  try {
    const found = createRequire(path.join(folder, 'package.json')).resolve(
      `node-${windows ? 'win' : process.platform}-${process.arch}/package.json`,
    );
    return path.join(path.dirname(found), windows ? 'bin/node.exe' : 'bin/node');
  } catch {
    throw new Complaint(
      `This VS Code needs Node ${oldest}, and none can be had from npm for ${process.platform}-${process.arch}. ` +
        `Run again with Node ${oldest}, or put the "code" command of VS Code on the PATH.`,
    );
  }
}
