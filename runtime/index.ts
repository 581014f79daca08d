import { existsSync } from 'node:fs';
import path from 'node:path';
import { Characters } from './functions/agents/characters.ts';
import type { RuntimeParts } from './functions/define.ts';
import { functions } from './functions/index.ts';
import { createInvoke } from './functions/invoke.ts';
import { MemoryChanges } from './functions/memory/changes.ts';
import { fragmentsOf } from './functions/memory/fragments.ts';
import { answeringModel, fillingModel } from './functions/models/choose.ts';
import { Notices } from './functions/notices.ts';
import { createGateway } from './guard/gateway.ts';
import { createLedger } from './guard/ledger.ts';
import { redactedLog } from './guard/redactedLog.ts';
import { AgentRuntime } from './kernel/agentRuntime.ts';
import { createAudit } from './kernel/audit.ts';
import { Background } from './kernel/background.ts';
import { type Clock, systemClock } from './kernel/clock.ts';
import { ZOEY_AGENT_ID } from './kernel/identity.ts';
import type { Log } from './kernel/log.ts';
import { type RateLimit, RateLimiter } from './kernel/rateLimiter.ts';
import { createEmbedder, type EmbedderPlaces } from './models/embedder/index.ts';
import { composeExcerpts } from './models/excerpts.ts';
import { createOllama } from './models/ollama/index.ts';
import type { TurnServices } from './pipeline/context.ts';
import { Turns } from './pipeline/turns.ts';
import { ZOEY } from './plugins/bootstrap/character.ts';
import { bootstrapPlugin } from './plugins/bootstrap/index.ts';
import { type Coding, createCoding } from './plugins/coding/index.ts';
import { addPlugins, type PluginFolder } from './plugins/load.ts';
import { memoryPlugin } from './plugins/memory/index.ts';
import { ollamaPlugin } from './plugins/ollama/index.ts';
import type { Invoke } from './protocol/rpc.ts';
import { createRecall } from './recall/createRecall.ts';
import {
  type ChosenDatabase,
  chooseDatabase,
  openWorkspaceIndex,
  type StorageChoice,
} from './storage/index.ts';
import type { IEmbedder } from './types/recall.ts';
import {
  createPassages,
  createWorkspaceIndex,
  indexedPassages,
  readPiece,
  type WorkspaceIndex,
} from './workspace/index.ts';

export { copyStorage, type StorageChoice } from './storage/index.ts';

export interface RuntimeOptions {
  /** Folder of the memory, made where it is missing. Absent: in memory, gone at the end. */
  storageDir?: string;
  /** Where the memory is, instead of `storageDir`. */
  storage?: StorageChoice;
  /** Folder of the workspace's index, where that is not the memory's. Nobody else may use it meanwhile. */
  indexDir?: string;
  log: Log;
  version: string;
  clock?: Clock;
  /** Whether Ollama is on this machine; looks for it by default. */
  isOllamaInstalled?: () => Promise<boolean>;
  /** Plugins that the house did not bring. */
  plugins?: PluginFolder;
  /** Absolute path of a character's file: who answers, instead of Zoey. */
  character?: string;
  /** Where the parts of the embedder lie. Absent: no model of this disk, so that search is by words. */
  embedding?: EmbedderPlaces;
  /** What embeds, instead of the model that the settings name. */
  embedder?: IEmbedder;
  /** What an open editor shows of a file, saved or not, by its absolute path. */
  live?: (absolute: string) => string | undefined;
  /** How often each kind of caller may call; far more often than a person can, by default. */
  rateLimit?: RateLimit;
}

export interface Runtime {
  invoke: Invoke;
  /** Stops turns, stores what they wrote, closes the database. */
  close(): Promise<void>;
}

/** Entries of the ledger that are kept, the newest. */
const LEDGER_ENTRIES = 5_000;
const RATE_LIMIT: RateLimit = { limit: 3_000, windowMs: 10_000 };
/** How long a deleted room can be restored, and how often rooms past that are purged, in ms. */
const RESTORE_MS = 60_000;

/** The only door to the runtime: opens the memory and puts the rooms of the house together. */
export async function createRuntime(given: RuntimeOptions): Promise<Runtime> {
  const options = { ...given, log: redactedLog(given.log) };
  const { log, clock = systemClock, isOllamaInstalled } = options;
  const opened = await openDatabase(options, clock);

  const ledger = createLedger({ write: (entries) => opened.writeLedger(entries, LEDGER_ENTRIES), log });
  const gateway = createGateway({ record: ledger.record, now: clock });
  const installed = isOllamaInstalled && { isInstalled: isOllamaInstalled };
  const models = createOllama({ gateway, log, ...installed });
  const places = options.embedding && { places: options.embedding };
  const embeddings = createEmbedder({ gateway, log, ...places, ...installed });
  const embedder = options.embedder ?? embeddings;
  const background = new Background();
  const memoryChanges = new MemoryChanges();
  const searched = { opened, embedder, background, onChange: () => memoryChanges.note(), clock, log };
  const { recall, workspaceIndex } = await openSearch(options, searched);
  const { database } = recall;
  const turns = new Turns(database.locks);
  const passages = indexedPassages(workspaceIndex, createPassages());
  const notices = new Notices(log);
  const found = { database, original: ZOEY, file: options.character, clock };
  const characters = await Characters.open(found, ({ message }) => notices.log.error(message));
  const shared = { database, models, passages, clock };
  const coding = codingOf(shared, options.live);
  const agent = await createAgent({ ...shared, coding, recall, background, characters, log });
  const audit = createAudit({ database, agentId: ZOEY_AGENT_ID, clock, log });
  if (options.plugins) {
    const brought = await bringPlugins(agent, options.plugins, notices);
    for (const subject of brought) await audit({ kind: 'plugin', subject });
  }
  void agent.startTasks();
  const turn: TurnServices = {
    agent,
    database,
    excerpts: composeExcerpts,
    other: (roomId) => turns.other(roomId),
    clock,
    log,
  };
  const parts: RuntimeParts = {
    database,
    turns,
    turn,
    background,
    characters,
    audit,
    coding,
    runTask: (task) => agent.runTask(task),
    notices: () => notices.all,
    models,
    recall,
    memoryChanges,
    passages,
    workspaceIndex,
    embedder,
    embeddings,
    readPiece: (root, request) => readPiece(root, request, { live: options.live }),
    flushLedger: ledger.flush,
    limiter: new RateLimiter({ ...(options.rateLimit ?? RATE_LIMIT), clock }),
    clock,
    log,
    version: options.version,
  };
  const purge = keepPurging(parts);
  return {
    invoke: createInvoke(parts, functions),
    async close() {
      clearInterval(purge);
      await turns.close();
      await agent.stop();
      await coding.close();
      await recall.close();
      await workspaceIndex.close();
      await embeddings.close();
      await ledger.flush();
      await database.close();
    },
  };
}

/** Loads the plugins of a folder; returns the names of those that work. */
async function bringPlugins(
  agent: AgentRuntime,
  folder: PluginFolder,
  { log }: Pick<Notices, 'log'>,
): Promise<string[]> {
  const before = agent.plugins.length;
  await addPlugins(agent, folder, log);
  return agent.plugins.slice(before).map(({ name }) => name);
}

async function openDatabase(
  { storage, storageDir, log }: RuntimeOptions,
  clock: Clock,
): Promise<ChosenDatabase> {
  const inFolder: StorageChoice = { kind: 'workspace', ...(storageDir !== undefined && { dir: storageDir }) };
  const database = await chooseDatabase(storage ?? inFolder, { log });
  try {
    await database.init();
    await database.interruptStreaming(clock());
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** What is searched, memories and the workspace: one queue gives both their vectors. */
async function openSearch(
  options: RuntimeOptions,
  {
    opened,
    ...parts
  }: {
    opened: ChosenDatabase;
    embedder: IEmbedder;
    background: Background;
    onChange(): void;
    clock: Clock;
    log: Log;
  },
) {
  const workspaceIndex = createIndex(options, { ...parts, onWaiting: () => recall.queue.wake() });
  const recall = await createRecall({
    ...parts,
    database: opened,
    agentId: ZOEY_AGENT_ID,
    partsOf: fragmentsOf,
    sources: [workspaceIndex.embeddings],
    shared: opened.locks !== undefined,
    mayHoldForgotten: opened.mayHoldForgotten(),
  });
  return { recall, workspaceIndex };
}

/** The index of the workspace: beside the memory of a folder unless told, in memory where there is neither. */
function createIndex(
  { storage, storageDir, indexDir, live, clock = systemClock, log }: RuntimeOptions,
  { background, ...parts }: { embedder: IEmbedder; background: Background; onWaiting(): void },
): WorkspaceIndex {
  const beside = storage ? (storage.kind === 'workspace' ? storage.dir : undefined) : storageDir;
  const dir = indexDir ?? beside;
  const file = dir === undefined ? {} : { file: path.join(dir, 'index.sqlite') };
  return createWorkspaceIndex({
    ...parts,
    isMade: () => dir !== undefined && existsSync(path.join(dir, 'index.sqlite')),
    openStore: (fresh) => openWorkspaceIndex({ ...file, fresh, log }),
    idle: (signal) => background.idle(signal),
    clock,
    log,
    ...(live && { live }),
  });
}

/** Zoey, with the plugins that the house brings. */
async function createAgent({
  coding,
  database,
  recall,
  passages,
  models,
  background,
  characters,
  clock,
  log,
}: Pick<
  RuntimeParts,
  'database' | 'recall' | 'passages' | 'models' | 'background' | 'characters' | 'clock' | 'log'
> & { coding: Coding }): Promise<AgentRuntime> {
  const agent = AgentRuntime.create({
    agentId: ZOEY_AGENT_ID,
    character: characters.who.character,
    database,
    search: async (query, { agentId: _, ...where }) => {
      const found = await recall.memories.search({ ...where, query });
      return found.map(({ memory, score }) => ({ ...memory, similarity: score }));
    },
    background,
    clock,
    log,
  });
  characters.onChange = (character) => agent.setCharacter(character);
  const server = models;
  await agent.registerPlugins([
    bootstrapPlugin({ database, memories: recall.memories, search: passages, clock }),
    memoryPlugin(database),
    ollamaPlugin({
      server,
      async choose({ caller, signal }) {
        const chosen = await answeringModel({ server: server(caller.settings), database, caller, signal });
        return chosen && { name: chosen.model.name, contextTokens: chosen.contextTokens };
      },
    }),
    coding.plugin,
  ]);
  return agent;
}

/** What is done with code, with the models that the caller has. */
function codingOf(
  { database, models, passages, clock }: Pick<RuntimeParts, 'database' | 'models' | 'passages' | 'clock'>,
  live: RuntimeOptions['live'],
): Coding {
  return createCoding({
    async choose({ caller, signal }, wanted) {
      const chosen = await answeringModel({
        server: models(caller.settings),
        database,
        caller,
        wanted,
        signal,
      });
      return chosen && { name: chosen.model.name, contextTokens: chosen.contextTokens };
    },
    async chooseFilling({ caller, signal }) {
      const chosen = await fillingModel({ server: models(caller.settings), caller, signal });
      return chosen && { name: chosen.model.name, contextTokens: chosen.contextTokens };
    },
    search: passages,
    clock,
    ...(live && { live }),
  });
}

/** Rooms that were deleted a while ago are removed for good, now and from time to time. */
function keepPurging({ database, clock, log }: RuntimeParts): NodeJS.Timeout {
  const purge = () =>
    database.purgeRooms(clock() - RESTORE_MS).catch((error: unknown) => {
      log.warn(`deleted rooms were not purged: ${error instanceof Error ? error.message : String(error)}`);
    });
  void purge();
  return setInterval(purge, RESTORE_MS).unref();
}
