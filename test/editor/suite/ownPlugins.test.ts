import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { contract } from '../../../runtime/protocol/contract.ts';
import { comesTo, reaches, writeFile, zoey } from './access.ts';

/** The bundle of this file is in test/output/suite. */
const PLUGINS = path.resolve(__dirname, '../../fixtures/plugins');

/** Sets a setting of the person's and waits until the agent has started with it. */
async function set(key: string, value: string | undefined): Promise<void> {
  const { agent } = await zoey();
  const restarted = comesTo(agent, 'starting');
  await vscode.workspace.getConfiguration('zoey').update(key, value, vscode.ConfigurationTarget.Global);
  await restarted;
  await reaches(agent, 'running');
}

describe("the person's own", () => {
  before(async () => {
    const { agent } = await zoey();
    agent.start();
    await reaches(agent, 'running');
  });

  it('plugins are loaded from the folder that is set, used, and gone when it is not set any more', async () => {
    const { agent } = await zoey();
    const names = async () => {
      const listed = await agent.invoke({ name: 'actions.list', input: {} });
      return contract['actions.list'].output.parse(listed).items.map(({ name }) => name);
    };
    assert.ok(!(await names()).includes('COUNT_WORDS'));
    await set('plugins.folder', PLUGINS);
    try {
      assert.ok((await names()).includes('COUNT_WORDS'));
      const ran = await agent.invoke({ name: 'actions.run', input: { name: 'count_words' } });
      assert.equal(contract['actions.run'].output.parse(ran).text, '1 words.');
    } finally {
      await set('plugins.folder', undefined);
    }
    assert.ok(!(await names()).includes('COUNT_WORDS'));
  });

  it('character answers, and Zoey does where the file can not be used, which is said', async () => {
    const { agent } = await zoey();
    const who = async () =>
      contract['agents.get'].output.parse(await agent.invoke({ name: 'agents.get', input: {} }));
    const file = await writeFile('ada.zoey-character.json', '{"name":"Ada","bio":"A tester."}');
    await set('character', file.fsPath);
    try {
      assert.equal((await who()).name, 'Ada');
      await set('character', `${file.fsPath}.gone`);
      assert.equal((await who()).name, 'Zoey');
      const status = contract.status.output.parse(await agent.invoke({ name: 'status', input: {} }));
      assert.match(status.notices[0] ?? '', /ada\.zoey-character\.json\.gone is not used/);
    } finally {
      await set('character', undefined);
      await vscode.workspace.fs.delete(file);
    }
  });
});
