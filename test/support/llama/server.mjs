import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { modelThatSays } from './gguf.mjs';

// As much of Ollama's interface as Zoey uses, over a real llama.cpp (node-llama-cpp, from npm), with one model
// whose words are canned: see gguf.mjs. Loading, decoding, streaming, stopping and counting are the engine's.
// The shapes follow traffic recorded from Ollama 0.32. Two things are not as there: the engine reads only the
// end of a prompt, since the last token alone decides; and a model stays loaded until `keep_alive: 0`.
// GET /__stats tells { generated, aborted, active, loads }. POST /__allow with { tokens } lets so many more come,
// then decoding and loading wait; without a number they go on. Ends when its standard input ends.

const CONTEXT = 4096;
const PROMPT = 512;

const { reply, name, delayMs, loadMs, port, engine } = JSON.parse(process.argv[2]);
const { getLlama, LlamaLogLevel } = await import(pathToFileURL(engine).href);
const folder = mkdtempSync(path.join(tmpdir(), 'zoey-llama-'));
const file = path.join(folder, 'model.gguf');
const bytes = modelThatSays(reply, name);
writeFileSync(file, bytes);

const llama = await getLlama({
  gpu: false,
  build: 'never',
  skipDownload: true,
  logLevel: LlamaLogLevel.error,
});
const fullName = name.includes(':') ? name : `${name}:latest`;
const card = {
  name: fullName,
  model: fullName,
  size: bytes.length,
  digest: '0'.repeat(64),
  details: {
    format: 'gguf',
    family: 'llama',
    families: ['llama'],
    parameter_size: '1M',
    quantization_level: 'F16',
  },
};
const stats = { generated: 0, aborted: 0, active: 0, loads: 0 };
/** How many more tokens may come. */
let allowed = Number.POSITIVE_INFINITY;
/** Resolves when a token may come, or nobody waits for it. */
async function allowance(isLeft) {
  while (allowed === 0 && !isLeft()) await sleep(10);
}

/** The model in memory: { model, context, sequence, numCtx }. */
let loaded;
/** Answers are given one after the other, as by a server with one slot. */
let queue = Promise.resolve();

async function load(numCtx) {
  if (loaded?.numCtx === numCtx) return;
  await unload();
  await sleep(loadMs);
  await allowance(() => false);
  const model = await llama.loadModel({ modelPath: file });
  const context = await model.createContext({ contextSize: CONTEXT, threads: 1 });
  loaded = { model, context, sequence: context.getSequence(), numCtx };
  stats.loads++;
}

async function unload() {
  const past = loaded;
  loaded = undefined;
  await past?.context.dispose();
  await past?.model.dispose();
}

function sendJson(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

const nanoseconds = (ms) => Math.round(ms * 1e6);

function line(model, content, rest = { done: false }) {
  const created_at = new Date().toISOString();
  return `${JSON.stringify({ model, created_at, message: { role: 'assistant', content }, ...rest })}\n`;
}

async function chat(body, response) {
  const began = performance.now();
  await load(body.options?.num_ctx ?? 4096);
  if (!body.messages?.length) {
    if (body.keep_alive === 0) await unload();
    const done_reason = body.keep_alive === 0 ? 'unload' : 'load';
    sendJson(response, 200, {
      model: body.model,
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason,
    });
    return;
  }
  const { model, sequence } = loaded;
  const turns = body.messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`);
  const prompt = model.tokenize(`${turns.join('')}<|im_start|>assistant\n`, true).slice(-PROMPT);
  const limit = body.options?.num_predict > 0 ? body.options.num_predict : CONTEXT - PROMPT;
  const loadedAt = performance.now();
  let firstAt = loadedAt;
  let count = 0;
  let done_reason = 'length';
  await sequence.clearHistory();
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
    await allowance(() => response.destroyed);
    if (response.destroyed) break;
    allowed--;
    if (count === 0) firstAt = performance.now();
    if (model.isEogToken(token)) {
      done_reason = 'stop';
      break;
    }
    count++;
    stats.generated++;
    response.write(line(body.model, model.detokenize([token])));
    if (count === limit) break;
    await sleep(delayMs);
  }
  if (response.destroyed) {
    stats.aborted++;
    return;
  }
  const endedAt = performance.now();
  const costs = {
    total_duration: nanoseconds(endedAt - began),
    load_duration: nanoseconds(loadedAt - began),
    prompt_eval_count: prompt.length,
    prompt_eval_duration: nanoseconds(firstAt - loadedAt),
    eval_count: count,
    eval_duration: nanoseconds(endedAt - firstAt),
  };
  response.end(line(body.model, '', { done: true, done_reason, ...costs }));
}

async function chatInTurn(body, response) {
  const before = queue;
  let leave;
  queue = new Promise((resolve) => {
    leave = resolve;
  });
  await before;
  stats.active++;
  try {
    if (!response.destroyed) await chat(body, response);
  } finally {
    stats.active--;
    leave();
  }
}

const routes = {
  'GET /api/version': (_, response) => sendJson(response, 200, { version: '0.32.15' }),
  'GET /api/tags': (_, response) => {
    const details = { ...card.details, context_length: 32768 };
    sendJson(response, 200, { models: [{ ...card, details, capabilities: ['completion'] }] });
  },
  'GET /api/ps': (_, response) => {
    sendJson(response, 200, { models: loaded ? [{ ...card, context_length: loaded.numCtx }] : [] });
  },
  'POST /api/show': (_, response) => {
    const model_info = { 'general.architecture': 'llama', 'llama.context_length': 32768 };
    sendJson(response, 200, { details: card.details, model_info, capabilities: ['completion'] });
  },
  'POST /api/chat': (body, response) => {
    if (!body.think) return chatInTurn(body, response);
    return sendJson(response, 400, { error: `"${body.model}" does not support thinking` });
  },
  'GET /__stats': (_, response) => sendJson(response, 200, stats),
  'POST /__allow': ({ tokens = Number.POSITIVE_INFINITY }, response) => {
    allowed = tokens;
    sendJson(response, 200, {});
  },
};

async function handle(request, response) {
  let text = '';
  for await (const chunk of request) text += chunk;
  const route = routes[`${request.method} ${request.url}`];
  const body = text === '' ? {} : JSON.parse(text);
  if (route === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' });
    response.end('404 page not found');
  } else if (body.model !== undefined && body.model !== name && body.model !== fullName) {
    sendJson(response, 404, { error: `model '${body.model}' not found` });
  } else {
    await route(body, response);
  }
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    if (!response.headersSent) sendJson(response, 500, { error: error.message });
    else response.end(`${JSON.stringify({ error: error.message })}\n`);
  });
});

server.listen(port, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`);
});
process.stdin.resume().on('end', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
