import assert from 'node:assert/strict';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import type { PullProgress } from '../../runtime/types/model.ts';
import { connect } from '../support/ollama/connect.ts';
import { type MadeUp, type Replay, type ReplayOptions, startReplay } from '../support/ollama/replay.ts';

const PULL = 'POST /api/pull';
const never = new AbortController().signal;

async function collect(
  progress: AsyncIterable<PullProgress>,
): Promise<{ seen: PullProgress[]; failed?: ZoeyError }> {
  const seen: PullProgress[] = [];
  try {
    for await (const step of progress) seen.push(step);
    return { seen };
  } catch (error) {
    assert.ok(ZoeyError.is(error), String(error));
    return { seen, failed: error };
  }
}

describe('pulling a model', () => {
  let server: Replay | undefined;
  async function serve(answer: string | MadeUp, options: ReplayOptions = {}): Promise<Replay> {
    server = await startReplay({ ...options, routes: { [PULL]: answer } });
    return server;
  }
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  for (const split of [undefined, 1, 3, 7]) {
    it(`goes on where it stopped and adds up the layers, ${split ? `cut into ${split} bytes` : 'as recorded'}`, async () => {
      const { url } = await serve('pull-resume-success');
      const { seen, failed } = await collect(connect(url, { split }).ollama.pull('smol', never));
      assert.equal(failed, undefined);
      assert.deepEqual(seen[0], { status: 'pulling manifest', completed: 0, total: 0 });
      assert.equal(seen[1]?.completed, 64225280);
      const last = seen.at(-1);
      assert.equal(last?.status, 'success');
      assert.ok((last?.total ?? 0) > 144013760, 'more than the first layer');
      assert.equal(last?.completed, last?.total);
      for (const [index, step] of seen.entries()) {
        assert.ok(step.completed >= (seen[index - 1]?.completed ?? 0), 'never goes back');
      }
    });
  }

  it('counts nothing as done where Ollama does not say yet', async () => {
    const { url } = await serve('pull-abort');
    const { seen, failed } = await collect(connect(url).ollama.pull('smol', never));
    assert.deepEqual(seen[1], { status: 'pulling 3a9e2043c4f4', completed: 0, total: 144013760 });
    assert.equal(failed?.code, 'pull_failed', 'the recording ends before the model is there');
  });

  const ndjson = 'application/x-ndjson';
  const failures: [string, string | MadeUp, string, RegExp][] = [
    ['an unknown name', 'pull-404', 'pull_failed', /Check the name/],
    ['no network', 'pull-offline', 'pull_failed', /internet/],
    ['no network, at once', 'pull-offline-nostream', 'pull_failed', /internet/],
    ['another fault', 'pull-http-without-insecure', 'pull_failed', /log of Ollama/],
    [
      'a full disk',
      { type: ndjson, body: '{"error":"write /x: no space left on device"}\n' },
      'pull_failed',
      /Free some space/,
    ],
    [
      'a server too old for it',
      { type: ndjson, body: '{"error":"pull model manifest: 412: requires a newer version of Ollama"}\n' },
      'pull_failed',
      /Update Ollama/,
    ],
    [
      'a broken connection',
      { type: ndjson, body: '{"status":"x"}\n', hold: 'cut' },
      'pull_failed',
      /goes on/,
    ],
    ['another server', 'wrong-path', 'ollama_wrong_address', /./],
  ];
  for (const [what, answer, code, hint] of failures) {
    it(`says what to do at ${what}`, async () => {
      const { url } = await serve(answer);
      const { failed } = await collect(connect(url).ollama.pull('qwen3:0.6b', never));
      assert.equal(failed?.code, code);
      assert.match(failed?.hint ?? '', hint);
    });
  }

  it('closes the socket when stopped', async () => {
    const { url, closed } = await serve({
      type: ndjson,
      body: '{"status":"pulling manifest"}\n',
      hold: 'open',
    });
    const stop = new AbortController();
    const steps = connect(url).ollama.pull('x', stop.signal);
    await steps.next();
    const next = steps.next();
    stop.abort();
    await assert.rejects(next, { code: 'cancelled' });
    await closed;
  });

  it('does not pull what would run elsewhere', async () => {
    const { url, requests } = await serve('pull-exists');
    const { failed } = await collect(connect(url).ollama.pull('gpt-oss:120b-cloud', never));
    assert.deepEqual([failed?.code, requests.length], ['model_unsupported', 0]);
  });
});
