import assert from 'node:assert/strict';
import path from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';
import { loadPlugin } from '../../runtime/plugins/load.ts';
import { anAgent } from '../support/agent.ts';
import { installPackages } from '../support/packages.ts';
import { aMemory, aRoom } from '../support/samples.ts';
import { temporaryFolder } from '../support/testRuntime.ts';

const FIXTURES = path.resolve(__dirname, '../fixtures/compat');
const INSTALL_MS = 300_000;

/** What the compiler says of a file, with '@elizaos/core' read as the types in this file. */
function diagnose(file: string, core: string): string[] {
  const program = ts.createProgram([path.join(FIXTURES, file)], {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    paths: { '@elizaos/core': [core] },
  });
  return ts.getPreEmitDiagnostics(program).map(({ file: where, start = 0, messageText }) => {
    const line = where === undefined ? 0 : where.getLineAndCharacterOfPosition(start).line + 1;
    return `${path.basename(where?.fileName ?? '')}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

describe('a plugin written for elizaOS', () => {
  it('compiles against our types', () => {
    assert.deepEqual(diagnose('plugin.ts', path.join(FIXTURES, 'ours.ts')), []);
  }).timeout(60_000);

  it('compiles against the published types, which is to say that it is one', async () => {
    const types = path.join(
      await installPackages(__dirname, 'compat'),
      'node_modules/@elizaos/core/dist/index.d.ts',
    );
    assert.deepEqual(diagnose('plugin.ts', types), []);
  }).timeout(INSTALL_MS);

  it('finds our names and values to be the published ones, where we claim it', async () => {
    const types = path.join(
      await installPackages(__dirname, 'compat'),
      'node_modules/@elizaos/core/dist/index.d.ts',
    );
    assert.deepEqual(diagnose('compare.ts', types), []);
  }).timeout(INSTALL_MS);

  it('works here: service, action, provider, evaluator, models, events', async () => {
    const { folder, remove } = await temporaryFolder();
    try {
      const outfile = path.join(folder, 'weather.cjs');
      const alias = { '@elizaos/core': path.join(FIXTURES, 'ours.ts') };
      await build({
        entryPoints: [path.join(FIXTURES, 'plugin.ts')],
        bundle: true,
        platform: 'node',
        format: 'cjs',
        alias,
        outfile,
      });
      await use(await loadPlugin(outfile));
    } finally {
      await remove();
    }
  }).timeout(60_000);
});

async function use(plugin: Awaited<ReturnType<typeof loadPlugin>>): Promise<void> {
  const { agent, database } = await anAgent();
  await agent.registerPlugin(plugin);
  const room = aRoom();
  await database.createRoom(room);
  const message = aMemory({ text: 'What is the weather?' }, { roomId: room.id });

  await agent.withRun(message, {}, async (runtime) => {
    await runtime.emitEvent('MESSAGE_RECEIVED', { message, source: 'test' });
    await runtime.evaluate(message);
    await runtime.getServiceLoadPromise('weather');
    const said: unknown[] = [];
    const responses = [aMemory({ role: 'assistant', actions: ['forecast'] })];
    const [step] = await runtime.processActions(message, responses, undefined, async (content) => {
      said.push(content);
      return [];
    });
    assert.deepEqual(step?.result?.values, { place: 'Rome', before: 0 });
    assert.deepEqual(said, [
      { text: '20 C in Rome', thought: 'They want to know.', actions: ['LOOK_AT_WEATHER'] },
    ]);
    assert.deepEqual(await runtime.useModel('TEXT_EMBEDDING', { text: '' }), [0, 1, 0]);
  });
  assert.equal(agent.getSetting('WEATHER_HEARD'), 'test: What is the weather?');
  assert.match(String(agent.getSetting('WEATHER_LAST_RUN')), / completed$/);
  await agent.stop();
}
