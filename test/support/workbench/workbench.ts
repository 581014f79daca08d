import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, ConsoleMessage, FrameLocator, Page } from 'playwright-core';
import { root } from '../../../scripts/lib/folders.ts';
import { descendants, type ProcessInfo } from '../../../scripts/lib/processes.ts';
import { launchBrowser } from '../browser.ts';
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

/** What may take long on a busy machine, in milliseconds. */
const PATIENCE_MS = 30_000;
const MAX_ERRORS = 200;
/** The folder of the installed extension, and the frames that webviews live in. */
const OURS = /[/.]zoeyos\.zoey|vscode-resource|\/webview\/browser\/pre\//;
const screenshots = path.join(root, 'test/output/journeys');

/** Opens a real VS Code with our extension on a workspace of its own. Close it when done. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const files = options.files === undefined ? { 'hello.ts': 'export const hello = 1;\n' } : options.files;
  const folder = files === null ? undefined : await makeWorkspace(files);
  const folders = folder ? [folder] : [];
  const host = await startHost(options);
  const browser = await launchBrowser();
  const context = await browser.newContext({ viewport: options.viewport ?? { width: 1280, height: 800 } });
  const shared = { host, browser, context, folders };
  return Workbench.open(shared, folder).catch(async (error: unknown) => {
    await closeAll(shared);
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
    if (files === undefined) return Workbench.open(this.#shared, this.folder);
    if (files === null) return Workbench.open(this.#shared, undefined);
    const folder = await makeWorkspace(files);
    this.#shared.folders.push(folder);
    return Workbench.open(this.#shared, folder);
  }

  /** Runs a command by its title in the palette, such as "Zoey: New Chat". */
  async runCommand(title: string): Promise<void> {
    await this.#pick('F1', `>${title}`, title);
  }

  /** Shows Zoey's side bar, whether it is there already or not. */
  async openSidebar(): Promise<void> {
    const item = this.page.locator('.activitybar .action-item', {
      has: this.page.locator('a[aria-label^="Zoey"]'),
    });
    const view = this.page.locator('iframe.webview.ready');
    const until = performance.now() + PATIENCE_MS;
    do {
      await item.waitFor();
      // A window that was just loaded may restore its side bar after this look; the click then hides it.
      if (!(await item.getAttribute('class'))?.includes('checked')) await item.locator('a').click();
      const shown = await view.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (shown) return;
    } while (performance.now() < until);
    throw new Error('the side bar does not open');
  }

  /** The inside of the chat panel. */
  panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** Opens a file of the workspace, by its relative path. */
  async openFile(name: string): Promise<void> {
    await this.#pick('Control+P', name, path.basename(name));
    await this.page.locator('.tab.active', { hasText: path.basename(name) }).waitFor();
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
    await this.host.changeSettings({ 'workbench.colorTheme': name, 'window.autoDetectColorScheme': false });
    await this.page.locator(`.monaco-workbench.vscode-theme-defaults-themes-${file}-json`).waitFor();
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
    const [server, ...others] = await this.agentServers();
    if (server === undefined || others.length > 0) {
      throw new Error(`expected one agent server, found ${server ? 1 + others.length : 0}`);
    }
    process.kill(server.pid, 'SIGKILL');
    return server.pid;
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

  /** Picks a row of the quick input. It may appear late: an extension's command comes with the extension host. */
  async #pick(key: string, text: string, label: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      await this.page.keyboard.press(key);
      await input.waitFor();
      await input.fill(text);
      // The list is made when it opens, so it is opened again until the row is there.
      const found = await row.click({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
      if (found) return input.waitFor({ state: 'hidden' });
      if (performance.now() > until) throw new Error(`"${label}" does not come up for "${text}"`);
      await this.page.keyboard.press('Escape');
    }
  }

  #keepError(message: ConsoleMessage): void {
    if (message.type() === 'error') this.#keep(`${message.text()} (${message.location().url})`);
  }

  /** VS Code itself complains at length when offline: only what our code caused is kept. */
  #keep(text: string): void {
    if (!OURS.test(text)) return;
    this.#errors.push(text);
    if (this.#errors.length > MAX_ERRORS) this.#errors.shift();
  }
}
