import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One life of a process: ids are used again, so the time of its start belongs to it where the system tells. */
export interface ProcessLife {
  pid: number;
  /** Opaque: equal for the same life alone. */
  startedAt?: string | undefined;
}

/** How this process appears to others. */
export function ownLife(): ProcessLife {
  const startedAt = look(process.pid)?.startedAt;
  return { pid: process.pid, ...(startedAt === undefined ? {} : { startedAt }) };
}

/** False only where it is sure that this life is over: no such process, a zombie, or another one by now. */
export function isAlive({ pid, startedAt }: ProcessLife): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, as another user.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  const seen = look(pid);
  if (seen === undefined) return true;
  return !seen.zombie && (startedAt === undefined || startedAt === seen.startedAt);
}

/** Undefined where the system does not tell. */
function look(pid: number): { startedAt: string; zombie: boolean } | undefined {
  if (process.platform === 'linux') return lookInProc(pid);
  return process.platform === 'win32' ? undefined : askPs(pid);
}

function lookInProc(pid: number): { startedAt: string; zombie: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may hold blanks and brackets itself; the state is the third field, the start in
    // ticks since boot the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields[19];
    if (ticks === undefined) return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return { startedAt: `${boot}:${ticks}`, zombie: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return undefined;
  }
}

function askPs(pid: number): { startedAt: string; zombie: boolean } | undefined {
  const { status, stdout } = spawnSync('/bin/ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { LC_ALL: 'C', TZ: 'UTC' },
    timeout: 2000,
  });
  const [state, ...start] = status === 0 ? stdout.trim().split(/\s+/) : [];
  if (state === undefined || start.length === 0) return undefined;
  return { startedAt: start.join(' '), zombie: state.startsWith('Z') };
}
