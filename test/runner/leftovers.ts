import { readdir, readFile } from 'node:fs/promises';

/** Put into the environment of all that a run of the tests starts, so that its processes can be told apart. */
export const MARK = 'ZOEY_TEST_RUN';

/**
 * Ends what the run marked `mark` left behind, and returns its command lines. Linux alone tells the
 * environment of a process; elsewhere the groups that each step ends by itself have to do.
 */
export async function endLeftovers(mark: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const ended: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid || !(await read(pid, 'environ')).includes(`${MARK}=${mark}`)) continue;
    const command = (await read(pid, 'cmdline')).replaceAll('\0', ' ').trim();
    try {
      process.kill(Number(pid), 'SIGKILL');
      ended.push(command);
    } catch {
      // It ended by itself in the meantime.
    }
  }
  return ended;
}

const read = (pid: string, name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
