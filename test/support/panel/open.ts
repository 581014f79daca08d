import type { Page } from 'playwright-core';
import { Conversations } from './conversations.ts';
import { PanelHost, type Script } from './host.ts';
import { closeBrowser, openPanel, type PanelOptions } from './page.ts';

/** A panel with a scripted agent behind it. */
export interface TestPanel {
  page: Page;
  host: PanelHost;
  store: Conversations;
}

const opened = new Set<Page>();

/** Opens a panel and waits until it has shown what it has. */
export async function open(
  options: PanelOptions & { store?: Conversations; script?: Script; host?: PanelHost } = {},
): Promise<TestPanel> {
  const { store = new Conversations(), script = {}, ...rest } = options;
  const host = options.host ?? new PanelHost(store.script(script));
  const page = await openPanel(host, rest);
  opened.add(page);
  await page.waitForSelector('.composer');
  return { page, host, store };
}

/** What a file of panel tests needs around it: pages are closed after each test, the browser at the end. */
export function closeAfter(): void {
  afterEach(async () => {
    const pages = [...opened];
    opened.clear();
    await Promise.all(pages.map((page) => page.context().close()));
  });
  after(closeBrowser);
}

/** A promise that a test settles by hand. */
export function gate<T = void>(): { open(value: T): void; opened: Promise<T> } {
  let open: (value: T) => void = () => {};
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
