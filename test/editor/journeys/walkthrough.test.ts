import assert from 'node:assert/strict';
import { journeys } from '../../support/journeys/journey.ts';
import { until } from '../../support/journeys/until.ts';
import type { Workbench } from '../../support/workbench/workbench.ts';

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:49151';

/** Opens the walkthrough as a person does, by its name. */
async function openWalkthrough(workbench: Workbench): Promise<void> {
  await workbench.runCommand('Welcome: Open Walkthrough...');
  const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
  await rows.filter({ hasText: 'Get started with Zoey' }).click();
}

/** The titles of the steps that are ticked. */
function ticked({ page }: Workbench): Promise<string[]> {
  return page
    .locator('.getting-started-step', { has: page.locator('.codicon-getting-started-step-checked') })
    .locator('.step-title')
    .allTextContents();
}

describe('the walkthrough', function () {
  const { chat: newChat } = journeys(this, { settings: { 'zoey.ollama.url': NOWHERE } });

  it('has a tick at what was done before it is shown, and at nothing else', async () => {
    const chat = await newChat();
    await chat.exchange('Where is the retry?');
    await openWalkthrough(chat.workbench);
    await until('a tick', async () => (await ticked(chat.workbench)).length > 0);
    assert.deepEqual(await ticked(chat.workbench), ['Ask about your code']);
  });
});
