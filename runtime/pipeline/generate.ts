import type { Piece } from '../types/components.ts';
import type { Memory } from '../types/memory.ts';
import { composePrompt, type PastMessage, type Prompt } from './prompt.ts';
import type { Reply } from './reply.ts';
import type { TurnContext, TurnModel } from './turn.ts';

/** How long a silent model is taken for one that loads or reads, before another room is named as the cause. */
const NAME_OTHER_AFTER_MS = 400;
/** How many messages of a room are looked at for the prompt; the window is full long before. */
const HISTORY_MESSAGES = 60;

interface Generation extends TurnContext {
  model: TurnModel;
  pieces: readonly Piece[];
  reply: Reply;
}

/** The fourth step: the prompt goes out, the answer comes in, as it is written. */
export async function generateReply(generation: Generation): Promise<void> {
  const { request, services, signal, emit, model, reply } = generation;
  const prompt = await composeFor(generation);
  const references = request.continues ? (request.reply.content.references ?? []) : prompt.references;
  reply.set({ model: model.name, references, dropped: prompt.dropped });
  emit({ type: 'references', references });

  const work = (kind: 'loading' | 'thinking' | 'writing', text: string) =>
    emit({ type: 'work', work: { kind, text, since: services.clock() } });
  const busy = setTimeout(() => nameOther(generation), NAME_OTHER_AFTER_MS);
  let thinkingSince: number | undefined;
  let wrote = false;
  try {
    const events = model.server.generate(
      {
        model: model.name,
        messages: prompt.messages,
        contextTokens: model.contextTokens,
        maxTokens: prompt.maxTokens,
        think: model.think,
      },
      signal,
    );
    for await (const event of events) {
      if (event.type !== 'loading') clearTimeout(busy);
      switch (event.type) {
        case 'loading':
          work('loading', `Loading ${event.model}`);
          break;
        case 'thinking':
          if (thinkingSince === undefined) {
            thinkingSince = services.clock();
            work('thinking', 'Thinking');
          }
          reply.appendThinking(event.delta);
          emit(event);
          break;
        case 'text':
          if (!wrote && thinkingSince !== undefined)
            reply.set({ thinkingMs: services.clock() - thinkingSince });
          if (!wrote) work('writing', 'Writing');
          wrote = true;
          reply.append(event.delta);
          emit(event);
          break;
        case 'end':
          reply.set({ usage: event.usage });
      }
    }
  } finally {
    clearTimeout(busy);
  }
}

async function composeFor({ request, services, model, pieces }: Generation): Promise<Prompt> {
  return composePrompt({
    system: services.system,
    question: request.message.content.text,
    history: await pastMessages(request.message, services.database),
    pieces,
    contextTokens: model.contextTokens,
    ...(request.continues && { answerSoFar: request.reply.content.text }),
  });
}

/** What was said before the message, without answers that no model wrote. */
async function pastMessages(
  message: Memory,
  database: TurnContext['services']['database'],
): Promise<PastMessage[]> {
  const { agentId, roomId } = message;
  if (roomId === undefined) return [];
  const { items } = await database.getMemories({
    agentId,
    roomId,
    kinds: ['message'],
    limit: HISTORY_MESSAGES,
  });
  const at = items.findIndex((item) => item.id === message.id);
  const before = at < 0 ? [] : items.slice(at + 1).reverse();
  return before.flatMap(({ content }): PastMessage[] => {
    if (content.text === '' || content.role === undefined) return [];
    if (content.role === 'assistant' && content.model === undefined) return [];
    return [{ role: content.role, text: content.text }];
  });
}

function nameOther({ request, services, emit }: Generation): void {
  const other = services.other(request.room.id);
  if (!other) return;
  emit({
    type: 'work',
    work: {
      kind: 'waiting',
      text: `Waiting for the answer in ${other.title}`,
      since: services.clock(),
      roomId: other.roomId,
    },
  });
}
