import assert from 'node:assert/strict';
import { isOllamaInstalled, type Machine } from '../../runtime/models/ollama/installed.ts';

function machine(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, ...files: string[]): Machine {
  return {
    platform,
    env,
    home: platform === 'win32' ? 'C:\\Users\\me' : '/home/me',
    exists: async (file) => files.includes(file),
  };
}

describe('whether Ollama is installed', () => {
  const there: [string, Machine][] = [
    ['on the PATH', machine('linux', { PATH: '/a::/opt/b' }, '/opt/b/ollama')],
    ['where the Linux installer puts it', machine('linux', {}, '/usr/local/bin/ollama')],
    ['as a snap', machine('linux', { PATH: '' }, '/snap/bin/ollama')],
    ['as an app of macOS', machine('darwin', { PATH: '/usr/bin' }, '/Applications/Ollama.app')],
    ['from Homebrew', machine('darwin', { PATH: '/usr/bin' }, '/opt/homebrew/bin/ollama')],
    ['on the Path of Windows', machine('win32', { Path: 'C:\\x;D:\\y' }, 'D:\\y\\ollama.exe')],
    [
      'where the Windows installer puts it',
      machine('win32', {}, 'C:\\Users\\me\\AppData\\Local\\Programs\\Ollama\\ollama.exe'),
    ],
  ];
  for (const [where, found] of there) {
    it(`finds it ${where}`, async () => assert.equal(await isOllamaInstalled(found), true));
  }
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    it(`finds none on an empty ${platform}`, async () =>
      assert.equal(await isOllamaInstalled(machine(platform, { PATH: '/usr/bin' })), false));
  }
});
