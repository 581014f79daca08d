import type { Page } from 'playwright-core';
import type { ServedVSCode } from '../../../scripts/lib/serveVSCode.ts';

/**
 * Makes the page that is opened next an extension development host, which runs the tests at `testsPath`.
 * The page's own `payload` parameter is heeded by test builds of VS Code alone, so the configuration is
 * changed where the workbench reads it. Rewriting the document on its way would not do: Chromium then takes
 * the page for a remote one and blocks its WebSocket.
 */
export async function develop(
  page: Page,
  server: ServedVSCode,
  paths: { extension: string; tests: string },
): Promise<void> {
  const authority = new URL(server.origin).host;
  const remote = (file: string) => ({ scheme: 'vscode-remote', authority, path: file.replaceAll('\\', '/') });
  const development = { extensions: [remote(paths.extension)], extensionTestsPath: remote(paths.tests) };
  // As text: a function would carry helpers along that the loader of TypeScript puts into it.
  await page.addInitScript(`{
    const development = ${JSON.stringify(development)};
    const read = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name) {
      const value = read.call(this, name);
      if (name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration') return value;
      return JSON.stringify({ ...JSON.parse(value), developmentOptions: development });
    };
  }`);
}
