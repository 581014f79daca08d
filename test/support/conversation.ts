import { ZOEY_AGENT_ID } from '../../runtime/kernel/identity.ts';
import type { TurnRequest, TurnServices } from '../../runtime/pipeline/context.ts';
import { runTurn } from '../../runtime/pipeline/turn.ts';
import { bootstrapPlugin } from '../../runtime/plugins/bootstrap/index.ts';
import { memoryPlugin } from '../../runtime/plugins/memory/index.ts';
import { ollamaPlugin } from '../../runtime/plugins/ollama/index.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import type { Room } from '../../runtime/types/environment.ts';
import type { TurnEvent } from '../../runtime/types/events.ts';
import { Settings } from '../../runtime/types/host.ts';
import type { Memory } from '../../runtime/types/memory.ts';
import type { IEmbedder } from '../../runtime/types/recall.ts';
import type { Plugin, Provider } from '../../runtime/types/runtime.ts';
import { createPassages } from '../../runtime/workspace/index.ts';
import { anAgent, aPlugin, keptLog } from './agent.ts';
import { aRecall } from './recall.ts';
import { aMemory, aRoom } from './samples.ts';
import { type Script, scriptedModel } from './scriptedModel.ts';

interface Options {
  /** Without one, no model is connected. */
  script?: Script;
  providers?: Provider[];
  plugins?: Plugin[];
  room?: Partial<Room>;
  embedder?: IEmbedder;
}

interface Sending {
  message?: Partial<Memory>;
  request?: Partial<TurnRequest>;
  stop?: AbortController;
  onEvent?: (event: TurnEvent) => void;
}

/** A room with an agent in it that has its own plugins, over a memory of its own. */
export async function aConversation(options: Options = {}) {
  const log = keptLog();
  const opened = createSqliteDatabase({ log });
  await opened.init();
  const { database, memories } = await aRecall({
    database: opened,
    ...(options.embedder && { embedder: options.embedder }),
  });
  const { agent } = await anAgent({
    database,
    log,
    character: { name: 'Zoey', bio: [], system: 'Be brief.' },
    search: async (query, { agentId: _, ...where }) => {
      const found = await memories.search({ ...where, query });
      return found.map(({ memory, score }) => ({ ...memory, similarity: score }));
    },
  });
  const server = options.script && scriptedModel(options.script);
  await agent.registerPlugins([
    bootstrapPlugin({ database, memories, search: createPassages(), clock: Date.now }),
    memoryPlugin(database),
    ...(server
      ? [
          ollamaPlugin({
            server: () => server,
            choose: async () => ({ name: 'scripted:1b', contextTokens: 8192 }),
          }),
        ]
      : []),
    aPlugin({ name: 'test', providers: options.providers ?? [] }),
    ...(options.plugins ?? []),
  ]);
  const room = aRoom(options.room);
  await database.createRoom(room);
  const services: TurnServices = {
    agent,
    database,
    excerpts: (pieces) => ({
      text: `${pieces.length} found`,
      references: pieces.map((piece, index) => ({ ...piece, number: index + 1 })),
    }),
    other: () => undefined,
    clock: Date.now,
    log,
  };
  let at = Date.now();

  /** A turn for what the person says, as the handler of `chat.send` starts it. */
  function requestFor(text: string, message: Partial<Memory> = {}): TurnRequest {
    at += 10;
    return {
      caller: { host: 'test', trusted: true, settings: Settings.parse({}) },
      room,
      message: aMemory({ text }, { roomId: room.id, createdAt: at, ...message }),
      attachments: [],
      reply: aMemory(
        { role: 'assistant', status: 'streaming' },
        { roomId: room.id, entityId: ZOEY_AGENT_ID, createdAt: at + 1 },
      ),
      continues: false,
      model: server && { name: 'scripted:1b', contextTokens: 8192, think: false },
    };
  }

  async function send(
    text: string,
    { message, request, stop = new AbortController(), onEvent }: Sending = {},
  ) {
    const events: TurnEvent[] = [];
    const memory = await runTurn({
      request: { ...requestFor(text, message), ...request },
      services,
      signal: stop.signal,
      emit(event) {
        events.push(event);
        onEvent?.(event);
      },
    });
    return {
      events,
      memory,
      text: events.map((event) => (event.type === 'text' ? event.delta : '')).join(''),
    };
  }

  return { agent, database, log, server, room, services, requestFor, send };
}
