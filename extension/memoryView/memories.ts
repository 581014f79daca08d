import { contract, type FunctionName, type Input, type Output } from '../../runtime/protocol/contract.ts';
import type { MemoryItem } from '../../runtime/protocol/schemas.ts';
import type { JsonValue } from '../../runtime/types/primitives.ts';
import type { Agent } from '../agent.ts';
import { failure } from '../failures.ts';

/** What is told or learnt, in the order of the view. */
export const KINDS = ['note', 'fact', 'document'] as const;
export type Kind = (typeof KINDS)[number];

/** Runs a function of the agent and checks what it gives back. */
async function call<N extends FunctionName>(
  agent: Pick<Agent, 'invoke'>,
  name: N,
  input: Input<N>,
): Promise<Output<N>> {
  const output = await agent.invoke({ name, input: input as JsonValue });
  // The schema is the one that gave this function its types.
  return contract[name].output.parse(output) as Output<N>;
}

/** The memory of this workspace, asked of the agent each time: nothing of it stays here. */
export class Memories {
  private readonly agent: Pick<Agent, 'invoke'>;

  constructor(agent: Pick<Agent, 'invoke'>) {
    this.agent = agent;
  }

  /** Newest first. */
  list(kind: Kind, limit: number, cursor?: string): Promise<Output<'memory.list'>> {
    return call(this.agent, 'memory.list', { kinds: [kind], limit, ...(cursor !== undefined && { cursor }) });
  }

  /** Best first. */
  async search(query: string, limit: number): Promise<MemoryItem[]> {
    return (await call(this.agent, 'memory.search', { query, limit })).items;
  }

  /** One memory with its whole text. Rejects with `not_found` where it is gone. */
  async get(id: string): Promise<MemoryItem> {
    const { items } = await call(this.agent, 'memory.history', { id });
    const found = items.find((item) => item.id === id);
    if (found) return found;
    throw failure('not_found', 'This memory is gone.', { hint: 'Nothing else is needed.' });
  }

  async add(text: string): Promise<void> {
    await call(this.agent, 'memory.add', { text });
  }

  async update(id: string, text: string): Promise<void> {
    await call(this.agent, 'memory.update', { id, text });
  }

  /** For good: every copy of them on disk is gone when this resolves. */
  async forget(ids: string[]): Promise<void> {
    await call(this.agent, 'memory.forget', { ids });
  }

  /** Tells again what was forgotten, under the same id and with the age that it had. */
  async restore({ id, kind, text, importance, source, createdAt, roomId, model }: MemoryItem): Promise<void> {
    if (kind === 'message' || kind === 'fragment') return;
    const known = {
      createdAt,
      ...(roomId !== undefined && { roomId }),
      ...(model !== undefined && { model }),
    };
    await call(this.agent, 'memory.add', { id, kind, text, importance, source, ...known });
  }
}
