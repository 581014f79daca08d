import type { Piece, Provider } from '../types/components.ts';
import type { TurnContext } from './context.ts';

/**
 * Asks every provider at once, each with its own deadline. One that fails or is late is logged and left
 * out; the others contribute. Pieces come in the order of the providers' positions.
 */
export async function gather(context: TurnContext): Promise<Piece[]> {
  const { request, services, emit, signal } = context;
  const onProgress = (text: string) =>
    emit({ type: 'work', work: { kind: 'looking', text, since: services.clock() } });
  emit({ type: 'work', work: { kind: 'reading', text: 'Reading the question', since: services.clock() } });

  const providers = [...services.providers].sort((a, b) => a.position - b.position);
  const answers = await Promise.all(
    providers.map(async (provider) => {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(provider.deadlineMs)]);
      const { message, attachments, caller } = request;
      try {
        return await orLate(
          provider.get({ message, attachments, caller, signal: deadline, onProgress }),
          deadline,
        );
      } catch (error) {
        services.log.warn(`provider ${provider.name} gave nothing: ${describe(error, provider, deadline)}`);
        return [];
      }
    }),
  );
  signal.throwIfAborted();
  return answers.flat();
}

/** Settles with the answer or, at the latest, when the deadline passes. */
function orLate<T>(answer: Promise<T>, deadline: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(deadline.reason);
    if (deadline.aborted) late();
    deadline.addEventListener('abort', late, { once: true });
    answer.then(resolve, reject).finally(() => deadline.removeEventListener('abort', late));
  });
}

function describe(error: unknown, provider: Provider, deadline: AbortSignal): string {
  if (deadline.aborted) return `no answer within ${provider.deadlineMs} ms`;
  return error instanceof Error ? error.name : 'unknown failure';
}
