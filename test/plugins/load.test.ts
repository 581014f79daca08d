import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { addPlugins, loadPlugin } from '../../runtime/plugins/load.ts';
import { anAgent } from '../support/agent.ts';
import { aMemory } from '../support/samples.ts';
import { temporaryFolder } from '../support/testRuntime.ts';

const SAMPLES = path.resolve(__dirname, '../fixtures/plugins');

/** An agent with the plugins of a folder that holds these files. */
async function withFiles(files: Record<string, string>) {
  const { folder, remove } = await temporaryFolder();
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    const { agent, log } = await anAgent();
    await addPlugins(agent, { folder, trusted: true }, log);
    const errors = log.lines
      .filter(({ level }) => level === 'error')
      .map(({ message }) => message.replaceAll(folder, ''));
    return { names: agent.plugins.map(({ name }) => name), errors, lines: log.lines };
  } finally {
    await remove();
  }
}

const plugin = (name: string, more = '') =>
  `module.exports = { name: '${name}', description: 'A plugin.', ${more} };`;

describe('plugins of a folder', () => {
  it('are loaded, files and packages, older and newer modules, in the order of their dependencies', async () => {
    const { agent, log } = await anAgent();
    await addPlugins(agent, { folder: SAMPLES, trusted: true }, log);
    assert.deepEqual(
      agent.plugins.map(({ name }) => name),
      ['word-count', 'shouting'],
    );
    assert.deepEqual(log.lines, []);
  });

  it('are used: action, provider, evaluator, service, model and event', async () => {
    const { agent, log } = await anAgent();
    await addPlugins(agent, { folder: SAMPLES, trusted: true }, log);
    const message = aMemory({ text: 'one two three' });
    const said: unknown[] = [];
    const [step] = await agent.processActions(
      message,
      [aMemory({ actions: ['word_count'] })],
      undefined,
      async (content) => {
        said.push(content.text);
        return [];
      },
    );
    assert.deepEqual([step?.status, said], ['completed', ['3 words.']]);
    const state = await agent.composeState(message);
    assert.equal(state.text, 'ONE TWO THREE\n\nWords counted so far: 3');
    assert.deepEqual(state.data.providers, { WORD_TOTAL: { total: 3 } });
    const long = aMemory({ text: 'word '.repeat(60) });
    assert.deepEqual(
      (await agent.evaluate(long)).map(({ name }) => name),
      ['LONG_MESSAGES'],
    );
    assert.equal(
      (await agent.getMemories({ tableName: 'facts' }))[0]?.content.text,
      'They write long messages.',
    );
    assert.deepEqual(
      await agent.useModel('TEXT_TOKENIZER_ENCODE', { prompt: 'a bb', modelType: 'TEXT_SMALL' }),
      [1, 2],
    );
    await agent.emitEvent('MESSAGE_SENT', { message });
    assert.deepEqual(
      [agent.getSetting('WORD_COUNT_READY'), agent.getSetting('WORD_COUNT_HEARD')],
      [true, true],
    );
    await agent.stop();
  });

  it('are not even read in a workspace that is not trusted', async () => {
    const { agent, log } = await anAgent();
    await addPlugins(agent, { folder: path.join(SAMPLES, 'gone'), trusted: false }, log);
    assert.deepEqual(agent.plugins, []);
    assert.deepEqual(log.lines, [
      { level: 'info', message: 'plugins are not loaded: the workspace is not trusted' },
    ]);
  });

  it('come from an absolute folder that is there, or the log says why not', async () => {
    for (const folder of ['plugins', path.join(SAMPLES, 'gone')]) {
      const { agent, log } = await anAgent();
      await addPlugins(agent, { folder, trusted: true }, log);
      assert.equal(log.lines.length, 1);
      assert.ok(log.lines[0]?.level === 'error' && log.lines[0].message.includes(folder));
    }
  });

  it('that are broken are told by file and reason, and the others work', async () => {
    const { names, errors } = await withFiles({
      'good.cjs': plugin('good'),
      'empty.cjs': '',
      'nothing.mjs': 'export const other = 1;',
      'nameless.cjs': "module.exports = { description: '' };",
      'syntax.cjs': 'module.exports = {',
      'throws.cjs': "throw new Error('no licence');",
      'shape.cjs': plugin('shape', "actions: [{ name: 'A', description: '', validate: 1 }]"),
      'service.cjs': plugin('service', 'services: [class {}]'),
      'readme.md': 'not a plugin',
      'notes/readme.md': 'not a package',
      'outside/package.json': '{"main":"../good.cjs"}',
      'torn/package.json': '{',
    });
    assert.deepEqual(names, ['good']);
    const told = (file: string) =>
      errors.find((line) => line.includes(file)) ?? assert.fail(`${file}: ${errors.join('\n')}`);
    assert.match(told('/nothing.mjs'), /^The plugin \/nothing\.mjs is broken: it exports no plugin\.$/);
    assert.match(told('/empty.cjs'), /name: .*; description: /);
    assert.match(told('/nameless.cjs'), /name: /);
    assert.match(told('/syntax.cjs'), /is broken: /);
    assert.match(told('/throws.cjs'), /no licence/);
    assert.match(told('/shape.cjs'), /actions\.0\.validate: is no function; actions\.0\.handler: /);
    assert.match(told('/service.cjs'), /services\.0: has no serviceType or no start/);
    assert.match(told('/outside/package.json'), /its main file is outside of it/);
    assert.match(told('/torn/package.json'), /it is no JSON/);
    assert.equal(errors.length, 9);
  });

  it('that fail to start, or need what is not there, are left out, and the others work', async () => {
    const { names, errors } = await withFiles({
      'a.cjs': plugin('a', "dependencies: ['b']"),
      'b.cjs': plugin('b', "init: async () => { throw new Error('no port'); }"),
      'c.cjs': plugin('c', "dependencies: ['gone']"),
      'd.cjs': plugin('d'),
      'e.cjs': plugin('e', 'priority: 5'),
    });
    assert.deepEqual(names, ['e', 'd']);
    assert.deepEqual(errors, [
      'The plugin "b" did not start: no port',
      'The plugin "a" needs "b", which is not there.',
      'The plugin "c" needs "gone", which is not there.',
    ]);
  });

  it('may bring parts that are not used here; the log says so', async () => {
    const { names, lines } = await withFiles({ 'web.cjs': plugin('web', 'routes: [], adapter: {}') });
    assert.deepEqual(names, ['web']);
    assert.ok(lines.some(({ message }) => message === 'plugin web: routes, adapter of it are not used here'));
  });

  it('are found under each of the usual exports', async () => {
    const body = "{ name: 'it', description: '' }";
    const exports = {
      'a.cjs': `exports.plugin = ${body};`,
      'b.cjs': `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = ${body};`,
      'c.mjs': `export const plugin = ${body};`,
      'd.mjs': `export default ${body};`,
    };
    for (const [name, text] of Object.entries(exports)) {
      assert.deepEqual((await withFiles({ [name]: text })).names, ['it'], name);
    }
  });

  it('can be loaded one by one, with a typed error', async () => {
    assert.equal((await loadPlugin(path.join(SAMPLES, 'wordCount.cjs'))).name, 'word-count');
    await assert.rejects(
      loadPlugin(path.join(SAMPLES, 'gone.cjs')),
      (error) => ZoeyError.is(error) && error.code === 'plugin_failed' && error.message.includes('gone.cjs'),
    );
  });
});
