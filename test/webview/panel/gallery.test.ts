import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Message, ModelStatusReport, Work } from '../../../runtime/protocol/schemas.ts';
import type { WireError } from '../../../runtime/types/errors.ts';
import {
  answer,
  Conversations,
  model,
  NOW,
  question,
  room,
  suggestions,
  uuid,
} from '../../support/panel/conversations.ts';
import { PanelHost, type Script } from '../../support/panel/host.ts';
import { closeAfter, open } from '../../support/panel/open.ts';
import { dress, openPanel } from '../../support/panel/page.ts';
import { references, retryAnswer } from '../../support/panel/scenes.ts';

const OUTPUT = path.join(__dirname, '..', '..', 'output', 'panel');
const here = uuid(1);
const kept = { version: 1, roomId: here, drafts: {} };
const selection = { kind: 'selection' as const, path: 'src/net/client.ts', startLine: 40, endLine: 62 };

const never = () => new Promise<never>(() => {});

function conversation(
  reply: Partial<Message> = {},
  text = 'Because the counter is never lowered.',
): Conversations {
  const store = new Conversations();
  store.add(room(1, { title: 'Fix the retry loop' }), [
    question(here, 11, 'Why does this retry forever?', { attachments: [selection] }),
    answer(here, 12, text, reply),
  ]);
  store.add(
    room(2, { title: 'Name the parser after what it reads', pinned: true, updatedAt: NOW - 90_000_000 }),
  );
  store.add(room(3, { title: 'Speed up the build', updatedAt: NOW - 90_000_000 }), [
    question(uuid(3), 31, 'The build retries the download three times. Why?'),
  ]);
  store.add(room(4, { title: 'Old thoughts on memory', updatedAt: NOW - 4_000_000_000 }));
  return store;
}

function failed(code: WireError['code'], message: string, hint: string, text = ''): Conversations {
  return conversation(
    { status: 'failed', error: { code, message, hint, retryable: true }, usage: undefined },
    text,
  );
}

function withModel(report: Partial<ModelStatusReport>): Conversations {
  const store = conversation();
  store.report = {
    state: 'not_running',
    word: '',
    address: 'http://127.0.0.1:11434',
    suggestions,
    ...report,
  };
  store.models = [];
  return store;
}

function working(work: Partial<Work>, text = ''): Conversations {
  const store = conversation();
  store.reply = (turn) => {
    if (work.kind !== 'reading') turn.references(references);
    if (text) turn.text(text);
    else turn.emit({ type: 'work', work: { kind: 'looking', text: '', since: NOW - 12_000, ...work } });
    return never();
  };
  return store;
}

const ask = async (page: Page) => {
  await page.getByLabel('Message to Zoey').fill('And what if the server never answers?');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Stop the answer' }).waitFor();
};

interface Scene {
  store: Conversations;
  script?: Script;
  fresh?: boolean;
  show?(page: Page, host: PanelHost): Promise<unknown>;
}

const scenes: Record<string, () => Scene> = {
  answer: () => ({
    store: conversation({ references, thinking: 'Let me see.', thinkingMs: 12_000 }, retryAnswer),
  }),
  'answer-top': () => ({
    store: conversation({ references, thinking: 'Let me see.', thinkingMs: 12_000 }, retryAnswer),
    show: async (page) => {
      await page.getByText('Looked at').click();
      await page.getByText('Thought for').click();
      await page.locator('.messages').evaluate((list) => list.scrollTo(0, 0));
    },
  }),
  why: () => ({
    store: conversation({
      references,
      dropped: [{ what: 'message', label: 'The first 4 messages', tokens: 1800 }],
    }),
    show: (page) => page.getByRole('button', { name: 'Why this answer?' }).click(),
  }),
  'citation-hover': () => ({
    store: conversation({ references }, 'The loop never lowers its counter [1].'),
    show: (page) => page.locator('.cite').hover(),
  }),
  'empty-file': () => ({
    store: new Conversations(),
    fresh: true,
    show: (_page, host) =>
      host.notify({ type: 'context', file: { kind: 'file', path: 'src/net/client.ts' }, selection }),
  }),
  'empty-folder': () => ({ store: new Conversations(), fresh: true }),
  'no-folder-untrusted': () => ({ store: new Conversations(), fresh: true }),
  'work-reading': () => ({ store: working({ kind: 'reading', text: 'Reading the question' }), show: ask }),
  'work-looking': () => ({ store: working({ kind: 'looking', text: 'Looking in 412 files' }), show: ask }),
  'work-loading': () => ({ store: working({ kind: 'loading', text: 'Loading qwen3:4b' }), show: ask }),
  'work-thinking': () => ({ store: working({ kind: 'thinking', text: 'Thinking' }), show: ask }),
  'work-waiting': () => ({
    store: working({
      kind: 'waiting',
      text: 'Waiting for the answer in Speed up the build',
      roomId: uuid(3),
    }),
    show: ask,
  }),
  streaming: () => ({ store: working({}, retryAnswer.slice(0, 420)), show: ask }),
  stopped: () => ({ store: conversation({ status: 'stopped' }, 'The counter is') }),
  'failed-half-way': () => ({
    store: failed(
      'model_stopped',
      'The model stopped.',
      'What came is kept.',
      'The counter is never lowered, so ',
    ),
  }),
  'failed-not-running': () => ({
    store: failed('ollama_not_running', 'Ollama is not running.', 'Start Ollama, then try again.'),
  }),
  'failed-empty': () => ({
    store: failed('model_empty_answer', 'The model answered nothing.', 'Try again, or choose another model.'),
  }),
  'not-sent': () => ({
    store: conversation(),
    show: async (page) => page.getByText('This message was not sent.').waitFor(),
  }),
  'no-model-answer': () => ({
    store: conversation(
      { model: undefined, usage: undefined, references },
      'No model is connected. These are the best matches.\n\n```ts src/net/client.ts:40-62\nfor (let attempt = 0; ; attempt++) {\n```\n\n```ts src/net/options.ts:3-9\nexport interface Options {\n```',
    ),
  }),
  'card-install': () => ({
    store: withModel({
      state: 'not_installed',
      word: 'Ollama is not installed',
      message: 'Nothing answers at 127.0.0.1:11434.',
      hint: 'Ollama runs models on this machine. It is free and needs no account.',
      action: { kind: 'install', label: 'Get Ollama' },
    }),
  }),
  'card-start': () => ({
    store: withModel({ word: 'Ollama is not running', action: { kind: 'start', label: 'Start Ollama' } }),
  }),
  'card-too-old': () => ({
    store: withModel({
      state: 'too_old',
      word: 'Ollama 0.3 is too old, 0.6 or later is needed',
      action: { kind: 'update', label: 'Update Ollama' },
    }),
  }),
  'card-address': () => ({
    store: withModel({
      state: 'wrong_address',
      word: 'Nothing like Ollama at http://10.0.0.9:1234',
      action: { kind: 'change_address', label: 'Change address' },
    }),
  }),
  'card-pull': () => ({
    store: withModel({
      state: 'no_model',
      word: 'No model yet',
      action: { kind: 'pull', label: 'Pull qwen3:4b (2.4 GB)', model: 'qwen3:4b' },
    }),
  }),
  'card-consent': () => ({
    store: withModel({
      state: 'no_model',
      word: 'No model yet',
      action: { kind: 'pull', label: 'Pull qwen3:4b (2.4 GB)', model: 'qwen3:4b' },
    }),
    show: (page) => page.getByRole('button', { name: /^Pull/ }).click(),
  }),
  'card-pulling': () => ({
    store: withModel({
      state: 'no_model',
      word: 'No model yet',
      action: { kind: 'pull', label: 'Pull qwen3:4b (2.4 GB)', model: 'qwen3:4b' },
    }),
    script: {
      'models.pull': (_input, { emit }) => {
        emit({ status: 'downloading', completed: 900_000_000, total: 2_400_000_000 });
        return never();
      },
    },
    show: async (page) => {
      await page.getByRole('button', { name: /^Pull/ }).click();
      await page.getByRole('button', { name: /^Download/ }).click();
      await page.getByText('900 MB of 2.4 GB').waitFor();
    },
  }),
  switcher: () => ({ store: conversation(), show: (page) => page.locator('.title-button').click() }),
  models: () => ({
    store: Object.assign(conversation(), {
      models: [model, { ...model, name: 'llama3.2:3b', parameters: '3.2B', loaded: false }],
    }),
    show: (page) => page.getByRole('button', { name: /^Model:/ }).click(),
  }),
  history: () => ({ store: conversation(), show: (_page, host) => host.notify({ type: 'history' }) }),
  'history-search': () => ({
    store: conversation(),
    script: {
      'rooms.list': ({ query }) => ({
        items: query
          ? [
              room(3, {
                title: 'Speed up the build',
                updatedAt: NOW - 90_000_000,
                snippet: 'The build retries the download three times. Why?',
              }),
            ]
          : [],
      }),
    },
    show: async (page, host) => {
      await host.notify({ type: 'history' });
      await page.getByLabel('Search conversations').fill('retries build');
      await page.locator('mark').first().waitFor();
    },
  }),
  'history-deleted': () => ({
    store: conversation(),
    show: async (page, host) => {
      await host.notify({ type: 'history' });
      await page.locator('.room', { hasText: 'Speed up' }).hover();
      await page.getByRole('button', { name: 'Delete Speed up the build' }).click();
    },
  }),
  ledger: () => ({
    store: new Conversations(),
    fresh: true,
    script: {
      'privacy.ledger': () => ({
        items: [
          {
            at: NOW,
            method: 'POST',
            url: 'http://127.0.0.1:11434/api/chat',
            purpose: 'chat',
            status: 200,
            ms: 812,
            bytesOut: 2100,
            bytesIn: 90_000,
          },
          {
            at: NOW - 60_000,
            method: 'GET',
            url: 'http://127.0.0.1:11434/api/tags',
            purpose: 'list models',
            status: 0,
            ms: 3,
            bytesOut: 0,
            bytesIn: 0,
          },
        ],
      }),
    },
    show: (page) => page.getByText('Everything stays on this machine').click(),
  }),
  editing: () => ({
    store: conversation(),
    show: async (page) => {
      await page.getByLabel('Message to Zoey').focus();
      await page.keyboard.press('ArrowUp');
    },
  }),
  'server-failed': () => ({
    store: conversation(),
    show: (_page, host) =>
      host.notify({ type: 'server', state: 'failed', message: 'Zoey stopped three times in a minute.' }),
  }),
  'server-starting': () => ({
    store: conversation(),
    show: (_page, host) => host.notify({ type: 'server', state: 'starting' }),
  }),
};

describe('pictures of the panel', function () {
  this.timeout(60_000);
  closeAfter();
  before(() => mkdirSync(OUTPUT, { recursive: true }));

  /** Each state in each theme and width; pictures of those in `test/output/panel`, of all where that is asked for. */
  async function shoot(page: Page, name: string): Promise<void> {
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    const shots = [
      ['light', 700],
      ['dark', 200],
      ['contrast', 300],
      ['light', 300],
      ['dark', 300],
    ] as const;
    for (const [theme, width] of shots) {
      await page.setViewportSize({ width, height: 640 });
      await dress(page, theme);
      const { violations, hangs } = await page.evaluate(() => ({
        violations: (window as unknown as { policyViolations: string[] }).policyViolations,
        hangs: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      }));
      assert.deepEqual([violations, errors, hangs], [[], [], 0], `${theme}, ${width} px`);
      const wanted = process.env.ZOEY_TEST_PICTURES === 'all' || (theme === 'dark' && width === 300);
      const file = path.join(OUTPUT, `${name}-${theme}-${width}.png`);
      if (wanted) await page.screenshot({ path: file, caret: 'initial' });
    }
  }

  for (const [name, scene] of Object.entries(scenes)) {
    it(name, async () => {
      const { store, script = {}, fresh = false, show } = scene();
      const outgoing = {
        id: uuid(77),
        roomId: here,
        text: 'And what if the server never answers?',
        attachments: [],
      };
      const state = name === 'not-sent' ? { ...kept, outgoing } : kept;
      const host = new PanelHost(store.script(script));
      if (name === 'no-folder-untrusted')
        host.place = { workspace: false, workspaceName: '', trusted: false };
      const { page } = await open({ host, now: NOW, still: true, ...(!fresh && { kept: state }) });
      await page
        .locator(fresh ? '.empty' : '.message')
        .first()
        .waitFor();
      await show?.(page, host);
      await shoot(page, name);
    });
  }

  it('nobody answers', async () => {
    const host = new PanelHost({});
    host.place = undefined;
    const page = await openPanel(host, { still: true, clock: true });
    await host.called('panel/ready');
    await page.clock.fastForward(5000);
    await page.getByText('Zoey does not answer yet.').waitFor();
    await shoot(page, 'nobody-answers');
    await page.context().close();
  });
});
