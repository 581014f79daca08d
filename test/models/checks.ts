import assert from 'node:assert/strict';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import type { GenerateEvent, GenerateParams } from '../../runtime/types/model.ts';
import { connect } from '../support/ollama/connect.ts';

/** A server that really generates. */
export interface Target {
  url: string;
  /** A chat model that it has. */
  model: string;
  allowedHosts?: string[];
}

export interface Check {
  name: string;
  run(target: Target): Promise<void>;
}

const CONTEXT = 2048;
const never = new AbortController().signal;

function open(target: Target, path = '') {
  return connect(`${target.url}${path}`, { settings: { allowedHosts: target.allowedHosts ?? [] } });
}

function ask(target: Target, content: string, more: Partial<GenerateParams> = {}): GenerateParams {
  return {
    model: target.model,
    messages: [{ role: 'user', content }],
    contextTokens: CONTEXT,
    think: false,
    ...more,
  };
}

async function all(events: AsyncIterable<GenerateEvent>): Promise<GenerateEvent[]> {
  const seen: GenerateEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

const isCode = (code: string) => (error: unknown) => ZoeyError.is(error) && error.code === code;

/** What holds for the real Ollama and for the llama.cpp that stands in for it. Run in this order. */
export const checks: readonly Check[] = [
  {
    name: 'is ready and has the model',
    async run(target) {
      const status = await open(target).ollama.status(never);
      assert.equal(status.state, 'ready');
      const model = status.models.find(({ name }) => name === target.model) ?? assert.fail('not in the list');
      assert.ok(model.bytes > 0 && (model.contextTokens ?? 0) > 0);
    },
  },
  {
    name: 'preloads, and is then loaded',
    async run(target) {
      const { ollama } = open(target);
      await ollama.preload(target.model, CONTEXT, never);
      const { models } = await ollama.status(never);
      assert.equal(models.find(({ name }) => name === target.model)?.loaded, true);
    },
  },
  {
    name: 'streams an answer without loading again, and tells its cost once',
    async run(target) {
      const question = 'Say in one sentence what a parser does.';
      const events = await all(open(target).ollama.generate(ask(target, question), never));
      assert.equal(events.filter(({ type }) => type === 'loading').length, 0);
      assert.ok(events.filter(({ type }) => type === 'text').length > 3, 'in pieces');
      assert.equal(events.filter(({ type }) => type === 'end').length, 1);
      const end = events.at(-1);
      assert.ok(end?.type === 'end' && end.reason === 'stop' && end.usage);
      assert.ok(end.usage.promptTokens > 0 && end.usage.outputTokens > 3 && end.usage.tokensPerSecond > 0);
      assert.equal(end.usage.contextTokens, CONTEXT);
    },
  },
  {
    name: 'ends at the limit of tokens',
    async run(target) {
      const asked = ask(target, 'Count from one to a hundred, in words.', { maxTokens: 5, temperature: 0 });
      const end = (await all(open(target).ollama.generate(asked, never))).at(-1);
      assert.ok(end?.type === 'end' && end.reason === 'length' && end.usage);
      assert.equal(end.usage.outputTokens, 5);
    },
  },
  {
    name: 'stops in the middle, and is free for the next',
    async run(target) {
      const stop = new AbortController();
      const { ollama, ledger } = open(target);
      let pieces = 0;
      await assert.rejects(async () => {
        const asked = ask(target, 'Count from one to a thousand, in words.');
        for await (const event of ollama.generate(asked, stop.signal)) {
          if (event.type === 'text' && ++pieces === 3) stop.abort();
        }
      }, isCode('cancelled'));
      assert.equal(pieces, 3);
      assert.equal(ledger.at(-1)?.purpose, 'chat');
      await all(ollama.generate(ask(target, 'Hello.', { maxTokens: 3 }), never));
    },
  },
  {
    name: 'is free for the next when the reader leaves early',
    async run(target) {
      const { ollama } = open(target);
      for await (const { type } of ollama.generate(ask(target, 'Count from one to a thousand.'), never)) {
        if (type === 'text') break;
      }
      await all(ollama.generate(ask(target, 'Hello.', { maxTokens: 3 }), never));
    },
  },
  {
    name: 'says that there is no such model',
    async run(target) {
      const asked = ask({ ...target, model: 'zoey-no-such-model' }, 'Hello.');
      await assert.rejects(all(open(target).ollama.generate(asked, never)), isCode('model_not_found'));
      await assert.rejects(
        open(target).ollama.preload(asked.model, CONTEXT, never),
        isCode('model_not_found'),
      );
    },
  },
  {
    name: 'is a wrong address under another path',
    async run(target) {
      const status = await open(target, '/elsewhere').ollama.status(never);
      assert.equal(status.state, 'wrong_address');
    },
  },
  {
    name: 'leaves no word of the question in the ledger',
    async run(target) {
      const { ollama, ledger } = open(target);
      await all(ollama.generate(ask(target, 'A parser, shibboleth.', { maxTokens: 3 }), never));
      assert.ok(ledger.length >= 2);
      assert.ok(ledger.every(({ status }) => status === 200));
      assert.doesNotMatch(JSON.stringify(ledger), /shibboleth/);
    },
  },
];
