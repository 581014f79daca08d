import { setImmediate } from 'node:timers/promises';

const PATIENCE_MS = 30_000;

/** Resolves once `holds` does, asked again and again; rejects when it does not for long. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never came: ${what}`);
    await setImmediate();
  }
}
