import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { Chat } from '../../support/journeys/chat.ts';
import { journeys } from '../../support/journeys/journey.ts';
import type { Workbench } from '../../support/workbench/workbench.ts';

/** The view of what is remembered, as a person sees it. */
class MemoryView {
  readonly workbench: Workbench;
  readonly pane: Locator;

  constructor(workbench: Workbench) {
    this.workbench = workbench;
    this.pane = workbench.page.locator('.pane', {
      has: workbench.page.locator('.pane-header[aria-label^="Memory"]'),
    });
  }

  async unfold(): Promise<void> {
    await this.pane.locator('.pane-header').click();
    await this.pane.locator('.pane-header[aria-expanded="true"]').waitFor();
  }

  row(text: string): Locator {
    return this.pane.locator('.monaco-list-row', { hasText: text });
  }

  /** Presses a button that a row shows while it is pointed at. */
  async press(text: string, button: string): Promise<void> {
    await this.row(text).hover();
    await this.row(text).getByRole('button', { name: button }).click();
  }

  /** Writes into the box that a command opened. */
  async write(title: string, text: string): Promise<void> {
    const { page } = this.workbench;
    await page.locator('.quick-input-title', { hasText: title }).waitFor();
    const box = page.locator('.quick-input-widget .quick-input-box input');
    await box.fill(text);
    await box.press('Enter');
    await box.waitFor({ state: 'hidden' });
  }
}

describe('the view of what is remembered', function () {
  const { window } = journeys(this, {
    settings: { 'window.commandCenter': false, 'workbench.layoutControl.enabled': false },
  });

  it('adds, is followed by the chat and follows it, edits, searches, forgets and takes it back', async () => {
    const workbench = await window();
    const { page } = workbench;
    const chat = await Chat.open(workbench);
    const memory = new MemoryView(workbench);
    await memory.unfold();
    await memory.pane.getByText('Nothing is remembered yet').waitFor();
    await workbench.screenshot('memory-empty');
    await memory.pane.getByRole('button', { name: 'Add a Memory', exact: true }).click();
    await memory.write('Add a memory', 'Deploys go out on Tuesdays');
    await memory.row('Deploys go out on Tuesdays').waitFor();

    await chat.composer.fill('');
    await chat.composer.pressSequentially('@memory ');
    await chat.frame.getByRole('option', { name: 'Deploys go out on Tuesdays' }).waitFor();
    await chat.composer.fill('');
    await chat.exchange('Remember that the office closes at six');
    await memory.row('the office closes at six').waitFor();

    await memory.press('Deploys', 'Edit…');
    await memory.write('Edit memory', 'Deploys go out on Fridays');
    await memory.row('Deploys go out on Fridays').waitFor();
    for (const theme of ['light', 'contrast', 'dark'] as const) {
      await workbench.setTheme(theme);
      await memory.row('Deploys').hover();
      await workbench.screenshot(`memory-${theme}`);
    }

    await memory.press('Deploys', 'Forget');
    await memory.row('Deploys').waitFor({ state: 'detached' });
    const toast = page.locator('.notification-toast', { hasText: 'Forgot “Deploys go out on Fridays”.' });
    await toast.waitFor();
    await workbench.screenshot('memory-forgotten');
    await toast.getByRole('button', { name: 'Undo' }).click();
    await memory.row('Deploys go out on Fridays').waitFor();

    await memory.pane.locator('.pane-header').hover();
    await memory.pane.getByRole('button', { name: 'Search Memory…' }).click();
    await memory.write('Search memory', 'when does the office close');
    await memory.row('the office closes at six').waitFor();
    await memory.pane.locator('.pane-header', { hasText: '“when does the office close”' }).waitFor();
    await workbench.screenshot('memory-search');
    await memory.pane.locator('.pane-header').hover();
    await memory.pane.getByRole('button', { name: 'Clear Memory Search' }).click();
    await memory.row('Notes').waitFor();
    const spoken = await memory.row('Deploys').getAttribute('aria-label');
    assert.match(spoken ?? '', /^Note: Deploys go out on Fridays, from you, /);
    await memory.workbench.widenSidebar(200);
    await memory.row('Deploys').hover();
    await workbench.screenshot('memory-narrow');
  });
});
