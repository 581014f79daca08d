import assert from 'node:assert/strict';
import { sources } from './sources.ts';

interface Lockfile {
  packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }>;
}

/** The places where Node looks for `name` from `folder`, nearest first. */
function places(name: string, folder: string): string[] {
  const found = [`${folder === '' ? '' : `${folder}/`}node_modules/${name}`];
  const up = folder.lastIndexOf('/node_modules/');
  return folder === '' ? found : [...found, ...places(name, up < 0 ? '' : folder.slice(0, up))];
}

describe('the lockfiles that npm ci installs from', () => {
  // One without the packages of another platform makes npm ci fail there, and with some registries anywhere.
  for (const file of ['package-lock.json', 'test/editor/host/package-lock.json']) {
    it(`${file} names every optional package, for this platform or another`, () => {
      const [lock] = sources(new RegExp(`^${file}$`));
      const { packages }: Lockfile = JSON.parse(lock?.text ?? '');
      const missing = Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
        Object.keys(optionalDependencies).filter(
          (name) => !places(name, folder).some((place) => packages[place]?.version !== undefined),
        ),
      );
      assert.deepEqual(missing, []);
    });
  }
});
