import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from '../../support/workbench/workbench.ts';

describe('the workbench that journeys use', () => {
  let workbench: Workbench;

  before(async function () {
    this.timeout(120_000);
    workbench = await openWorkbench({ files: { 'src/one.ts': 'export const one = 1;\n' } });
  });

  after(() => workbench?.close());

  it('opens the workspace and its files', async () => {
    await workbench.openFile('one.ts');
    await workbench.page.locator('.view-line', { hasText: 'export const one' }).waitFor();
  });

  it('runs commands by their title and shows what they do', async () => {
    await workbench.runCommand('View: Toggle Zen Mode');
    await workbench.page.locator('.part.activitybar').waitFor({ state: 'hidden' });
    await workbench.runCommand('View: Toggle Zen Mode');
    await workbench.page.locator('.part.activitybar').waitFor();
  });

  it('takes every theme', async () => {
    for (const theme of ['light', 'contrast', 'contrastLight', 'dark'] as const) {
      await workbench.setTheme(theme);
    }
  });

  it('shows the panel in the side bar, also when it is there already', async () => {
    await workbench.openSidebar();
    await workbench.panel().locator('body').waitFor();
    await workbench.openSidebar();
    await workbench.panel().locator('body').waitFor();
    await workbench.screenshot('workbench');
  });

  it('finds the agent server, and ends it as a crash would', async () => {
    const killed = await workbench.killAgentServer();
    const until = performance.now() + 15_000;
    for (;;) {
      const [server] = await workbench.agentServers();
      if (server !== undefined && server.pid !== killed) break;
      assert.ok(performance.now() < until, 'no agent server came back');
    }
  });

  it('opens a second window on the same folder and one on another', async () => {
    const same = await workbench.openWindow();
    assert.equal(same.folder, workbench.folder);
    const other = await workbench.openWindow({ 'two.ts': '' });
    assert.notEqual(other.folder, workbench.folder);
    await other.openFile('two.ts');
    await same.closeWindow();
    await other.closeWindow();
  });

  it('comes back on the same address after a restart', async () => {
    const { origin } = workbench.host.server();
    await workbench.restart();
    assert.equal(workbench.host.server().origin, origin);
    await workbench.openFile('one.ts');
  });

  it('has no errors of ours in its console', () => {
    assert.deepEqual(workbench.consoleErrors(), []);
  });
});
