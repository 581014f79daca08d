import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Where Node's own libraries lie. */
const KEPT = ['LD_LIBRARY_PATH'];
/** Desktop VS Code runs us in its own program, which is the editor itself unless it is told to be Node. */
const AS_NODE = { ELECTRON_RUN_AS_NODE: '1' };
/** glibc keeps what was freed, for each thread, and more once a large piece was: it took a third of the memory. */
const GLIBC = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' };

/**
 * Starts a program of ours in a process of its own, which talks by messages: what compiling WebAssembly takes stays
 * with the process that did it, long after a thread has ended. It gets nothing else of this process's environment.
 * @param flags For Node itself.
 */
export function startHelper(
  file: string,
  { args = [], flags = [] }: { args?: readonly string[]; flags?: readonly string[] },
): ChildProcess {
  const kept = KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return spawn(process.execPath, [...flags, file, ...args], {
    env: { ...Object.fromEntries(kept), ...AS_NODE, ...GLIBC },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  });
}

/** Whether this process waits for the helper before it ends. */
export function holdOpen(helper: ChildProcess, open: boolean): void {
  if (open) {
    helper.ref();
    helper.channel?.ref();
  } else {
    helper.unref();
    helper.channel?.unref();
  }
}

/** What a helper writes by itself, piece by piece. Heard, it keeps no process alive. */
export function hearWords(helper: ChildProcess, hear: (words: string) => void): void {
  for (const stream of [helper.stdout, helper.stderr]) {
    stream?.on('data', (piece) => hear(String(piece).trim()));
    if (stream && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
}

/** Ends it at once. Settles when the process is gone, and all its memory with it. */
export async function endHelper(helper: ChildProcess): Promise<void> {
  if (helper.pid === undefined || helper.exitCode !== null || helper.signalCode !== null) return;
  holdOpen(helper, true);
  const ended = once(helper, 'exit');
  helper.kill('SIGKILL');
  await ended;
}
