import type { Browser, Page } from 'playwright-core';
import { panelHtml } from '../../../extension/panelHtml.ts';
import { launchBrowser } from '../browser.ts';
import { panelBundle } from './bundle.ts';
import type { PanelHost } from './host.ts';
import { type ThemeName, themes } from './themes.ts';

const ORIGIN = 'https://panel.test';
const NONCE = 'nonce-of-the-test';
const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };

export interface PanelOptions {
  theme?: ThemeName;
  width?: number;
  height?: number;
  /** The person asked for less motion. */
  still?: boolean;
  /** What an earlier panel kept. */
  kept?: unknown;
  /** What the page's clock says, in milliseconds. */
  now?: number;
  /** The page's clock goes on by `page.clock.fastForward` too. */
  clock?: boolean;
}

let browser: Promise<Browser> | undefined;

/** The browser of all panel tests; the last one closes it. */
function sharedBrowser(): Promise<Browser> {
  browser ??= launchBrowser();
  return browser;
}

export async function closeBrowser(): Promise<void> {
  const started = browser;
  browser = undefined;
  await (await started)?.close();
}

/** Opens the built panel in Chromium, with the policy, colours and messages of a real webview. */
export async function openPanel(host: PanelHost, options: PanelOptions = {}): Promise<Page> {
  const { theme = 'dark', width = 300, height = 640, still = false, kept, now, clock = false } = options;
  const bundle = await panelBundle();
  const context = await (await sharedBrowser()).newContext({
    viewport: { width, height },
    reducedMotion: still ? 'reduce' : 'no-preference',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  if (clock) await page.clock.install();
  if (now !== undefined) await page.clock.setFixedTime(now);
  host.attach(page);
  await page.exposeFunction('hostTakes', (message: object) => void host.take(message));
  await page.addInitScript({ content: shim(kept, theme) });
  await page.route(`${ORIGIN}/**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: html() });
    const body = bundle.get(name);
    if (!body) return route.fulfill({ status: 404 });
    return route.fulfill({ contentType: TYPES[name.split('.').pop() ?? ''] ?? 'text/plain', body });
  });
  await page.goto(`${ORIGIN}/`);
  return page;
}

function html(): string {
  return panelHtml({
    nonce: NONCE,
    cspSource: ORIGIN,
    scriptUri: `${ORIGIN}/main.js`,
    styleUri: `${ORIGIN}/main.css`,
    language: 'en',
  });
}

/** Gives a page that is open another theme. */
export async function dress(page: Page, theme: ThemeName): Promise<void> {
  await page.evaluate(`dress(${JSON.stringify(theme)})`);
}

/** What VS Code gives a webview: the channel, a state that outlives a reload, the theme's colours and class. */
function shim(kept: unknown, theme: ThemeName): string {
  return `
    // The loader of the tests gives functions their names by this; pages have none.
    window.__name = (value) => value;
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => void window.hostTakes(JSON.parse(JSON.stringify(message))),
      getState: () => JSON.parse(sessionStorage.getItem('state') ?? ${JSON.stringify(JSON.stringify(kept ?? null))}),
      setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
    });
    window.policyViolations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      window.policyViolations.push(event.violatedDirective + ' ' + event.blockedURI);
    });
    const themes = ${JSON.stringify(themes)};
    window.dress = (name) => {
      const { style } = document.documentElement;
      for (const { bodyClass, colours } of Object.values(themes)) {
        document.body.classList.remove(bodyClass);
        for (const colour of Object.keys(colours)) style.removeProperty('--vscode-' + colour);
      }
      const { bodyClass, colours } = themes[name];
      document.body.classList.add(bodyClass);
      // The place that a webview lies in has its own colour, here the side bar's.
      style.setProperty('background', colours['sideBar-background']);
      for (const [colour, value] of Object.entries(colours)) style.setProperty('--vscode-' + colour, value);
    };
    document.addEventListener('DOMContentLoaded', () => dress(${JSON.stringify(theme)}));
  `;
}
