import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { readSettings, SETTING_KEYS, withHidden } from '../../extension/settings.ts';
import { START_KEYS } from '../../extension/startSettings.ts';
import { Settings } from '../../runtime/types/host.ts';

const root = path.join(__dirname, '../..');
const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const manifest = read('package.json');
const properties: Record<string, { default: unknown; scope: string; minimum?: number; maximum?: number }> =
  manifest.contributes.configuration.properties;

describe('settings', () => {
  it('leave out what the editor hides, and no more globs than a call may name', () => {
    const settings = Settings.parse({ exclude: ['**/x'] });
    const hidden = { '**/.svn': true, '**/shown': false, '**/*.js': { when: '$(basename).ts' } };
    assert.deepEqual(withHidden(settings, hidden).exclude, ['**/x', '**/.svn']);
    assert.deepEqual(withHidden(settings, undefined).exclude, ['**/x']);
    const many = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`**/${i}`, true]));
    assert.equal(Settings.safeParse(withHidden(settings, many)).success, true);
  });

  it('are read by their keys', () => {
    const values: Record<string, unknown> = {
      'ollama.url': 'http://box:1',
      'ollama.allowedHosts': ['box:1'],
      'ollama.keepAlive': '-1',
      model: 'm',
      'context.tokens': 4096,
      think: true,
      exclude: ['**/x'],
      'embedding.model': 'ollama:e',
      'embedding.folder': '/m',
      'completion.enabled': true,
      'completion.model': 'c',
    };
    assert.deepEqual(
      readSettings((key) => values[key]),
      {
        settings: {
          ollamaUrl: 'http://box:1',
          allowedHosts: ['box:1'],
          keepAlive: '-1',
          model: 'm',
          contextTokens: 4096,
          think: true,
          exclude: ['**/x'],
          embeddingModel: 'ollama:e',
          embeddingFolder: '/m',
          completion: true,
          completionModel: 'c',
        },
        problems: [],
      },
    );
  });

  it('fall back one by one, each named with its default', () => {
    const values: Record<string, unknown> = { 'context.tokens': 'many', think: 'yes', model: 'kept' };
    const { settings, problems } = readSettings((key) => values[key]);
    assert.equal(settings.model, 'kept');
    assert.equal(settings.contextTokens, 8192);
    assert.equal(settings.think, false);
    assert.deepEqual(problems, [
      { setting: 'zoey.context.tokens', fallback: '8192' },
      { setting: 'zoey.think', fallback: 'false' },
    ]);
  });

  it('are always whole, whatever the file says', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(SETTING_KEYS)), fc.jsonValue()), (values) => {
        const { settings } = readSettings((key) => values[key]);
        assert.deepEqual(Settings.parse(settings), settings);
      }),
    );
  });
});

describe('the manifest', () => {
  it('contributes exactly the settings that are read, with the same defaults and bounds', () => {
    const defaults = Settings.parse({});
    assert.deepEqual(
      Object.keys(properties).sort(),
      [...Object.keys(SETTING_KEYS), ...START_KEYS].map((key) => `zoey.${key}`).sort(),
    );
    for (const [key, name] of Object.entries(SETTING_KEYS)) {
      const property = properties[`zoey.${key}`];
      assert.ok(property);
      assert.deepEqual(property.default, defaults[name], key);
      if (property.minimum === undefined || property.maximum === undefined) continue;
      const accepts = (value: number) => Settings.shape[name].safeParse(value).success;
      assert.deepEqual(
        [property.minimum - 1, property.minimum, property.maximum, property.maximum + 1].map(accepts),
        [false, true, true, false],
        key,
      );
    }
  });

  it('lets no workspace say where requests go, and restricts the rest where it is not trusted', () => {
    const personal = [
      'zoey.ollama.url',
      'zoey.ollama.allowedHosts',
      'zoey.embedding.model',
      'zoey.embedding.folder',
      ...START_KEYS.map((key) => `zoey.${key}`),
    ];
    for (const key of personal) assert.match(properties[key]?.scope ?? '', /^(machine|application)$/);
    assert.deepEqual(
      [...personal, ...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(),
      Object.keys(properties).sort(),
    );
  });

  it('has every text in package.nls.json, and none that is not used', () => {
    const used = [...JSON.stringify(manifest).matchAll(/%([\w.]+)%/g)].map(([, key]) => key);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(read('package.nls.json')).sort());
  });

  it('names commands and files that exist, and takes no key', () => {
    const ids = new Set(manifest.contributes.commands.map(({ command }: { command: string }) => command));
    const menus: { command?: string }[] = Object.values<[]>(manifest.contributes.menus).flat();
    for (const { command } of menus) assert.ok(command === undefined || ids.has(command), command);
    for (const [, id] of JSON.stringify(read('package.nls.json')).matchAll(/command:(zoey\.[\w.]+)/g)) {
      assert.ok(ids.has(id), id);
    }
    for (const [, file] of JSON.stringify(manifest.contributes).matchAll(/"(media\/[^"]+)"/g)) {
      assert.ok(existsSync(path.join(root, String(file))), file);
    }
    assert.ok(existsSync(path.join(root, manifest.icon)));
    assert.equal(manifest.contributes.keybindings, undefined);
  });
});
