import path from 'node:path';
import { nodeFileSystem, readText } from '../../../workspace/fileSystem.ts';
import { walk } from '../../../workspace/walk.ts';
import type { TaskContext } from '../parts.ts';
import { familyOf, frameworkOf, MANIFESTS } from './frameworks.ts';
import { type TestPlace, testPlace } from './testPlace.ts';

const MAX_FILES = 10_000;
const MAX_LEVELS = 12;

/** How the project tests a file. */
export interface TestPlan extends TestPlace {
  framework: string;
  /** How the test imports the file, as a sentence; empty where the language needs none. */
  module: string;
}

/** Recognises framework, place and name of a test from what the workspace has; the usual ones without one. */
export async function recogniseTests(
  { agent }: TaskContext,
  { path: source, languageId }: { path: string; languageId: string },
): Promise<TestPlan> {
  const { workspace, trusted, settings } = agent.run.caller;
  const family = familyOf(languageId);
  const files: string[] = [];
  const manifests = new Map<string, string>();
  if (workspace !== undefined && trusted) {
    const walked = walk(workspace, { signal: agent.run.signal, exclude: settings.exclude, limit: MAX_FILES });
    for await (const file of walked) {
      files.push(file.path);
      if (file.path.endsWith('.csproj') && manifests.size < 40) await read(manifests, file.absolute);
    }
    for (const folder of foldersAbove(source)) {
      for (const name of MANIFESTS) {
        if (!manifests.has(name)) await read(manifests, path.join(workspace, folder, name));
      }
    }
  }
  const place = testPlace(source, files, family);
  return {
    ...place,
    framework: frameworkOf(languageId, manifests),
    module: importOf(source, place.file, family),
  };
}

async function read(manifests: Map<string, string>, absolute: string): Promise<void> {
  const text = await readText(absolute, nodeFileSystem);
  if ('text' in text) manifests.set(path.basename(absolute), text.text);
}

/** The folder of a file, and those above it up to the root: the nearest first. */
function foldersAbove(source: string): string[] {
  const parts = source.split('/').slice(0, -1);
  return [...parts.keys(), parts.length]
    .map((count) => parts.slice(0, count).join('/'))
    .reverse()
    .slice(0, MAX_LEVELS);
}

function importOf(source: string, test: string, family: string): string {
  if (family === 'script') {
    const relative = path.posix.relative(path.posix.dirname(test), source);
    const dotted = relative.startsWith('.') ? relative : `./${relative}`;
    return `The code under test is in '${dotted}', seen from the test: import it as other tests do.`;
  }
  if (family === 'python') {
    const module = source
      .replace(/^src\//, '')
      .replace(/(?:\/__init__)?\.py$/, '')
      .replaceAll('/', '.');
    return `The code under test is the module ${module}.`;
  }
  return '';
}
