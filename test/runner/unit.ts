import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../scripts/lib/folders.ts';
import type { Results } from '../support/reporter.ts';

/** How many processes run side by side. */
const AT_ONCE = 2;
const FOLDER = path.join(root, 'test');
/** Folders whose tests are steps of their own, or none. */
const ELSEWHERE = ['editor', 'fixtures', 'output'];
const PANEL = path.join(FOLDER, 'webview', 'panel', path.sep);
/** Those that take longest, so that what is left for the end is short. */
const FIRST = ['storage', 'torture', 'hosts', 'workspace', 'plugins'];

/** A folder of tests, and the paths of all that are in it. */
interface Room {
  name: string;
  files: string[];
}

/** The rooms with unit tests, in the order in which they are best begun. */
async function unitRooms(): Promise<Room[]> {
  const names = (await readdir(FOLDER)).filter((name) => !ELSEWHERE.includes(name)).sort();
  const first = FIRST.filter((name) => names.includes(name));
  const rooms = await Promise.all(
    [...new Set([...first, ...names])].map(async (name) => ({ name, files: await testsIn(name) })),
  );
  return rooms.filter(({ files }) => files.length > 0);
}

async function testsIn(name: string): Promise<string[]> {
  const at = path.join(FOLDER, name);
  const inside = name.includes('.') ? [] : await readdir(at, { recursive: true });
  return [at, ...inside.map((file) => path.join(at, file))]
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules') && !file.startsWith(PANEL))
    .sort();
}

/**
 * Runs the unit tests, each room in a process of its own: a test always has the same company, a process that
 * dies takes few along, and none grows old. SQLite's instances are 16 MB each, and to let go of one takes the
 * garbage collector the longer, the more code is loaded.
 */
export async function runUnit(run: (room: Room) => Promise<Results>): Promise<Results> {
  const waiting = await unitRooms();
  const total: Required<Results> = { passed: 0, skipped: [], failed: [], times: {} };
  const work = async (): Promise<void> => {
    for (let room = waiting.shift(); room !== undefined; room = waiting.shift()) {
      const { passed, skipped, failed, times } = await run(room);
      Object.assign(total.times, times);
      total.passed += passed;
      total.skipped.push(...skipped);
      total.failed.push(...failed);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return total;
}
