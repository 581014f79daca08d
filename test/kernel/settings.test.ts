import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LayeredSettings } from '../../runtime/kernel/settings.ts';

const character = (settings: Record<string, string | number | boolean>, secrets = {}) => ({
  name: 'Zoey',
  bio: [],
  settings,
  secrets,
});

describe('settings', () => {
  it('take false, 0 and the empty text as set', () => {
    const settings = new LayeredSettings(character({ ON: true, COUNT: 5, NAME: 'a' }));
    settings.set('ON', false);
    settings.set('COUNT', 0);
    settings.set('NAME', '');
    assert.deepEqual([settings.get('ON'), settings.get('COUNT'), settings.get('NAME')], [false, 0, '']);
  });

  it('go from the character over the plugins to the runtime, the highest that is set', () => {
    const value = fc.constantFrom<string | number | boolean | undefined>(
      undefined,
      false,
      0,
      '',
      'text',
      7,
      true,
    );
    fc.assert(
      fc.property(value, value, value, value, (low, early, late, high) => {
        const settings = new LayeredSettings(character(low === undefined ? {} : { KEY: low }));
        settings.addPlugin({ KEY: early });
        settings.addPlugin({ KEY: late });
        if (high !== undefined) settings.set('KEY', high);
        const expected = [high, late, early, low].find((layer) => layer !== undefined) ?? null;
        assert.equal(settings.get('KEY'), expected);
      }),
    );
  });

  it('prefer a secret of the character to its plain setting', () => {
    assert.equal(new LayeredSettings(character({ KEY: 'plain' }, { KEY: 'secret' })).get('KEY'), 'secret');
  });

  it('show the layer below again when one is taken out', () => {
    const settings = new LayeredSettings(character({ KEY: 1 }));
    const undo = settings.addPlugin({ KEY: 2 });
    settings.set('KEY', 3);
    settings.set('KEY', null);
    assert.equal(settings.get('KEY'), 2);
    undo();
    assert.equal(settings.get('KEY'), 1);
  });

  it('read the words true and false as what they say', () => {
    const settings = new LayeredSettings(character({ A: 'true', B: 'false', C: 'True' }));
    assert.deepEqual([settings.get('A'), settings.get('B'), settings.get('C')], [true, false, 'True']);
  });

  it('have nothing under names that every object has', () => {
    const settings = new LayeredSettings(character({}));
    assert.deepEqual(
      [settings.get('constructor'), settings.get('__proto__'), settings.get('GONE')],
      [null, null, null],
    );
  });
});
