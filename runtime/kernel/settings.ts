import type { Character } from '../types/agent.ts';
import type { PluginConfig } from '../types/plugin.ts';
import type { SettingValue } from '../types/runtime.ts';
import type { Undo } from './registry.ts';

/**
 * Settings in three layers: what the character says, what plugins say over it (of two, the later), and what
 * was set at run time over both. Only null and undefined are "not set": `false`, 0 and '' are values.
 */
export class LayeredSettings {
  /** The lowest layer. Another one may take its place while the agent lives. */
  character: Character;
  readonly #plugins = new Map<symbol, PluginConfig>();
  readonly #runtime = new Map<string, SettingValue>();

  constructor(character: Character) {
    this.character = character;
  }

  /** Null where no layer has it. The words "true" and "false" are read as what they say. */
  get(key: string): SettingValue {
    const layers = [
      this.#runtime.get(key),
      ...[...this.#plugins.values()].reverse().map((config) => own(config, key)),
      own(this.character.secrets ?? {}, key),
      own(this.character.settings ?? {}, key),
    ];
    const value = layers.find((layer) => layer !== undefined && layer !== null);
    if (value === 'true') return true;
    if (value === 'false') return false;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : null;
  }

  /** In the highest layer; null takes it out there. Undone, it is what it was before. */
  set(key: string, value: SettingValue): Undo {
    const before = this.#runtime.get(key) ?? null;
    this.#put(key, value);
    return () => this.#put(key, before);
  }

  /** A plugin's layer, until it is undone. */
  addPlugin(config: PluginConfig): Undo {
    const id = Symbol('plugin');
    this.#plugins.set(id, config);
    return () => this.#plugins.delete(id);
  }

  #put(key: string, value: SettingValue): void {
    if (value === null) this.#runtime.delete(key);
    else this.#runtime.set(key, value);
  }
}

function own(values: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
