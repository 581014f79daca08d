import assert from 'node:assert/strict';
import fc from 'fast-check';
import { definedName } from '../../runtime/workspace/definitions.ts';
import { cutWindows, mostlyImports, splitLines, trimWindow } from '../../runtime/workspace/windows.ts';

describe('windows', () => {
  it('count lines as the editor does', () => {
    assert.deepEqual(splitLines('a\nb\r\nc\rd\u2028e'), ['a', 'b', 'c', 'd\u2028e']);
  });

  it('end before a definition that follows a blank line', () => {
    const lines = [
      ...Array(15).fill('  body();'),
      '}',
      '',
      'function next() {',
      ...Array(30).fill('  more();'),
    ];
    assert.deepEqual(cutWindows(lines)[0], { start: 0, end: 17 });
    assert.equal(cutWindows(lines)[1]?.start, 17);
  });

  it('overlap where nothing offers itself as an end', () => {
    const [first, second] = cutWindows(Array(50).fill('same'));
    assert.deepEqual(first, { start: 0, end: 20 });
    assert.equal(second?.start, 15);
  });

  it('end early where lines are long', () => {
    assert.deepEqual(cutWindows(['x'.repeat(9000), 'y'.repeat(9000)]), [
      { start: 0, end: 1 },
      { start: 1, end: 2 },
    ]);
  });

  it('go on where the lines that two would share are long', () => {
    const lines = [...Array(17).fill('same'), ...Array(3).fill('x'.repeat(1400)), ...Array(9).fill('same')];
    const ends = cutWindows(lines).map(({ end }) => end);
    assert.deepEqual(
      ends,
      [...new Set(ends)].sort((a, b) => a - b),
    );
  });

  it('cover every line, go on, and stay small, for any file', () => {
    const line = fc.constantFrom('', '  ', 'code();', '  deep();', 'function f() {', '}', 'x'.repeat(700));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 150 }), (lines) => {
        const windows = cutWindows(lines);
        let covered = 0;
        for (const { start, end } of windows) {
          assert.ok(start <= covered && end > covered, 'without a gap, always onwards');
          assert.ok(end - start <= 28);
          covered = end;
        }
        assert.equal(covered, lines.length);
      }),
      { numRuns: 500 },
    );
  });

  it('are trimmed of blank lines', () => {
    assert.deepEqual(trimWindow(['', 'a', '', 'b', ' '], { start: 0, end: 5 }), { start: 1, end: 4 });
    assert.deepEqual(trimWindow(['', ' '], { start: 0, end: 2 }), { start: 2, end: 2 });
  });

  it('are told from lists of imports', () => {
    const lines = ["import a from 'a';", "const b = require('b');", 'run();'];
    assert.equal(mostlyImports(lines, { start: 0, end: 3 }), true);
    assert.equal(mostlyImports(lines, { start: 1, end: 3 }), false);
  });
});

describe('definitions', () => {
  const cases: [string, string | undefined][] = [
    ['export async function loadUser(id: string) {', 'loadUser'],
    ['function* walk() {', 'walk'],
    ['export default class Foo extends Bar {', 'Foo'],
    ['export interface Options {', 'Options'],
    ['export const enum Kind {', 'Kind'],
    ['const MAX = 3;', 'MAX'],
    ['export const parse = (text) => {', 'parse'],
    ['  private readonly name: string;', undefined],
    ['  async search(root: string): Promise<void> {', 'search'],
    ['  static #secret(a = 1) {', 'secret'],
    ["  it('does something', () => {", undefined],
    ['  items.map((item) => {', undefined],
    ['  if (ready) {', undefined],
    ['  for (const a of b) {', undefined],
    ['def load_user(id):', 'load_user'],
    ['    async def fetch(self):', 'fetch'],
    ['pub(crate) fn open(path: &Path) -> Result<()> {', 'open'],
    ['impl Display for Error {', 'Display'],
    ['func (s *Server) Serve(l net.Listener) error {', 'Serve'],
    ['type Handler struct {', 'Handler'],
    ['public static class Größe {', 'Größe'],
    ['data class User(val name: String)', 'User'],
    ['return function () {', undefined],
    ['// function commented() {', undefined],
    [`const ${'x'.repeat(400)} = 1;`, undefined],
  ];
  for (const [line, name] of cases) {
    it(`${name === undefined ? 'sees none' : `sees ${name}`} in ${line.slice(0, 60)}`, () =>
      assert.equal(definedName(line), name));
  }
});
