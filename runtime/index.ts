import path from 'node:path';
import type { RuntimeParts } from './functions/define.ts';
import { functions } from './functions/index.ts';
import { createInvoke } from './functions/invoke.ts';
import { answeringModel } from './functions/models/choose.ts';
import { createGateway } from './guard/gateway.ts';
import { createLedger } from './guard/ledger.ts';
import { AgentRuntime } from './kernel/agentRuntime.ts';
import { type Clock, systemClock } from './kernel/clock.ts';
import { ZOEY_AGENT_ID } from './kernel/identity.ts';
import type { Log } from './kernel/log.ts';
import { type RateLimit, RateLimiter } from './kernel/rateLimiter.ts';
import { composeExcerpts } from './models/excerpts.ts';
import { createOllama } from './models/ollama/index.ts';
import type { TurnServices } from './pipeline/context.ts';
import { Turns } from './pipeline/turns.ts';
import { ZOEY } from './plugins/bootstrap/character.ts';
import { bootstrapPlugin } from './plugins/bootstrap/index.ts';
import { addPlugins, type PluginFolder } from './plugins/load.ts';
import { memoryPlugin } from './plugins/memory/index.ts';
import { ollamaPlugin } from './plugins/ollama/index.ts';
import type { Invoke } from './protocol/rpc.ts';
import { searchByWords } from './recall/search.ts';
import { createSqliteDatabase } from './storage/index.ts';
import { createPassages, readPiece } from './workspace/index.ts';

export interface RuntimeOptions {
  /** Folder of the memory, made where it is missing. Absent: in memory, gone at the end. */
  storageDir?: string;
  log: Log;
  version: string;
  clock?: Clock;
  /** Whether Ollama is on this machine; looks for it by default. */
  isOllamaInstalled?: () => Promise<boolean>;
  /** Plugins that the house did not bring. */
  plugins?: PluginFolder;
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
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { log, clock = systemClock, storageDir, isOllamaInstalled } = options;
  const database = createSqliteDatabase({
    log,
    ...(storageDir !== undefined && { file: path.join(storageDir, 'memory.sqlite') }),
  });
  await database.init();
  await database.interruptStreaming(clock());

  const ledger = createLedger({ write: (entries) => database.writeLedger(entries, LEDGER_ENTRIES), log });
  const gateway = createGateway({ record: ledger.record, now: clock });
  const models = createOllama({ gateway, ...(isOllamaInstalled && { isInstalled: isOllamaInstalled }) });
  const turns = new Turns();
  const agent = await createAgent({ database, models, clock, log });
  if (options.plugins) await addPlugins(agent, options.plugins, log);
  agent.startTasks();
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
    models,
    readPiece,
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
      await ledger.flush();
      await database.close();
    },
  };
}

/** Zoey, with the plugins that the house brings. */
async function createAgent({
  database,
  models,
  clock,
  log,
}: Pick<RuntimeParts, 'database' | 'models' | 'clock' | 'log'>): Promise<AgentRuntime> {
  const agent = AgentRuntime.create({
    agentId: ZOEY_AGENT_ID,
    character: ZOEY,
    database,
    search: searchByWords(database),
    clock,
    log,
  });
  const server = models;
  await agent.registerPlugins([
    bootstrapPlugin({ database, search: createPassages(), clock }),
    memoryPlugin(database),
    ollamaPlugin({
      server,
      async choose({ caller, signal }) {
        const chosen = await answeringModel({ server: server(caller.settings), database, caller, signal });
        return chosen && { name: chosen.model.name, contextTokens: chosen.contextTokens };
      },
    }),
  ]);
  return agent;
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
