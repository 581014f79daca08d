// The first step of every script that must work on a fresh clone: it needs nothing but Node until the
// dependencies are there, then hands over to TypeScript.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const OLDEST_NODE = [20, 19];

function nodeIsTooOld() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}

/** True where what `npm ci` left behind is not what the lockfile asks for. */
function isStale() {
  const installed = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return true;
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted).some(
    ([name, { version, optional }]) => name !== '' && !optional && present[name]?.version !== version,
  );
}

function install() {
  const start = performance.now();
  process.stdout.write('Installing the dependencies (npm ci)\n');
  const npm = process.env.npm_execpath;
  const [command, ...before] = npm ? [process.execPath, npm] : ['npm'];
  const { status } = spawnSync(command, [...before, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: !npm && process.platform === 'win32',
  });
  if (status !== 0) {
    process.stderr.write('npm ci failed, as told above. It needs a connection to the npm registry.\n');
    process.exit(1);
  }
  process.stdout.write(`  done in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

/** Installs the dependencies where they are missing or stale, then runs a TypeScript file of ours. */
export async function run(script) {
  if (nodeIsTooOld()) {
    process.stderr.write(
      `Node ${OLDEST_NODE.join('.')} or later is needed; this is ${process.versions.node}.\n`,
    );
    process.exit(1);
  }
  if (isStale()) install();
  const require = createRequire(path.join(root, 'package.json'));
  require('tsx/cjs/api').register();
  require(path.join(root, script));
}
