import type { PluginConfig } from '../../types/plugin.ts';
import type { Plugin } from '../../types/runtime.ts';
import { within } from '../deadline.ts';
import { ZoeyError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Undo } from '../registry.ts';
import { orderPlugins } from './order.ts';

/** How long a plugin may take to begin and to end, in ms. */
const INIT_MS = 30_000;
const DISPOSE_MS = 5_000;

export interface LifecycleOptions {
  log: Log;
  /** Aborted when the runtime stops: an init that is under way then fails. */
  signal: AbortSignal;
}

/** What the runtime does for one plugin; each returns how it is taken back. */
export interface Installer {
  /** Makes its config known as settings. */
  configure(config: PluginConfig): Undo;
  /** Calls its `init`. What it registers there is taken back through `own`. */
  init(config: Record<string, unknown>, own: (undo: Undo) => void): Promise<void>;
  /** Takes its components in. */
  install(own: (undo: Undo) => void): void;
  dispose(): Promise<void>;
}

interface Installed {
  plugin: Plugin;
  installer: Installer;
  undos: Undo[];
}

/** Plugins from registration to disposal: init in order, all or nothing, the last in is the first out. */
export class PluginLifecycle {
  readonly #options: LifecycleOptions;
  readonly #installed: Installed[] = [];
  /** One after the other, whoever asks. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  get all(): readonly Plugin[] {
    return this.#installed.map(({ plugin }) => plugin);
  }

  /** In their order. The first that fails ends it: it leaves nothing behind, those before it stay. */
  register(
    plugins: readonly { plugin: Plugin; config?: PluginConfig | undefined }[],
    installerOf: (plugin: Plugin) => Installer,
  ): Promise<void> {
    const registered = this.#queue.then(async () => {
      const present = new Set(this.#installed.map(({ plugin }) => plugin.name));
      const configs = new Map(plugins.map(({ plugin, config }) => [plugin, config]));
      for (const plugin of orderPlugins([...configs.keys()], present)) {
        await this.#install(plugin, { ...plugin.config, ...configs.get(plugin) }, installerOf(plugin));
      }
    });
    this.#queue = registered.catch(() => {}); // told to whoever registered
    return registered;
  }

  /** Every plugin is disposed and its components go, in reverse. Failures are logged. */
  async dispose(): Promise<void> {
    await this.#queue;
    for (let last = this.#installed.pop(); last; last = this.#installed.pop()) await this.#remove(last);
  }

  async #install(plugin: Plugin, config: PluginConfig, installer: Installer): Promise<void> {
    const { signal } = this.#options;
    const installed: Installed = { plugin, installer, undos: [] };
    const { undos } = installed;
    let gone = false;
    // What it registers after it was given up does not stay either.
    const own = (undo: Undo) => (gone ? undo() : undos.push(undo));
    try {
      const parsed = parseConfig(plugin, config);
      own(installer.configure(config));
      await within({ ms: INIT_MS, signal, what: 'Its start' }, () => installer.init(parsed, own));
      installer.install(own);
      this.#installed.push(installed);
    } catch (cause) {
      gone = true;
      await takeBack(undos);
      throw pluginError(plugin, cause);
    }
  }

  async #remove({ plugin, installer, undos }: Installed): Promise<void> {
    await within({ ms: DISPOSE_MS, what: 'Its end' }, () => installer.dispose()).catch((error: unknown) =>
      this.#options.log.warn(`plugin ${plugin.name} did not end well: ${nameOf(error)}`),
    );
    await takeBack(undos);
  }
}

async function takeBack(undos: Undo[]): Promise<void> {
  for (let undo = undos.pop(); undo; undo = undos.pop()) await undo();
}

function parseConfig({ name, configSchema }: Plugin, config: PluginConfig): Record<string, unknown> {
  if (!configSchema) {
    const set = Object.entries(config).filter(([, value]) => value !== undefined && value !== null);
    return Object.fromEntries(set.map(([key, value]) => [key, String(value)]));
  }
  const parsed = configSchema.safeParse(config);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'config'}: ${issue.message}`);
  // Values are left out: a setting may be a secret.
  throw new ZoeyError(
    'plugin_failed',
    `The settings of the plugin "${name}" are wrong: ${fields.join('; ')}.`,
    {
      hint: 'Correct its settings.',
    },
  );
}

function pluginError({ name }: Plugin, cause: unknown): ZoeyError {
  if (ZoeyError.is(cause) && cause.code === 'plugin_failed') return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ZoeyError('plugin_failed', `The plugin "${name}" did not start: ${reason}`, { cause });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown failure';
}
