import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, ConsoleMessage, FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../../../scripts/lib/folders.ts';
import { descendants, type ProcessInfo } from '../../../scripts/lib/processes.ts';
import { launchBrowser } from '../browser.ts';
import { insist, PATIENCE_MS, until } from '../journeys/until.ts';
import { type HostOptions, makeWorkspace, startHost, type TestHost } from './host.ts';

export interface WorkbenchOptions extends HostOptions {
  /** Files of the workspace, by relative path. `null` opens no folder. */
  files?: Readonly<Record<string, string>> | null;
  /** Size of the window in CSS pixels. */
  viewport?: { width: number; height: number };
}

/** Names of themes, and the files of theirs that the workbench shows as a class once they are applied. */
const themes = {
  dark: ['Dark Modern', 'dark_modern'],
  light: ['Light Modern', 'light_modern'],
  contrast: ['Default High Contrast', 'hc_black'],
  contrastLight: ['Default High Contrast Light', 'hc_light'],
} as const;

/** How long one of several attempts may take, in milliseconds. */
const ATTEMPT_MS = 5000;
/** Shorter where VS Code itself is quick, and what is missing comes into the next list only. */
const ROW_MS = 2000;
const MAX_ERRORS = 200;
/** The folder of the installed extension, and the frames that webviews live in. */
const OURS = /[/.]zoeyos\.zoey|vscode-resource|\/webview\/browser\/pre\//;
/** A page that goes while it loads; of a file that is missing, the page that wants it complains as well. */
const LEFT = /loadLocalResource - Error using fileReader/;
const screenshots = path.join(root, 'test/output/journeys');

/** A real VS Code with our extension, which runs without a window. Close it when done. */
export interface RunningCode {
  host: TestHost;
  /** A window on a new folder with these files, or on none. */
  openWindow(files: Readonly<Record<string, string>> | null): Promise<Workbench>;
  /** Closes every window, ends VS Code and removes all that it kept. */
  close(): Promise<void>;
}

export async function startCode(options: Omit<WorkbenchOptions, 'files'> = {}): Promise<RunningCode> {
  const host = await startHost(options);
  const browser = await launchBrowser();
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  });
  const shared: Shared = { host, browser, context, folders: [] };
  return {
    host,
    openWindow: (files) => openOn(shared, files),
    close: () => closeAll(shared),
  };
}

/** Opens a real VS Code with our extension on a workspace of its own. Close it when done. */
export async function openWorkbench({ files, ...options }: WorkbenchOptions = {}): Promise<Workbench> {
  const code = await startCode(options);
  const shown = files === undefined ? { 'hello.ts': 'export const hello = 1;\n' } : files;
  return code.openWindow(shown).catch(async (error: unknown) => {
    await code.close();
    throw error;
  });
}

/** What all windows of one VS Code share. */
interface Shared {
  host: TestHost;
  browser: Browser;
  context: BrowserContext;
  /** Workspaces to remove at the end. */
  folders: string[];
}

async function openOn(shared: Shared, files: Readonly<Record<string, string>> | null): Promise<Workbench> {
  if (files === null) return Workbench.open(shared, undefined);
  const folder = await makeWorkspace(files);
  shared.folders.push(folder);
  return Workbench.open(shared, folder);
}

async function closeAll({ host, browser, folders }: Shared): Promise<void> {
  await browser.close();
  await host.close();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}

/** One window of VS Code, driven as a person would drive it. */
export class Workbench {
  readonly #shared: Shared;
  readonly page: Page;
  /** Absolute path of the workspace folder; absent without one. */
  readonly folder: string | undefined;
  readonly #errors: string[] = [];

  private constructor(shared: Shared, page: Page, folder: string | undefined) {
    this.#shared = shared;
    this.page = page;
    this.folder = folder;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => this.#keepError(message));
    page.on('pageerror', (error) => this.#keep(error.stack ?? String(error)));
  }

  static async open(shared: Shared, folder: string | undefined): Promise<Workbench> {
    const workbench = new Workbench(shared, await shared.context.newPage(), folder);
    await workbench.#go();
    return workbench;
  }

  get host(): TestHost {
    return this.#shared.host;
  }

  /** Another window of the same VS Code: on the same folder, on a new one with these files, or on none. */
  async openWindow(files?: Readonly<Record<string, string>> | null): Promise<Workbench> {
    return files === undefined ? Workbench.open(this.#shared, this.folder) : openOn(this.#shared, files);
  }

  /** Runs a command by its title in the palette, such as "Zoey: New Chat". It may ask something in the same place. */
  async runCommand(title: string): Promise<void> {
    await this.#pick('F1', `>${title}`, title);
  }

  /** Shows Zoey's side bar, whether it is there already or not. */
  async openSidebar(): Promise<void> {
    const item = this.page.locator('.activitybar .action-item', {
      has: this.page.locator('a[aria-label^="Zoey"]'),
    });
    await insist('the side bar', async () => {
      await item.waitFor();
      // A window that was just loaded may restore its side bar after this look; the click then hides it.
      if (!(await item.getAttribute('class'))?.includes('checked')) await item.locator('a').click();
      await this.page.locator('iframe.webview.ready').waitFor({ timeout: ATTEMPT_MS });
    });
  }

  /** The inside of the chat panel. */
  panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** Opens the menu of a place by a click with the right button. */
  async openMenu(place: Locator, click: Parameters<Locator['click']>[0] = {}): Promise<void> {
    const menu = this.page.locator('.monaco-menu').first();
    await insist('the menu', async () => {
      if (await menu.isVisible()) return;
      await place.click({ ...click, button: 'right', timeout: ATTEMPT_MS });
      await menu.waitFor({ timeout: ATTEMPT_MS });
    });
  }

  /**
   * Chooses an entry of a menu that is open, by the names that lead to it. With Enter: an entry is deaf to the mouse
   * for its first 100 ms, so that the click that opened its menu does not choose it.
   */
  async choose(...names: string[]): Promise<void> {
    const menu = this.page.locator('.monaco-menu');
    for (const name of names) {
      await menu.getByRole('menuitem', { name, exact: true }).hover();
      const entry = this.page.getByRole('menuitem', { name, exact: true });
      await entry.and(this.page.locator('.action-item.focused > *')).waitFor();
    }
    await this.page.keyboard.press('Enter');
    await menu.first().waitFor({ state: 'detached' });
  }

  /** Chooses what the lightbulb at the cursor offers. It is asked again: who offers may come late. */
  async quickFix(name: string): Promise<void> {
    const list = this.page.locator('.action-widget');
    await insist(`"${name}" at the lightbulb`, async () => {
      await this.page.keyboard.press('Control+.');
      try {
        await list.getByText(name).click({ timeout: ATTEMPT_MS });
      } catch (error) {
        if (await list.isVisible()) await this.page.keyboard.press('Escape');
        throw error;
      }
    });
  }

  /** Opens a file of the workspace, by its relative path, and waits until its editor has the focus. */
  async openFile(name: string): Promise<void> {
    const base = path.basename(name);
    const group = this.page.locator('.editor-group-container.active');
    await insist(`the editor of ${name}`, async () => {
      // Rows move while files are found, so another one may have been picked.
      await this.#pick('Control+P', name, base);
      await group.locator('.tab.active', { hasText: base }).waitFor({ timeout: ATTEMPT_MS });
      await group.locator('.monaco-editor.focused').first().waitFor({ timeout: ATTEMPT_MS });
    });
  }

  /**
   * Resolves once nothing waits to be saved, which this VS Code does by itself after a while. What is undone while it
   * is being saved counts as saved for it, though the disk has it otherwise.
   */
  async saved(): Promise<void> {
    await this.page.locator('.tab.dirty').first().waitFor({ state: 'detached' });
  }

  /** Reloads the window, as "Developer: Reload Window" does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.#ready();
  }

  /** Ends VS Code with all its processes and opens it again on the same data, as on the next day. */
  async restart(): Promise<void> {
    await this.host.restart();
    await this.#go();
  }

  /** Ends the extension host and lets VS Code start another one. */
  async restartExtensionHost(): Promise<void> {
    await this.runCommand('Developer: Restart Extension Host');
  }

  async setTheme(theme: keyof typeof themes): Promise<void> {
    const [name, file] = themes[theme];
    const applied = this.page.locator(`.monaco-workbench.vscode-theme-defaults-themes-${file}-json`);
    await insist(`the theme ${name}`, async () => {
      await this.host.changeSettings({ 'workbench.colorTheme': name, 'window.autoDetectColorScheme': false });
      await applied.waitFor({ timeout: ATTEMPT_MS });
    });
  }

  /** Drags the edge of the side bar, so that it is so wide, in CSS pixels. */
  async widenSidebar(width: number): Promise<void> {
    const sidebar = this.page.locator('.part.sidebar');
    const widthNow = async () => (await sidebar.boundingBox())?.width ?? 0;
    await insist(`a side bar of ${width} px`, async () => {
      const { x, width: before } = (await sidebar.boundingBox()) ?? { x: 0, width: 0 };
      const edge = x + before + 2;
      await this.page.mouse.move(edge, 600);
      await this.page.mouse.down();
      await this.page.mouse.move(edge + (width - before), 600, { steps: 5 });
      await this.page.mouse.up();
      await until(`${width} px`, async () => Math.abs((await widthNow()) - width) <= 2, ATTEMPT_MS);
    });
  }

  /** Writes test/output/journeys/NAME.png and returns its path. */
  async screenshot(name: string): Promise<string> {
    await mkdir(screenshots, { recursive: true });
    const file = path.join(screenshots, `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  /** Errors so far in the browser's console that our code caused, a breach of the panel's CSP among them. */
  consoleErrors(): readonly string[] {
    return this.#errors;
  }

  /** The agent servers of all windows that run now. */
  async agentServers(): Promise<ProcessInfo[]> {
    const all = await descendants(this.host.server().pid);
    return all.filter(({ command }) => /[\\/]dist[\\/]server\.js/.test(command));
  }

  /** Ends the one agent server as `kill -9` does, and returns its process id. */
  async killAgentServer(): Promise<number> {
    // After a reload, the one of the page before may take a moment to end.
    let servers: ProcessInfo[] = [];
    await until('one agent server', async () => {
      servers = await this.agentServers();
      return servers.length === 1;
    });
    const [{ pid } = { pid: 0 }] = servers;
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  /** Closes this window alone. */
  async closeWindow(): Promise<void> {
    // VS Code ends what belongs to a window as its page unloads, which a page that is just closed does not.
    await this.page.goto('about:blank');
    await this.page.close();
  }

  /** Closes every window, ends VS Code and removes all that it kept. */
  async close(): Promise<void> {
    await closeAll(this.#shared);
  }

  async #go(): Promise<void> {
    await this.page.goto(this.host.server().page(this.folder));
    await this.#ready();
  }

  async #ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
  }

  /**
   * Picks a row of the quick input. The key is lost on a window that loads, the list is made when it opens, and an
   * extension's command comes with the extension host: it is opened until the row is there.
   */
  async #pick(key: string, text: string, label: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
    // What is picked may ask something of its own, in the same box.
    const isLeft = async () => !(await input.isVisible()) || (await input.inputValue()) !== text;
    await insist(`"${label}" for "${text}"`, async () => {
      await this.page.keyboard.press(key);
      await input.waitFor({ timeout: ATTEMPT_MS });
      try {
        await input.fill(text, { timeout: ATTEMPT_MS });
        await row.waitFor({ timeout: ROW_MS });
        await row.click({ timeout: ATTEMPT_MS });
        await until('the end of the list', isLeft, ATTEMPT_MS);
      } catch (error) {
        if (await input.isVisible()) await this.page.keyboard.press('Escape');
        throw error;
      }
    });
  }

  #keepError(message: ConsoleMessage): void {
    if (message.type() === 'error') this.#keep(`${message.text()} (${message.location().url})`);
  }

  /** VS Code itself complains at length when offline: only what our code caused is kept. */
  #keep(text: string): void {
    if (!OURS.test(text) || LEFT.test(text)) return;
    this.#errors.push(text);
    if (this.#errors.length > MAX_ERRORS) this.#errors.shift();
  }
}
