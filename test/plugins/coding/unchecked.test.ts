import assert from 'node:assert/strict';
import { editFromAnswer } from '../../../runtime/plugins/coding/answers/edit.ts';
import { newFile } from '../../../runtime/plugins/coding/answers/newFile.ts';
import { createSyntax, type Syntax, uncheckedNote } from '../../../runtime/plugins/coding/syntax/syntax.ts';

describe('syntax that nobody here can check', () => {
  const syntax = createSyntax();
  after(() => syntax.close());

  const notes = async (path: string, languageId?: string, text = 'a = 1\nb = 2\n') => {
    const answer = `\`\`\`\n${text.replace('1', '3')}\`\`\``;
    const { edit } = await editFromAnswer({ answer, path, text, languageId }, syntax);
    return edit?.notes;
  };

  it('is said in a sentence, by the name that the editor has for the language', async () => {
    assert.deepEqual(await notes('a.kt', 'kotlin'), ['Syntax not checked: no grammar for kotlin.']);
    assert.deepEqual(await notes('a.lua'), ['Syntax not checked: no grammar for lua.']);
    const { edit } = await newFile({ path: 'a.toml', text: 'a = 1\n' }, syntax);
    assert.deepEqual(edit.notes, ['Syntax not checked: no grammar for toml.']);
  });

  it('is not said where it was checked, nor of words', async () => {
    assert.deepEqual(await notes('a.py'), []);
    assert.deepEqual(await notes('Untitled-1', 'python'), []);
    assert.deepEqual(await notes('a.md', 'markdown'), []);
    assert.deepEqual(await notes('notes.txt', 'plaintext'), []);
  });

  it('names the other reasons', () => {
    assert.match(
      uncheckedNote({ path: 'a.ts', text: 'x'.repeat(400_001) }) ?? '',
      /longer than 400,000 characters/,
    );
    assert.match(uncheckedNote({ path: 'a.ts', text: 'x' }) ?? '', /the parser failed/);
  });

  it('a new file that does not parse is told with its line', async () => {
    const { broken } = await newFile({ path: 'a.py', text: 'a = 1\ndef f(:\n' }, syntax);
    assert.equal(broken, 2);
    assert.equal((await newFile({ path: 'a.py', text: 'a = 1\n' }, syntax)).broken, undefined);
  });
});

describe('a long answer', () => {
  const nothing = async () => undefined;
  const silent: Syntax = { structureOf: nothing, occurrencesOf: nothing, close: nothing };
  const text = Array.from({ length: 3_000 }, (_, i) => `export const value${i} = ${i};\n`).join('');

  it('lets others have their turn between the steps', async () => {
    let turns = 0;
    let over = false;
    const count = () => {
      turns++;
      if (!over) setImmediate(count);
    };
    setImmediate(count);
    const answer = `\`\`\`ts\n${text.replace('= 7;', '= 8;')}\`\`\``;
    const { edit } = await editFromAnswer({ answer, path: 'a.ts', text }, silent);
    over = true;
    assert.equal(edit?.hunks.length, 1);
    assert.ok(turns >= 6, `${turns} turns`);
  });

  it('is refused where no file would be so long', async () => {
    const answer = `\`\`\`ts\n${text.repeat(4)}\`\`\``;
    await assert.rejects(editFromAnswer({ answer, path: 'a.ts', text }, silent), {
      code: 'unusable_answer',
      message: /too long: more than 250 kB/,
    });
  });
});
