import { isDeepStrictEqual } from 'node:util';
import { ZoeyError } from '../../kernel/errors.ts';
import { ZOEY_AGENT_ID } from '../../kernel/identity.ts';
import { AgentChange } from '../../protocol/contracts/agents.ts';
import { Agent, Character } from '../../types/agent.ts';
import type { IDatabaseAdapter } from '../../types/database.ts';
import type { Metadata, Timestamp } from '../../types/primitives.ts';
import { readCharacter } from './characterFile.ts';

/** Under which name the person's changes are kept: apart, so that what they left alone stays up to date. */
const CHANGES = 'character';

/** What a character may lack: named, so that it is taken out of the row. */
const ABSENT = {
  username: undefined,
  system: undefined,
  templates: undefined,
  messageExamples: undefined,
  postExamples: undefined,
  topics: undefined,
  adjectives: undefined,
  knowledge: undefined,
  plugins: undefined,
  style: undefined,
};

export interface CharactersOptions {
  database: IDatabaseAdapter;
  /** Who answers as it came. */
  original: Character;
  /** A file that the person chose. */
  file?: string | undefined;
  clock: () => Timestamp;
}

/** Who answers, and where that comes from. */
export interface Who {
  character: Character;
  origin: 'zoey' | 'changed' | 'file';
  file?: string;
}

/** Who answers: the file that the person chose, else Zoey with the person's changes. The store has its row too. */
export class Characters {
  readonly #options: CharactersOptions;
  #who: Who;
  /** Told of a change: who answers is somebody else from now on. */
  onChange: (character: Character) => void = () => {};

  private constructor(options: CharactersOptions) {
    this.#options = options;
    this.#who = { character: options.original, origin: 'zoey' };
  }

  /** `onProblem` hears of a file that can't be used: Zoey answers then. */
  static async open(
    options: CharactersOptions,
    onProblem: (problem: ZoeyError) => void,
  ): Promise<Characters> {
    const characters = new Characters(options);
    await characters.#load(onProblem);
    return characters;
  }

  get who(): Who {
    return this.#who;
  }

  /** Changes who answers, now and after a restart. @throws `conflict` where that stands in a file. */
  async change(changes: AgentChange, reset: boolean): Promise<Who> {
    const { database, original } = this.#options;
    if (this.#who.file !== undefined) {
      throw new ZoeyError('conflict', `Who answers stands in ${this.#who.file}.`, {
        hint: 'Change that file and restart the agent, or choose none in the settings.',
      });
    }
    const before = reset ? {} : await this.#changes();
    // As it will be read: what is not there is not named.
    const all = JSON.parse(JSON.stringify({ ...before, ...changes })) as Metadata;
    await database.setSetting(CHANGES, all);
    this.#who = merged(original, await this.#changes());
    await this.#store();
    this.onChange(this.#who.character);
    return this.#who;
  }

  async #load(onProblem: (problem: ZoeyError) => void): Promise<void> {
    const { file, original } = this.#options;
    try {
      if (file !== undefined) this.#who = { character: await readCharacter(file), origin: 'file', file };
    } catch (error) {
      onProblem(ZoeyError.from(error));
    }
    if (this.#who.origin === 'zoey') this.#who = merged(original, await this.#changes());
    await this.#store();
  }

  async #changes(): Promise<AgentChange> {
    // Written by another version, it may be of another form.
    const kept = AgentChange.safeParse(await this.#options.database.getSetting(CHANGES));
    return kept.success ? kept.data : {};
  }

  async #store(): Promise<void> {
    const { database, clock } = this.#options;
    const { secrets: _, ...character } = this.#who.character;
    const now = clock();
    const agent = Agent.parse({ ...character, id: ZOEY_AGENT_ID, createdAt: now, updatedAt: now });
    if (await database.createAgent(agent)) return;
    const { id, createdAt: _created, settings: _settings, ...patch } = agent;
    const known = await database.getAgent(id);
    const fresh = { ...known, ...ABSENT, ...patch, updatedAt: known?.updatedAt };
    if (isDeepStrictEqual({ ...ABSENT, ...known }, fresh)) return;
    await database.updateAgent(id, { ...ABSENT, ...patch });
  }
}

function merged(original: Character, changes: AgentChange): Who {
  if (Object.keys(changes).length === 0) return { character: original, origin: 'zoey' };
  const character = Character.parse({ ...original, ...changes });
  // What the model is told first speaks of Zoey: another name or bio needs words of its own.
  const renamed = changes.system === undefined && (changes.name !== undefined || changes.bio !== undefined);
  if (renamed) delete character.system;
  return { character, origin: 'changed' };
}
