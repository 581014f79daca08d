import assert from 'node:assert/strict';
import { type Llama, type LlamaOptions, startLlama } from '../llama/start.ts';
import {
  type RunningCode,
  startCode,
  type Workbench,
  type WorkbenchOptions,
} from '../workbench/workbench.ts';
import { Chat } from './chat.ts';
import { BY_WORDS, project } from './project.ts';

/** A test may be slow as a whole where the machine is: what hangs ends sooner, by the patience of its step. */
const SUITE_MS = 240_000;

interface JourneyOptions extends Omit<WorkbenchOptions, 'files'> {
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
  /** A window with the panel open that tests of the file share: see `Chat.clear`. */
  shared(): Promise<Chat>;
  llama(): Llama;
  /** Settings of the person, at once. */
  set(settings: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Starts one VS Code for a file of journeys. A test that fails leaves a picture of each of its windows. */
export function journeys(suite: Mocha.Suite, { llama: model, ...options }: JourneyOptions): Journeys {
  suite.timeout(SUITE_MS);
  let llama: Llama | undefined;
  let code: RunningCode | undefined;
  let windows: Workbench[] = [];
  let shared: Chat | undefined;
  /** Those of the shared window that an earlier test answered for. */
  let seen = 0;

  before(async () => {
    if (model) llama = await startLlama(model);
    const settings = { ...BY_WORDS, ...(llama && { 'zoey.ollama.url': llama.url }), ...options.settings };
    code = await startCode(options);
    await code.host.changeSettings(settings);
  });

  afterEach(async function () {
    const { state, title = '' } = this.currentTest ?? {};
    const opened = windows;
    windows = [];
    const lasting = shared?.workbench;
    for (const [index, window] of [...opened, ...(lasting ? [lasting] : [])].entries()) {
      const name = title.replaceAll(/[^\w]+/g, '-').slice(0, 60);
      if (state === 'failed') await window.screenshot(`failed-${name}-${index + 1}`);
      if (window !== lasting) await window.closeWindow();
    }
    const errors = (lasting?.consoleErrors() ?? []).slice(seen);
    seen += errors.length;
    if (state === 'passed') {
      assert.deepEqual([...opened.flatMap((window) => window.consoleErrors()), ...errors], []);
    } else if (lasting) {
      // The next test finds another one, whatever this one left.
      shared = undefined;
      seen = 0;
      await lasting.closeWindow();
    }
  });

  after(async () => {
    await code?.close();
    await llama?.stop();
  });

  const keep = (opened: Workbench) => {
    windows.push(opened);
    return opened;
  };
  const openOn = async (files: Readonly<Record<string, string>> | null) => {
    assert.ok(code, 'VS Code runs');
    return code.openWindow(files);
  };
  const window = async (files: Readonly<Record<string, string>> | null = project) =>
    keep(await openOn(files));
  return {
    window,
    beside: async (other) => keep(await other.openWindow()),
    chat: async (files) => Chat.open(await window(files)),
    shared: async () => {
      if (shared === undefined) shared = await Chat.open(await openOn(project));
      else await shared.clear();
      return shared;
    },
    llama: () => {
      assert.ok(llama, 'a model server runs');
      return llama;
    },
    set: async (settings) => code?.host.changeSettings(settings),
  };
}
