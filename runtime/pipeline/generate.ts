import { ZoeyError } from '../kernel/errors.ts';
import type { GenerateEvent } from '../types/model.ts';
import type { State } from '../types/state.ts';
import { systemText } from './character.ts';
import type { Step, TurnModel } from './context.ts';
import { pastMessages } from './history.ts';
import { composePrompt, type Prompt } from './prompt.ts';

/** How long a silent model is taken for one that loads or reads, before another room is named as the cause. */
const NAME_OTHER_AFTER_MS = 400;

interface Generation extends Step {
  model: TurnModel;
  state: State;
  /** What was done before the answer, in words; empty where nothing was. */
  notes: string;
}

/** The fourth step: the prompt goes out, the answer comes in, as it is written. */
export async function generateReply(generation: Generation): Promise<void> {
  const { request, agent, emit, model, reply } = generation;
  const prompt = await composeFor(generation);
  const references = request.continues ? (request.reply.content.references ?? []) : prompt.references;
  reply.set({ model: model.name, references, dropped: prompt.dropped });
  emit({ type: 'references', references });

  const busy = setTimeout(() => nameOther(generation), NAME_OTHER_AFTER_MS);
  const hear = listener(generation);
  try {
    const input = {
      model: model.name,
      messages: prompt.messages,
      contextTokens: model.contextTokens,
      maxTokens: prompt.maxTokens,
      think: model.think,
    };
    for await (const event of agent.streamModel('TEXT_LARGE', input)) {
      if (event.type !== 'loading') clearTimeout(busy);
      hear(event);
    }
  } finally {
    clearTimeout(busy);
  }
}

/** What each event of the model does to the reply, and what is told of it. */
function listener({ services, emit, reply }: Generation): (event: GenerateEvent) => void {
  const work = (kind: 'loading' | 'thinking' | 'writing', text: string) =>
    emit({ type: 'work', work: { kind, text, since: services.clock() } });
  let thinkingSince: number | undefined;
  let wrote = false;
  return (event) => {
    switch (event.type) {
      case 'loading':
        return work('loading', `Loading ${event.model}`);
      case 'thinking':
        if (thinkingSince === undefined) {
          thinkingSince = services.clock();
          work('thinking', 'Thinking');
        }
        reply.appendThinking(event.delta);
        return emit(event);
      case 'text':
        if (!wrote) {
          wrote = true;
          if (thinkingSince !== undefined) reply.set({ thinkingMs: services.clock() - thinkingSince });
          work('writing', 'Writing');
        }
        reply.append(event.delta);
        return emit(event);
      case 'end':
        reply.set({ usage: event.usage });
        if (event.reason === 'length') throw outOfRoom();
    }
  };
}

/** The answer is cut off, not complete: it can be gone on with. */
function outOfRoom(): ZoeyError {
  return new ZoeyError('model_stopped', 'The model reached the end of its context.', {
    hint: 'Go on, or set a larger context.',
  });
}

async function composeFor(generation: Generation): Promise<Prompt> {
  const { request, services, agent, model, state, notes } = generation;
  return composePrompt({
    system: systemText(agent.character),
    question: request.message.content.text,
    history: await pastMessages(request.message, services.database),
    pieces: state.pieces ?? [],
    context: [state.text, notes].filter(Boolean).join('\n\n'),
    contextTokens: model.contextTokens,
    ...(request.continues && { answerSoFar: request.reply.content.text }),
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
