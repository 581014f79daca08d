import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator } from 'playwright-core';
import { openWorkbench } from '../support/workbench/workbench.ts';

const ANSWERS = 7;
const WORDS = 40;
/** Between two words, in ms: 50 words a second. */
const PACE_MS = 20;

/** Answers whose words carry their number, and when each was written to the socket. */
interface Clocked {
  url: string;
  /** Milliseconds since 1970, by word. */
  written: Map<string, number>;
  stop(): void;
}

/** How long a word takes from the model's socket to the screen of a real VS Code. */
export async function benchPaint(): Promise<{ name: string; rows: { what: string; value: string }[] }> {
  const model = await clockedModel();
  const workbench = await openWorkbench({ settings: { 'zoey.ollama.url': model.url } });
  try {
    await workbench.openSidebar();
    const panel = workbench.panel();
    const composer = panel.getByRole('textbox', { name: 'Message to Zoey' });
    await composer.waitFor();
    await panel.locator('body').evaluate(KEEP_PAINT_TIMES);
    const first: number[] = [];
    const rest: number[] = [];
    for (let answer = 0; answer < ANSWERS; answer++) {
      await composer.fill(`Question ${answer}`);
      await composer.press('Enter');
      await panel.getByText(`last-${answer}`).first().waitFor();
      const painted = await paintTimes(panel);
      for (const [word, at] of model.written) {
        const seen = painted[word];
        if (seen !== undefined) (word.endsWith('-0') ? first : rest).push(seen - at);
      }
      model.written.clear();
    }
    return {
      name: `From the model's socket to the screen, ${ANSWERS} answers of ${WORDS} words, 50 words a second`,
      rows: [
        { what: 'first word, median', value: `${at(first, 0.5)} ms` },
        { what: 'first word, slowest', value: `${at(first, 1)} ms` },
        { what: 'later words, median', value: `${at(rest, 0.5)} ms` },
        { what: 'later words, 95 %', value: `${at(rest, 0.95)} ms` },
      ],
    };
  } finally {
    await workbench.close();
    model.stop();
  }
}

async function clockedModel(): Promise<Clocked> {
  const written = new Map<string, number>();
  let answers = 0;
  const model = {
    name: 'clocked:1b',
    model: 'clocked:1b',
    size: 1,
    digest: 'd',
    capabilities: ['completion'],
  };
  const replies: Record<string, unknown> = {
    '/api/version': { version: '0.32.0' },
    '/api/tags': { models: [model] },
    '/api/ps': { models: [{ ...model, context_length: 8192 }] },
    '/api/show': { capabilities: ['completion'], model_info: {}, details: {} },
  };
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', async () => {
      if (request.url === '/') return response.end('Ollama is running');
      response.setHeader('content-type', 'application/json');
      if (request.url !== '/api/chat') return response.end(JSON.stringify(replies[request.url ?? ''] ?? {}));
      const answer = answers++;
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const write = (content: string, done = false) =>
        response.write(
          `${JSON.stringify({ model: model.name, message: { role: 'assistant', content }, done })}\n`,
        );
      for (let word = 0; word < WORDS; word++) {
        written.set(`word-${answer}-${word}`, Date.now());
        write(`word-${answer}-${word} `);
        await sleep(PACE_MS);
      }
      write(`last-${answer}`);
      response.end(
        `${JSON.stringify({ model: model.name, message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' })}\n`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, written, stop: () => server.close() };
}

/**
 * Runs in the page: notes when each word was first painted. A task after a frame's callbacks comes when
 * what they changed is on the screen.
 */
const KEEP_PAINT_TIMES = `
  window.paintTimes = {};
  new MutationObserver(() => {
    const fresh = document.body.textContent.match(/word-\\d+-\\d+(?=\\s|$)/g) ?? [];
    requestAnimationFrame(() => setTimeout(() => {
      for (const word of fresh) window.paintTimes[word] ??= Date.now();
    }));
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
`;

function paintTimes(panel: FrameLocator): Promise<Record<string, number>> {
  return panel.locator('body').evaluate('window.paintTimes');
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
}
