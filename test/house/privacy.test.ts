import assert from 'node:assert/strict';
import { sources } from './sources.ts';

/** Whose `text` matches, with the line that does. */
const hits = (files: RegExp, pattern: RegExp) =>
  sources(files).flatMap(({ file, text }) =>
    text
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
  );

describe('what the sources may not hold', () => {
  it('no way to a network that the linter does not see', () => {
    const product = /^(runtime|extension|webview)\/.*\.tsx?$/;
    const ways = /(globalThis|window|self)\.fetch|\b(XMLHttpRequest|WebSocket|EventSource|sendBeacon)\b/;
    assert.ok(sources(product).length > 20);
    assert.deepEqual(
      hits(product, ways).filter((hit) => !/^runtime\/(guard\/gateway|hosts\/)/.test(hit)),
      [],
    );
  });

  it('no address of a registry in a lockfile', () => {
    const locks = /(^|\/)package-lock\.json$/;
    assert.ok(sources(locks).length >= 2);
    assert.deepEqual(hits(locks, /"resolved":|https?:\/\/[^"]*registry/), []);
  });

  it('no path of the machine it was written on', () => {
    const texts = '.*\\.(m?[jt]sx?|cjs|json|md|css|yml)$';
    const checkout = new RegExp(`(?<![\\w./*])/${'work'}/(main|shared)\\b`);
    assert.deepEqual(hits(new RegExp(texts), checkout), []);
    const homes = /(?<![\w./*])\/(root|home\/\w+|Users\/\w+)\//;
    assert.deepEqual(hits(new RegExp(`^(?!test/)${texts}`), homes), []);
  });

  it('no default keybinding', () => {
    const [manifest] = sources(/^package\.json$/);
    assert.equal(JSON.parse(manifest?.text ?? '{}').contributes?.keybindings, undefined);
  });
});
