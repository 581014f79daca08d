import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { type Scripted, startScripted } from '../ollama/scripted.ts';
import { openWorkbench, type Workbench } from '../workbench/workbench.ts';
import { Chat } from './chat.ts';
import { BY_WORDS } from './project.ts';

/** What `git init` makes, as far as Git asks for it. */
export const emptyRepository: Readonly<Record<string, string>> = {
  '.git/HEAD': 'ref: refs/heads/main\n',
  '.git/config': '[core]\n\trepositoryformatversion = 0\n',
  '.git/objects/.keep': '',
  '.git/refs/.keep': '',
};

interface OneWindowOptions {
  files: Readonly<Record<string, string>>;
  settings?: Readonly<Record<string, unknown>>;
}

/** What the tests of one file share: a window, its panel, and a model that answers from a script. */
export interface OneWindow {
  workbench(): Workbench;
  page(): Page;
  chat(): Chat;
  model(): Scripted;
  /** A button in the title of the editor that is in front. */
  titleButton(name: string): Locator;
  /** A line of the editor that is in front; of a review, of its right side. */
  line(text: string | RegExp): Locator;
  /** Runs a command that asks for something, and answers it. */
  answer(command: string, words: string): Promise<void>;
}

/**
 * Opens one window for all tests of a file: each begins without editors and with a conversation of its own, and
 * works on files of its own. After a failure the window is loaded again, so that the next test finds it whole.
 */
export function oneWindow(suite: Mocha.Suite, { files, settings = {} }: OneWindowOptions): OneWindow {
  suite.timeout(240_000);
  let open: { workbench: Workbench; chat: Chat; model: Scripted } | undefined;
  let seen = 0;

  before(async () => {
    const model = await startScripted();
    const workbench = await openWorkbench({ files, settings });
    await workbench.host.changeSettings({ ...BY_WORDS, ...settings, 'zoey.ollama.url': model.url });
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const chat = await Chat.open(workbench);
    await chat.ready();
    open = { workbench, chat, model };
  });

  const all = () => {
    assert.ok(open, 'the window is open');
    return open;
  };
  const page = () => all().workbench.page;

  beforeEach(async () => {
    const { chat, model } = all();
    model.answers.length = 0;
    await chat.clear();
  });

  afterEach(async function () {
    const { workbench, chat } = all();
    const { state, title = '' } = this.currentTest ?? {};
    const errors = workbench.consoleErrors().slice(seen);
    seen += errors.length;
    if (state === 'passed') return assert.deepEqual(errors, []);
    await workbench.screenshot(`failed-${title.replaceAll(/[^\w]+/g, '-').slice(0, 60)}`);
    await workbench.reload();
    await Chat.open(workbench);
    await chat.ready();
  });

  after(async () => {
    await open?.workbench.close();
    await open?.model.stop();
  });

  const inFront = '.editor-group-container.active';
  return {
    workbench: () => all().workbench,
    page,
    chat: () => all().chat,
    model: () => all().model,
    titleButton: (name) => page().locator(`${inFront} .editor-actions`).getByRole('button', { name }),
    line: (text) => page().locator(`${inFront} .view-line`, { hasText: text }).last(),
    async answer(command, words) {
      const box = page().locator('.quick-input-widget .quick-input-box input');
      await all().workbench.runCommand(command);
      await page().locator('.quick-input-title', { hasText: /./ }).waitFor();
      await box.fill(words);
      await box.press('Enter');
    },
  };
}
