import assert from 'node:assert/strict';
import { cacheFolder, dataFolder } from '../../scripts/lib/folders.ts';

describe('the folders of this system', () => {
  it('follow the XDG directories on Linux, a relative one aside', () => {
    const linux = { platform: 'linux', home: '/h' } as const;
    assert.equal(cacheFolder({ ...linux, env: {} }), '/h/.cache/zoey');
    assert.equal(dataFolder({ ...linux, env: {} }), '/h/.local/share/zoey');
    assert.equal(cacheFolder({ ...linux, env: { XDG_CACHE_HOME: '/c' } }), '/c/zoey');
    assert.equal(dataFolder({ ...linux, env: { XDG_DATA_HOME: 'relative' } }), '/h/.local/share/zoey');
  });

  it('are in the library on macOS', () => {
    const mac = { platform: 'darwin', home: '/h', env: { XDG_CACHE_HOME: '/c' } } as const;
    assert.equal(cacheFolder(mac), '/h/Library/Caches/zoey');
    assert.equal(dataFolder(mac), '/h/Library/Application Support/zoey');
  });

  it('are in the local application data on Windows', () => {
    const windows = { platform: 'win32', home: 'C:\\h' } as const;
    assert.equal(cacheFolder({ ...windows, env: { LOCALAPPDATA: 'D:\\a' } }), 'D:\\a\\zoey\\cache');
    assert.equal(dataFolder({ ...windows, env: {} }), 'C:\\h\\AppData\\Local\\zoey\\data');
  });
});
