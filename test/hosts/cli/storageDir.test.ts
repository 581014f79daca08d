import assert from 'node:assert/strict';
import path from 'node:path';
import { defaultStorageDir } from '../../../runtime/hosts/cli/storageDir.ts';

describe('default storage folder', () => {
  const linux = { env: {}, platform: 'linux', home: '/home/ada' } as const;

  it('is the data folder of the system', () => {
    const inFolder = (system: Parameters<typeof defaultStorageDir>[1]) =>
      path.dirname(path.dirname(path.dirname(defaultStorageDir('/work', system))));
    assert.equal(inFolder(linux), '/home/ada/.local/share');
    assert.equal(inFolder({ ...linux, env: { XDG_DATA_HOME: '/data' } }), '/data');
    assert.equal(inFolder({ ...linux, env: { XDG_DATA_HOME: 'not/absolute' } }), '/home/ada/.local/share');
    assert.equal(inFolder({ ...linux, platform: 'darwin' }), '/home/ada/Library/Application Support');
    assert.equal(inFolder({ ...linux, platform: 'win32', env: { LOCALAPPDATA: '/local' } }), '/local');
  });

  it('differs from workspace to workspace, and stays the same for one', () => {
    assert.equal(
      defaultStorageDir('/work/a', linux),
      '/home/ada/.local/share/zoey/workspaces/d7f974724669154805c7dcd4ad9230c7',
    );
    assert.notEqual(defaultStorageDir('/work/a', linux), defaultStorageDir('/work/b', linux));
  });
});
