import type { FrameLocator, Locator } from 'playwright-core';
import type { Workbench } from '../workbench/workbench.ts';
import { until } from './until.ts';

/** The chat panel of one window, as a person sees it. */
export class Chat {
  readonly workbench: Workbench;
  readonly frame: FrameLocator;
  readonly composer: Locator;
  /** The answers of the open conversation. */
  readonly answers: Locator;
  /** The title of the open conversation, which opens the list of the others. */
  readonly title: Locator;

  private constructor(workbench: Workbench) {
    this.workbench = workbench;
    this.frame = workbench.panel();
    this.composer = this.frame.getByLabel('Message to Zoey');
    this.answers = this.frame.locator('.message.answer');
    this.title = this.frame.locator('.title-button');
  }

  /** Shows the panel in this window and waits until it can be written in. */
  static async open(workbench: Workbench): Promise<Chat> {
    await workbench.openSidebar();
    const chat = new Chat(workbench);
    await chat.composer.waitFor();
    return chat;
  }

  /** Resolves when the keys go to the composer. */
  async focused(): Promise<void> {
    await this.frame.locator('.composer textarea:focus').waitFor();
  }

  /** The model is there: its name stands at the composer, and no card above. */
  async ready(): Promise<void> {
    await this.frame.locator('.model-name', { hasNotText: 'No model' }).waitFor();
  }

  /** Sends a message; does not wait for the answer. */
  async ask(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
    await this.question(text).waitFor();
  }

  /** Sends a message and waits for the end of the answer, which it returns. */
  async exchange(text: string): Promise<Locator> {
    const before = await this.answers.count();
    await this.ask(text);
    const answer = this.answers.nth(before);
    await this.ended(answer);
    return answer;
  }

  /** Begins a conversation, where one is open. */
  async begin(): Promise<void> {
    await this.frame.locator('.message, .empty, .history').first().waitFor();
    // In an empty chat nothing tells when the command was heard; it would then put what is sent out of sight.
    if (await this.frame.locator('.empty').isVisible()) return;
    await this.workbench.runCommand('Zoey: New Chat');
    await this.frame.locator('.empty').waitFor();
  }

  /** Without editors, in a new conversation, with an empty composer: what an earlier test left is away. */
  async clear(): Promise<void> {
    const { page } = this.workbench;
    await this.workbench.openSidebar();
    // An editor that is not saved would ask first.
    await this.workbench.saved();
    if ((await page.locator('.tab').count()) > 0) await this.workbench.runCommand('View: Close All Editors');
    await page.locator('.tab').first().waitFor({ state: 'detached' });
    await this.begin();
    await this.composer.fill('');
    const pieces = this.frame.locator('.draft-chips').getByRole('button', { name: /^Remove / });
    while ((await pieces.count()) > 0) await pieces.first().click();
  }

  question(text: string): Locator {
    return this.frame.locator('.message.mine', { hasText: text });
  }

  /** Resolves when nothing more is written to an answer. */
  async ended(answer: Locator): Promise<void> {
    await answer.locator('.message-footer').waitFor();
  }

  /** Resolves when an answer has at least so many words. */
  async words(answer: Locator, least: number): Promise<void> {
    await answer.locator('.answer-text', { hasText: new RegExp(`(\\S+\\s+){${least}}`) }).waitFor();
  }

  /** The lengths that an answer had while it was written, each once, until its end. */
  lengths(answer: Locator): Promise<number[]> {
    return answer.evaluate(
      (element) =>
        new Promise((resolve) => {
          const lengths: number[] = [];
          new MutationObserver((_, observer) => {
            const length = element.querySelector('.answer-text')?.textContent?.length ?? 0;
            if (length > 0 && length !== lengths.at(-1)) lengths.push(length);
            if (element.getAttribute('aria-busy') !== 'false') return;
            observer.disconnect();
            resolve(lengths);
          }).observe(element, { attributes: true, childList: true, subtree: true, characterData: true });
          // The first look, should it be at its end already.
          element.toggleAttribute('data-watched');
        }),
    );
  }

  /** The words of an answer. Its blocks stand without space between them. */
  async text(answer: Locator): Promise<string> {
    return ((await answer.locator('.answer-text').textContent()) ?? '').trim();
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole('button', { name });
  }

  /** Resolves when this text stands in the composer. */
  async drafts(text: string): Promise<void> {
    await until(`"${text}" in the composer`, async () => (await this.composer.inputValue()) === text);
  }

  /**
   * Reloads the window, with a draft in the composer that must come back. A VS Code in the browser writes what
   * panels keep every few seconds, since a page that unloads can't: that is waited for first.
   */
  async reload(draft: string): Promise<void> {
    await this.composer.fill(draft);
    await until('the state in storage', () => this.workbench.page.evaluate(isKept, draft));
    await this.workbench.reload();
    await this.composer.waitFor();
    await this.drafts(draft);
  }

  /** Opens the list of all conversations. */
  async history(): Promise<Locator> {
    await this.workbench.runCommand('Zoey: Show History');
    const view = this.frame.locator('.history');
    await view.waitFor();
    return view;
  }
}

/** Whether VS Code has written a state of our panel that holds these words. Run in its page. */
async function isKept(words: string): Promise<boolean> {
  for (const { name } of await indexedDB.databases()) {
    if (!name?.startsWith('vscode-web-state-db-')) continue;
    const state = await new Promise<unknown>((resolve) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => {
        const items = opening.result.transaction('ItemTable').objectStore('ItemTable');
        const reading = items.get('memento/webviewView.zoey.chat');
        reading.onsuccess = () => {
          opening.result.close();
          resolve(reading.result);
        };
      };
    });
    if (String(state).includes(words)) return true;
  }
  return false;
}
