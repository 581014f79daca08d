import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { FunctionName } from '../../../runtime/protocol/contract.ts';
import type { JsonValue } from '../../../runtime/types/primitives.ts';
import { until } from '../../support/journeys/until.ts';
import { writeFile as save, workspaceUri, zoey } from './access.ts';

const Status = z.object({ state: z.string(), ready: z.boolean(), files: z.number() });
const Found = z.object({ items: z.array(z.object({ path: z.string(), text: z.string() })) });

async function call(name: FunctionName, input: JsonValue = {}): Promise<unknown> {
  return (await zoey()).agent.invoke({ name, input });
}

const status = async () => Status.parse(await call('workspace.status'));
const search = async (query: string) => Found.parse(await call('workspace.search', { query })).items;

describe('the index of the workspace', () => {
  const added = workspaceUri('src', 'wombat.ts');

  before(() =>
    until('the index', async () => {
      const { ready, state } = await status();
      return ready && state === 'idle';
    }),
  );
  after(() => rm(added.fsPath, { force: true }));

  it('is made without being asked for, and has what stands in the folder', async () => {
    assert.ok((await status()).files >= 2);
    assert.equal((await search('greet'))[0]?.path, 'src/greet.ts');
  });

  it('finds a file that was saved, and finds it no more when it was deleted', async () => {
    await save('src/wombat.ts', 'export function marsupialFeeder() {\n  return 1;\n}\n');
    // By meaning, other files are found as well.
    const isFound = async () =>
      (await search('marsupialFeeder')).some(({ path }) => path === 'src/wombat.ts');
    await until('what was saved', isFound);
    await vscode.workspace.fs.delete(added);
    await until('the end of what was deleted', async () => !(await isFound()));
  });
});
