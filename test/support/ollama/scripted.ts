import * as z from 'zod';
import { type MadeUp, type Replay, type ReplayOptions, startReplay } from './replay.ts';

const Chat = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });
const Fill = z.object({ prompt: z.string(), suffix: z.string() });

const MODEL = {
  name: 'm:1b',
  size: 1,
  digest: 'a',
  details: { context_length: 8192 },
  capabilities: ['completion', 'insert'],
};

/** A server in Ollama's form whose model says what a script tells it to. */
export interface Scripted {
  url: string;
  model: string;
  /** What the model says next; where nothing is left, it says "Nothing more." */
  answers: string[];
  /** The last message of each chat, in order. */
  asked(): string[];
  /** What stood before and after each cursor that was to be completed. */
  filled(): { prompt: string; suffix: string }[];
  stop(): Promise<void>;
}

/** Starts it on a free port. Its one model can chat and fill in the middle. */
export async function startScripted(): Promise<Scripted> {
  const answers: string[] = [];
  const says = (piece: (text: string) => object): MadeUp => ({
    pieces: async (request) => {
      const said = piece(onlyLoads(request) ? '' : (answers.shift() ?? 'Nothing more.'));
      return [said, { ...piece(''), done: true }].map((line) => `${JSON.stringify(line)}\n`);
    },
  });
  const routes: ReplayOptions['routes'] = {
    'GET /api/tags': { body: JSON.stringify({ models: [MODEL] }) },
    'GET /api/ps': { body: JSON.stringify({ models: [{ name: MODEL.name, context_length: 8192 }] }) },
    'POST /api/chat': says((content) => ({ message: { content }, done: false })),
    'POST /api/generate': says((response) => ({ response, done: false })),
  };
  const server: Replay = await startReplay({ routes });
  const bodies = (path: string) =>
    server.requests.filter((request) => request.path === path).map(({ body }) => body);
  return {
    url: server.url,
    model: MODEL.name,
    answers,
    asked: () =>
      bodies('/api/chat')
        .filter((body) => !onlyLoads(body))
        .map((body) => Chat.parse(body).messages.at(-1)?.content ?? ''),
    filled: () =>
      bodies('/api/generate').flatMap((body) => {
        const fill = Fill.safeParse(body);
        return fill.success ? [fill.data] : [];
      }),
    stop: () => server.stop(),
  };
}

/** Without a message or a prompt, a model is loaded and says nothing. */
function onlyLoads(request: unknown): boolean {
  return !(Fill.safeParse(request).success || (Chat.safeParse(request).data?.messages.length ?? 0) > 0);
}
