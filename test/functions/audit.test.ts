import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { anAction, anAgent } from '../support/agent.ts';
import { aMemory } from '../support/samples.ts';
import { testRuntime } from '../support/testRuntime.ts';

const PLUGINS = path.resolve(__dirname, '../fixtures/plugins');

describe('audit: append-only, hash-chained, content-free', () => {
  it('names what was asked about, forgotten, loaded and changed, the latest first', async () => {
    const { call, runtime } = await testRuntime({ plugins: { folder: PLUGINS, trusted: true } });
    const { id } = await call('memory.add', { text: 'Deploys go out on Tuesdays' });
    await call('memory.add', { text: 'Backups run at night' });
    await call('memory.forget', { id });
    await call('memory.forget', { id });
    const forget = { name: 'FORGET', parameters: { query: 'backups' } };
    await call('actions.run', forget);
    await call('actions.run', { ...forget, confirm: true });
    await call('actions.run', { name: 'RECALL', parameters: { query: 'backups' } });
    await call('agents.update', { name: 'Ada', bio: ['Counts'] });
    const { items, intact, firstBroken } = await call('privacy.audit', {});
    assert.deepEqual(
      items.map(({ kind, subject, outcome, count }) => [kind, subject, outcome, count]),
      [
        ['character', 'agents.update', 'completed', 2],
        ['action', 'FORGET', 'completed', 1],
        ['forget', 'deleteManyMemories', 'completed', 1],
        ['action', 'FORGET', 'refused', 1],
        ['forget', 'memory.forget', 'completed', 1],
        ['plugin', 'shouting', 'completed', 1],
        ['plugin', 'word-count', 'completed', 1],
      ],
    );
    assert.deepEqual([intact, firstBroken], [true, undefined]);
    await runtime.close();
  });

  it('is given out in pages, each with whether the whole is intact', async () => {
    const { call, runtime } = await testRuntime();
    for (const name of ['Ada', 'Bea', 'Cleo']) await call('agents.update', { name });
    const first = await call('privacy.audit', { limit: 2 });
    assert.equal(first.items.length, 2);
    const rest = await call('privacy.audit', { limit: 2, cursor: first.next ?? assert.fail('one page') });
    assert.deepEqual([rest.items.length, rest.next, rest.intact], [1, undefined, true]);
    await runtime.close();
  });

  it('holds no word of what an action was given, said or failed of, and of no odd name', async () => {
    const { agent, database } = await anAgent();
    const word = fc.string({ minLength: 4, maxLength: 40, unit: 'grapheme' }).map((text) => `§${text}`);
    agent.registerAction(
      anAction({
        name: 'WRITE',
        writes: true,
        preview: async (_runtime, { content }) => content.text,
        handler: async (_runtime, { content }) => {
          if (content.text.length % 2 === 0) throw new Error(content.text);
          return { success: true, text: content.text };
        },
      }),
    );
    await fc.assert(
      fc.asyncProperty(word, fc.boolean(), async (text, allowed) => {
        const message = aMemory({ text });
        const undo = anAction({ name: text, writes: true });
        agent.registerAction(undo);
        await agent.withRun(message, { ask: async () => allowed }, (bound) =>
          bound.runActions([{ name: 'WRITE', parameters: { text } }, { name: text }], { message }),
        );
      }),
      { numRuns: 40 },
    );
    const { items } = await database.getAudit({ limit: 200 });
    assert.deepEqual([...new Set(items.map(({ subject }) => subject))].sort(), ['WRITE', 'unnamed']);
    assert.doesNotMatch(JSON.stringify(items), /§/);
    assert.deepEqual(await database.checkAudit(new AbortController().signal), { intact: true });
    await database.close();
  });

  it('names no action that nobody was asked about, or that does not exist', async () => {
    const { agent, database } = await anAgent();
    agent.registerAction(anAction({ name: 'READ' }));
    const message = aMemory({ text: 'Do it' });
    await agent.runActions([{ name: 'READ' }, { name: 'what I said' }], { message });
    assert.deepEqual((await database.getAudit({ limit: 9 })).items, []);
    await database.close();
  });

  it('never breaks what it tells about: where it cannot be written, the log says so', async () => {
    const { agent, database, log } = await anAgent();
    agent.registerAction(anAction({ name: 'WRITE', writes: true }));
    const message = aMemory({ text: 'Do it' });
    await database.close();
    const [step] = await agent.withRun(message, { ask: async () => true }, (bound) =>
      bound.runActions([{ name: 'WRITE' }], { message }),
    );
    assert.equal(step?.status, 'completed');
    assert.ok(
      log.lines.some(({ level, message: line }) => level === 'error' && /^the audit lacks/.test(line)),
    );
  });
});
