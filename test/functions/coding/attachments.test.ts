import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Attachment } from '../../../runtime/types/memory.ts';
import { aCodingRuntime } from '../../plugins/coding/codingRuntime.ts';

// The model is a server that answers from a script in Ollama's form.
describe('what is attached to a message', () => {
  let given: Awaited<ReturnType<typeof aCodingRuntime>>;
  afterEach(() => given.close());

  const send = (text: string, attachments: Attachment[]) =>
    given.call('chat.send', { text, attachments }, { workspace: given.folder });
  const asked = () => given.asked().at(-1)?.messages?.at(-1)?.content ?? '';

  it('a folder: the paths of its files, those of others not, and no secret ones', async () => {
    given = await aCodingRuntime({
      answers: ['Two files.'],
      files: {
        'src/a.ts': 'a',
        'src/deep/b.ts': 'b',
        'src/.env': 'TOKEN=1',
        'lib/c.ts': 'c',
        'srcs/d.ts': 'd',
      },
    });
    const { message } = await send('What is here?', [{ kind: 'folder', path: 'src/' }]);
    assert.equal(message.text, 'Two files.');
    assert.match(asked(), /^src\/a\.ts\nsrc\/deep\/b\.ts$/m);
    assert.doesNotMatch(asked(), /lib\/c|srcs\/d|\.env/);
  });

  it('a folder of many files: the first, and how many more', async () => {
    given = await aCodingRuntime({ answers: ['Many.'] });
    await mkdir(path.join(given.folder, 'many'));
    for (let i = 0; i < 302; i++) await writeFile(path.join(given.folder, 'many', `${i}.ts`), 'x');
    await send('What is here?', [{ kind: 'folder', path: 'many' }]);
    assert.match(asked(), /\nand 2 more\n/);
  });

  it('a folder without anything to read, and one that is gone: said, and nothing is sent', async () => {
    given = await aCodingRuntime({ answers: ['no'] });
    await mkdir(path.join(given.folder, 'empty'));
    for (const folder of ['empty', 'gone']) {
      await assert.rejects(send('What?', [{ kind: 'folder', path: folder }]), {
        code: 'not_found',
        message: `There is nothing to read in ${folder}.`,
      });
    }
    assert.equal(given.asked().length, 0);
    assert.deepEqual((await given.call('rooms.list', {})).items, []);
  });

  it('a memory: its text; one that is forgotten is said', async () => {
    given = await aCodingRuntime({ answers: ['Tuesdays.'] });
    const { id } = await given.call('memory.add', { text: 'Deploys go out on Tuesdays.' });
    const attached: Attachment = { kind: 'memory', path: 'memory', label: 'Deploys', memoryId: id };
    await send('When?', [attached]);
    assert.match(asked(), /Deploys go out on Tuesdays\./);
    await given.call('memory.forget', { ids: [id] });
    await assert.rejects(send('When?', [attached]), { code: 'not_found', message: /is forgotten/ });
    await assert.rejects(send('When?', [{ kind: 'memory', path: 'memory' }]), { code: 'not_found' });
  });
});
