import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** How long a group of processes may take to end by itself, in milliseconds. */
const GRACE_MS = 5000;

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the whole group is ended. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface Finished {
  /** Exit status, or 1 where a signal ended it. */
  status: number;
  /** Standard output and error, mixed as they came; the newest megabyte. */
  output: string;
  timedOut: boolean;
}

const MAX_OUTPUT = 1_000_000;

/** Runs a program to its end, in a group of its own, so that nothing of it outlives a time-out. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  // A batch file such as npm.cmd starts through a shell alone.
  const shell = process.platform === 'win32' && !/\.exe$/i.test(command);
  const child = spawn(shell ? `"${command}"` : command, shell ? args.map((arg) => `"${arg}"`) : args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    shell,
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + String(chunk)).slice(-MAX_OUTPUT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let timedOut = false;
  const end = () => void endGroup(child);
  const timer = setTimeout(
    () => {
      timedOut = true;
      end();
    },
    options.timeoutMs ?? 15 * 60_000,
  );
  if (options.signal?.aborted) end();
  options.signal?.addEventListener('abort', end, { once: true });
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 1));
    });
    return { status, output, timedOut };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', end);
  }
}

/** Ends a detached child and all that it started: politely first, by force after five seconds. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    await execFileAsync('taskkill', ['/pid', String(child.pid), '/t', '/f']).catch(() => undefined);
    return;
  }
  const until = performance.now() + GRACE_MS;
  signalGroup(child.pid, 'SIGTERM');
  while (signalGroup(child.pid, 0) && performance.now() < until) await pause(50);
  signalGroup(child.pid, 'SIGKILL');
  while (signalGroup(child.pid, 0) && performance.now() < until + GRACE_MS) await pause(20);
}

/** Sends a signal to a group; false where no process of it is left. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export interface ProcessInfo {
  pid: number;
  parent: number;
  command: string;
}

/** All that `pid` started and that still runs, children before grandchildren. */
export async function descendants(pid: number): Promise<ProcessInfo[]> {
  const all = await listProcesses();
  const under = (parent: number): ProcessInfo[] => {
    const children = all.filter((one) => one.parent === parent);
    return [...children, ...children.flatMap((child) => under(child.pid))];
  };
  return under(pid);
}

async function listProcesses(): Promise<ProcessInfo[]> {
  if (process.platform === 'linux') return listProc();
  const { stdout } =
    process.platform === 'win32'
      ? await execFileAsync('powershell', ['-NoProfile', '-Command', WINDOWS_LIST], { maxBuffer: 32_000_000 })
      : await execFileAsync('ps', ['-eo', 'pid=,ppid=,args='], { maxBuffer: 32_000_000 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

const WINDOWS_LIST =
  'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.CommandLine)" }';

/** Straight from the kernel: slim images of Linux have no `ps`. A process that ends meanwhile is left out. */
async function listProc(): Promise<ProcessInfo[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [stat, args] = await Promise.all([readProc(pid, 'stat'), readProc(pid, 'cmdline')]);
      // The name in brackets may itself hold spaces and brackets: the fields after its end are plain.
      const parent = / ([A-Z]) (\d+) /.exec(stat.slice(stat.lastIndexOf(')')))?.[2];
      return parent === undefined
        ? []
        : [{ pid: Number(pid), parent: Number(parent), command: args.replaceAll('\0', ' ').trim() }];
    }),
  );
  return found.flat();
}

const readProc = (pid: string, name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
