import assert from 'node:assert/strict';
import { startReplay } from '../support/ollama/replay.ts';
import { testRuntime } from '../support/testRuntime.ts';

describe('models', () => {
  it('tell the state in words, with the button that cures it', async () => {
    const { call, runtime } = await testRuntime();
    const report = await call('models.status', {});
    assert.equal(report.state, 'not_running');
    assert.equal(report.word, 'Ollama is not running');
    assert.deepEqual(report.action, { kind: 'start', label: 'Start Ollama' });
    assert.ok(report.suggestions.length > 0);
    await runtime.close();
  });

  it('never ask a host that was not allowed', async () => {
    const { call, runtime } = await testRuntime({ ollamaUrl: 'http://models.example:11434' });
    const report = await call('models.status', {});
    assert.equal(report.state, 'host_not_allowed');
    assert.equal(report.action?.kind, 'allow_host');
    assert.deepEqual((await call('privacy.ledger', {})).items, []);
    await runtime.close();
  });

  it('are listed and chosen; the choice is kept, and must be there', async () => {
    const replay = await startReplay();
    const { call, runtime } = await testRuntime({ ollamaUrl: replay.url });
    const { items } = await call('models.list', {});
    const last = items.at(-1)?.name ?? '';
    assert.equal((await call('models.select', { name: last })).model?.name, last);
    assert.equal((await call('models.status', {})).model?.name, last);
    await assert.rejects(call('models.select', { name: 'none:1b' }), { code: 'model_not_found' });
    await assert.rejects(call('chat.send', { text: 'x', model: 'none:1b' }), { code: 'model_not_found' });
    await runtime.close();
    await replay.stop();
  });

  it('are pulled with progress, and the state after it', async () => {
    const replay = await startReplay({ routes: { 'POST /api/pull': 'pull-resume-success' } });
    const { call, runtime } = await testRuntime({ ollamaUrl: replay.url });
    let progress = 0;
    const report = await call('models.pull', { name: 'tiny' }, { onChunk: () => progress++ });
    assert.ok(progress > 1);
    assert.equal(report.state, 'ready');
    await runtime.close();
    await replay.stop();
  });

  it('leave each request in the ledger, without its content', async () => {
    const replay = await startReplay({ routes: { 'POST /api/chat': 's-chat-think-false' } });
    const { call, runtime } = await testRuntime({ ollamaUrl: replay.url });
    await call('chat.send', { text: 'A private question' });
    const { items } = await call('privacy.ledger', {});
    const chat = items.find(({ url }) => url === `${replay.url}/api/chat`);
    assert.deepEqual({ method: chat?.method, status: chat?.status }, { method: 'POST', status: 200 });
    assert.ok((chat?.bytesOut ?? 0) > 0 && (chat?.bytesIn ?? 0) > 0);
    assert.equal(JSON.stringify(items).includes('private question'), false);
    assert.equal(items.length, replay.requests.length);
    await runtime.close();
    await replay.stop();
  });
});
