import assert from 'node:assert/strict';
import { Settings } from '../../runtime/types/host.ts';
import { anAction, anAgent, aProvider, gate } from '../support/agent.ts';
import { aMemory } from '../support/samples.ts';

describe('runtime', () => {
  it('holds nothing of a run: what a run needs travels in its context, also where two run at once', async () => {
    const { agent } = await anAgent();
    const both = gate();
    let looking = 0;
    agent.registerProvider(
      aProvider({
        name: 'WHO',
        async get(runtime, message, _state, options) {
          looking += 1;
          if (looking === 2) both.open();
          await both.promise;
          assert.equal(runtime.run.runId, options.runId);
          return { text: `${message.content.text}: ${runtime.run.caller.settings.model}` };
        },
      }),
    );
    agent.registerAction(
      anAction({
        name: 'SAY',
        handler: async ({ run }) => ({ success: true, text: run.caller.settings.model }),
      }),
    );
    const run = (name: string) =>
      agent.withRun(
        aMemory({ text: name }),
        { caller: { host: 'test', trusted: true, settings: Settings.parse({ model: name }) } },
        async (bound) => {
          const message = aMemory({ text: name });
          const { text } = await bound.composeState(message);
          const [step] = await bound.runActions([{ name: 'SAY' }], { message });
          return [text, step?.result?.text];
        },
      );
    assert.deepEqual(await Promise.all([run('one'), run('two')]), [
      ['one: one', 'one'],
      ['two: two', 'two'],
    ]);
    assert.equal(agent.run.caller.settings.model, '');
  });
});
