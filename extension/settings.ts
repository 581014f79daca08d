import * as z from 'zod';
import { Settings } from '../runtime/types/host.ts';

/** The editor's settings, by their key below `zoey.`, and what the agent calls them. */
export const SETTING_KEYS = {
  'ollama.url': 'ollamaUrl',
  'ollama.allowedHosts': 'allowedHosts',
  'ollama.keepAlive': 'keepAlive',
  model: 'model',
  'context.tokens': 'contextTokens',
  think: 'think',
  exclude: 'exclude',
  'embedding.model': 'embeddingModel',
  'embedding.folder': 'embeddingFolder',
  'completion.enabled': 'completion',
  'completion.model': 'completionModel',
} as const satisfies Record<string, keyof Settings>;

/** A setting whose value can't be used. Its default stands in. */
export interface SettingProblem {
  /** As the person finds it: "zoey.context.tokens". */
  setting: string;
  /** The default, as it is written in settings.json. */
  fallback: string;
}

const defaults = Settings.parse({});

/** Reads the settings through `get`, which takes a key below `zoey.`. One bad value spoils nothing else. */
export function readSettings(get: (key: string) => unknown): {
  settings: Settings;
  problems: SettingProblem[];
} {
  const values: Record<string, unknown> = {};
  const problems: SettingProblem[] = [];
  for (const [key, name] of Object.entries(SETTING_KEYS)) {
    const value = get(key);
    if (Settings.shape[name].safeParse(value).success) values[name] = value;
    else problems.push({ setting: `zoey.${key}`, fallback: JSON.stringify(defaults[name]) });
  }
  return { settings: Settings.parse(values), problems };
}

/** As many globs as a call may name, and as long as they may be. */
const MAX_GLOBS = 500;
const MAX_GLOB = 500;

/** What the editor hides (`files.exclude`) is left out too. Globs that hang on a sibling file are not known here. */
export function withHidden(settings: Settings, hidden: unknown): Settings {
  const globs = Object.entries(z.record(z.string(), z.unknown()).safeParse(hidden).data ?? {})
    .filter(([glob, on]) => on === true && glob.length <= MAX_GLOB)
    .map(([glob]) => glob);
  return { ...settings, exclude: [...settings.exclude, ...globs].slice(0, MAX_GLOBS) };
}
