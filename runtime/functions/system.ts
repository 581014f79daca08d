import { defineFunction } from './define.ts';

const startedAt = performance.now();

const status = defineFunction('status', async (_input, { runtime, caller }) => {
  const stats = await runtime.database.stats();
  const notice = runtime.database.notice();
  return {
    version: runtime.version,
    pid: process.pid,
    workspace: caller.workspace !== undefined,
    storage: { ...stats, ...(notice !== undefined && { notice }) },
    uptimeMs: performance.now() - startedAt,
  };
});

const ledger = defineFunction('privacy.ledger', async ({ limit }, { runtime }) => {
  await runtime.flushLedger();
  const entries = await runtime.database.getLedger(limit);
  return { items: entries.map(({ id: _id, ...entry }) => entry) };
});

export const systemFunctions = [status, ledger] as const;
