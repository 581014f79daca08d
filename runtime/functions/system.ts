import { defineFunction } from './define.ts';

const startedAt = performance.now();

const status = defineFunction('status', async (_input, { runtime, caller, signal }) => {
  const stats = await runtime.database.stats();
  const notice = runtime.database.notice();
  return {
    version: runtime.version,
    pid: process.pid,
    workspace: caller.workspace !== undefined,
    storage: { ...stats, ...(notice !== undefined && { notice }) },
    uptimeMs: performance.now() - startedAt,
    embedding: await runtime.embeddings.status(signal),
    recall: await runtime.recall.queue.status(),
    notices: [...runtime.notices()],
  };
});

const ledger = defineFunction('privacy.ledger', async ({ limit }, { runtime }) => {
  await runtime.flushLedger();
  const entries = await runtime.database.getLedger(limit);
  return { items: entries.map(({ id: _id, ...entry }) => entry) };
});

const audit = defineFunction('privacy.audit', async ({ limit, cursor }, { runtime, signal }) => {
  const { database } = runtime;
  const page = await database.getAudit({ limit, ...(cursor !== undefined && { cursor }) });
  const check = await database.checkAudit(signal);
  return { ...page, items: page.items.map(({ agentId: _, ...entry }) => entry), ...check };
});

export const systemFunctions = [status, ledger, audit] as const;
