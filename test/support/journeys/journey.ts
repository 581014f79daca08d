import assert from 'node:assert/strict';
import { type Llama, type LlamaOptions, startLlama } from '../llama/start.ts';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../workbench/workbench.ts';
import { Chat } from './chat.ts';
import { project } from './project.ts';

interface JourneyOptions extends WorkbenchOptions {
  /** The model server behind Zoey; none where it is absent. */
  llama?: LlamaOptions;
}

/** What the journeys of one file have. */
export interface Journeys {
  /** A window of its own on a new copy of the project, or on other files. Closed after the test. */
  window(files?: Readonly<Record<string, string>> | null): Promise<Workbench>;
  /** Another window on the same folder. Closed after the test. */
  beside(window: Workbench): Promise<Workbench>;
  /** A window of its own with the panel open. */
  chat(files?: Readonly<Record<string, string>> | null): Promise<Chat>;
  llama(): Llama;
  /** Settings of the person, at once. */
  set(settings: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Starts one VS Code for a file of journeys. A test that fails leaves a picture of each of its windows. */
export function journeys(suite: Mocha.Suite, { llama: model, ...options }: JourneyOptions): Journeys {
  suite.timeout(120_000);
  let llama: Llama | undefined;
  let home: Workbench | undefined;
  let windows: Workbench[] = [];

  before(async () => {
    if (model) llama = await startLlama(model);
    const settings = { ...(llama && { 'zoey.ollama.url': llama.url }), ...options.settings };
    home = await openWorkbench({ ...options, files: null });
    await home.host.changeSettings(settings);
  });

  afterEach(async function () {
    const { state, title = '' } = this.currentTest ?? {};
    const opened = windows;
    windows = [];
    for (const [index, window] of opened.entries()) {
      const name = title.replaceAll(/[^\w]+/g, '-').slice(0, 60);
      if (state === 'failed') await window.screenshot(`failed-${name}-${index + 1}`);
      await window.closeWindow();
    }
    if (state === 'passed')
      assert.deepEqual(
        opened.flatMap((window) => window.consoleErrors()),
        [],
      );
  });

  after(async () => {
    await home?.close();
    await llama?.stop();
  });

  const keep = (opened: Workbench) => {
    windows.push(opened);
    return opened;
  };
  const window = async (files: Readonly<Record<string, string>> | null = project) => {
    assert.ok(home, 'VS Code runs');
    return keep(await home.openWindow(files));
  };
  return {
    window,
    beside: async (other) => keep(await other.openWindow()),
    chat: async (files) => Chat.open(await window(files)),
    llama: () => {
      assert.ok(llama, 'a model server runs');
      return llama;
    },
    set: async (settings) => home?.host.changeSettings(settings),
  };
}
