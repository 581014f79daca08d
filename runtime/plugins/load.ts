import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { ZoeyError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { IAgentRuntime, Plugin } from '../types/runtime.ts';

/** Where a person keeps plugins that the house did not bring. */
export interface PluginFolder {
  /** Absolute; the person named it, never a workspace. */
  folder: string;
  /** False in a workspace that is not trusted: nothing is loaded then. */
  trusted: boolean;
}

/** How many plugins a folder may have. */
const MAX_PLUGINS = 100;

const handler = z.custom<(...args: never[]) => unknown>(
  (value) => typeof value === 'function',
  'is no function',
);
const name = z.string().min(1).max(200);
const named = { name, validate: handler, handler };

/** What must be there before anything of a plugin is called. What it says besides is its own. */
const PluginShape = z.looseObject({
  name,
  description: z.string(),
  dependencies: z.array(name).optional(),
  priority: z.number().optional(),
  init: handler.optional(),
  dispose: handler.optional(),
  actions: z.array(z.looseObject({ ...named, description: z.string() })).optional(),
  evaluators: z.array(z.looseObject({ ...named, description: z.string() })).optional(),
  providers: z.array(z.looseObject({ name, get: handler })).optional(),
  services: z.array(z.custom(isServiceClass, 'has no serviceType or no start')).optional(),
  models: z.record(z.string(), handler).optional(),
  events: z.record(z.string(), z.array(handler)).optional(),
});

/** Parts that plugins for other runtimes may bring and that nobody here asks for. */
const UNUSED = ['routes', 'adapter', 'componentTypes', 'schema'];

/**
 * Loads every plugin of a folder and registers it. One that is broken, or that needs one that is not there,
 * is told in the log and left out; the others work.
 */
export async function addPlugins(
  agent: IAgentRuntime,
  { folder, trusted }: PluginFolder,
  log: Log,
): Promise<void> {
  if (!trusted) return log.info('plugins are not loaded: the workspace is not trusted');
  const waiting: Plugin[] = [];
  for (const file of await pluginFiles(folder, log)) {
    const plugin = await orTold(loadPlugin(file), log);
    if (plugin) waiting.push(plugin);
  }
  waiting.sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
  for (let next = takeReady(waiting, agent); next; next = takeReady(waiting, agent)) {
    warnOfUnused(next, log);
    await orTold(agent.registerPlugin(next), log);
  }
  for (const plugin of waiting) await orTold(agent.registerPlugin(plugin), log);
}

/**
 * One plugin from its file: the default export, or one named `plugin`.
 * @throws `plugin_failed`, naming the file and what is wrong with it.
 */
export async function loadPlugin(file: string): Promise<Plugin> {
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (cause) {
    throw broken(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const exported = exportedPlugin(module);
  if (exported === undefined) throw broken(file, 'it exports no plugin');
  const parsed = PluginShape.safeParse(exported);
  if (parsed.success) return exported as Plugin;
  const issues = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw broken(file, issues.join('; '), parsed.error);
}

/** A module of the older kind is its own default, and may have what we look for inside. */
function exportedPlugin(module: Record<string, unknown>): object | undefined {
  const candidates = [module, module.default]
    .filter(isObject)
    .flatMap((outer: { default?: unknown; plugin?: unknown }) => [outer.default, outer.plugin])
    .filter(isObject);
  return candidates.find((candidate) => 'name' in candidate) ?? candidates[0];
}

/** Files that are plugins, and folders that are packages, by name. */
async function pluginFiles(folder: string, log: Log): Promise<string[]> {
  if (!path.isAbsolute(folder)) {
    log.error(`plugins are not loaded: ${folder} is not an absolute path`);
    return [];
  }
  const entries = await orTold(
    readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
      throw new ZoeyError('plugin_failed', `The folder of plugins can't be read: ${folder}`, { cause });
    }),
    log,
  );
  const files: string[] = [];
  for (const entry of (entries ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(folder, entry.name);
    if (/\.(?:js|cjs|mjs)$/.test(entry.name)) files.push(full);
    else if ((await stat(full).catch(() => undefined))?.isDirectory()) {
      const main = await orTold(packageMain(full), log);
      if (main !== undefined) files.push(main);
    }
  }
  if (files.length > MAX_PLUGINS) log.error(`only the first ${MAX_PLUGINS} plugins are loaded`);
  return files.slice(0, MAX_PLUGINS);
}

/** Undefined for a folder that is no package. */
async function packageMain(folder: string): Promise<string | undefined> {
  const manifest = path.join(folder, 'package.json');
  const text = await readFile(manifest, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw broken(manifest, 'it is no JSON', cause);
  }
  const main = z.object({ main: z.string().default('index.js') }).safeParse(parsed);
  const file = path.resolve(folder, main.success ? main.data.main : 'index.js');
  if (!file.startsWith(folder + path.sep)) throw broken(manifest, 'its main file is outside of it');
  return file;
}

/** The first whose dependencies are all there. */
function takeReady(waiting: Plugin[], agent: IAgentRuntime): Plugin | undefined {
  const present = new Set(agent.plugins.map((plugin) => plugin.name));
  const at = waiting.findIndex(({ dependencies = [] }) =>
    dependencies.every((needed) => present.has(needed)),
  );
  return at < 0 ? undefined : waiting.splice(at, 1)[0];
}

function warnOfUnused(plugin: Plugin, log: Log): void {
  const unused = UNUSED.filter((part) => part in plugin);
  if (unused.length > 0) log.warn(`plugin ${plugin.name}: ${unused.join(', ')} of it are not used here`);
}

async function orTold<T>(work: Promise<T>, log: Log): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    log.error(ZoeyError.from(error).message);
    return undefined;
  }
}

function broken(file: string, reason: string, cause?: unknown): ZoeyError {
  return new ZoeyError('plugin_failed', `The plugin ${file} is broken: ${reason}.`, {
    cause,
    hint: 'Correct it, or take it out of the folder.',
  });
}

function isServiceClass(value: unknown): boolean {
  if (typeof value !== 'function' && !isObject(value)) return false;
  const { serviceType, start } = value as { serviceType?: unknown; start?: unknown };
  return typeof serviceType === 'string' && serviceType !== '' && typeof start === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
