import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { OneWindow } from './oneWindow.ts';
import { until } from './until.ts';

/** What a person does again and again who works on code with Zoey. */
export function codingSteps({ workbench, page, chat, titleButton, line }: OneWindow) {
  /** Opens the menu of the editor on a line. */
  async function menuOn(file: string, text: string): Promise<void> {
    await workbench().openFile(file);
    await line(text).click({ position: { x: 45, y: 8 } });
    await workbench().openMenu(line(text), { position: { x: 45, y: 8 } });
  }

  /** Opens a file with the cursor at its end. */
  async function openAtEnd(file: string): Promise<void> {
    await workbench().openFile(file);
    await line('return').click();
    await page().keyboard.press('Control+End');
  }

  async function proposed(file: string): Promise<void> {
    await page()
      .locator('.tab.active', { hasText: `${file}: proposed by Zoey` })
      .waitFor();
    await line(/\S/).waitFor();
    await calm();
  }

  /** What was under way is over, and is not in the picture. */
  const calm = () =>
    page().locator('.notification-toast .monaco-progress-container.active').waitFor({ state: 'detached' });

  async function acceptAll(): Promise<void> {
    await titleButton('Accept All Changes').click();
    await page().locator('.tab', { hasText: ': proposed by Zoey' }).waitFor({ state: 'detached' });
  }

  /** This VS Code saves by itself, after a while. */
  async function onDisk(file: string, text: string): Promise<void> {
    await until(`${file} as it was accepted`, async () => {
      const there = readFile(path.join(workbench().folder ?? '', file), 'utf8');
      return (await there.catch(() => '')) === text;
    });
    await workbench().saved();
  }

  /** The words of the first answer, once it is whole. */
  async function answered(): Promise<string> {
    await chat().ended(chat().answers.first());
    return chat().text(chat().answers.first());
  }

  const chips = () => chat().button(/^Remove /);

  /** Completes a mention by keyboard; a chip stands for it then. */
  async function mention(typed: string, offered: string | RegExp): Promise<void> {
    const before = await chips().count();
    await chat().composer.pressSequentially(typed);
    // What Enter takes: of what was typed, not of half of it.
    await chat()
      .frame.locator('[role="listbox"][aria-busy="false"] [aria-selected="true"]', { hasText: offered })
      .waitFor();
    await chat().composer.press('Enter');
    await until(`a chip for ${typed}`, async () => (await chips().count()) === before + 1);
    await chat().drafts('');
  }

  /** Resolves once every chip says what it costs. */
  const measured = () =>
    chat()
      .frame.locator('.draft-chips .chip:not(.ghost):not(:has(.chip-tokens))')
      .first()
      .waitFor({ state: 'detached' });

  return { menuOn, openAtEnd, proposed, calm, acceptAll, onDisk, answered, chips, mention, measured };
}
