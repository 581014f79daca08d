import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { Member } from '../support/hosts/members.ts';
import { emptyFolder } from '../support/hosts/programs.ts';
import type { Tally } from './tally.ts';

const PATIENCE_MS = 1000;
const Added = z.object({ id: z.string() });
const Status = z.object({ pid: z.number() });
const List = z.object({
  items: z.array(z.object({ id: z.string(), text: z.string() })),
  next: z.string().optional(),
});

/**
 * Three windows on one memory, all writing. The owner is killed, or stopped for a while and let go; another
 * takes over. What was acknowledged must be there once.
 */
export async function fightOverOwners(random: () => number, tally: Tally): Promise<void> {
  const folder = emptyFolder();
  const living = new Set<Member>();
  const enlist = () => {
    const member = new Member(folder, { real: true, patienceMs: PATIENCE_MS });
    living.add(member);
    return member;
  };
  const acknowledged = new Map<string, string>();
  let count = 0;
  const writeSome = async (member: Member): Promise<void> => {
    for (let n = 0; n < 10 && living.has(member); n++) {
      const text = `${member.pid} ${count++}`;
      const { result, error } = await member.call('memory.add', { text });
      if (error === undefined) acknowledged.set(Added.parse(result).id, text);
      else assert.ok(['server_stopped', 'storage_busy'].includes(error.code), error.code);
    }
  };
  try {
    for (let n = 0; n < 3; n++) enlist();
    for (let round = 0; round < 3; round++) {
      await Promise.all([...living].map(writeSome));
      const [witness] = living;
      if (witness === undefined) return;
      const { pid } = Status.parse((await witness.call('status')).result);
      const owner = [...living].find((member) => member.pid === pid);
      assert.ok(owner, 'the owner is not one of them');
      if (random() < 0.3) await stopForAWhile(owner, PATIENCE_MS + random() * 1000, tally);
      else {
        living.delete(owner);
        tally.takeovers.push(await killAndWait(owner, [...living]));
        tally.kills += 1;
        enlist();
      }
    }
    const [last] = living;
    assert.ok(last);
    tally.doubled += await check(last, acknowledged);
    tally.acknowledged += acknowledged.size;
  } finally {
    await Promise.all([...living].map((member) => member.kill()));
  }
}

/** How long it took from the death of the owner to the first answer of the next one, in ms. */
async function killAndWait(owner: Member, others: readonly Member[]): Promise<number> {
  const start = performance.now();
  await owner.kill();
  await Promise.all(others.map(untilAnswered));
  return Math.round(performance.now() - start);
}

async function stopForAWhile(owner: Member, ms: number, tally: Tally): Promise<void> {
  owner.signal('SIGSTOP');
  await setTimeout(ms);
  owner.signal('SIGCONT');
  await untilAnswered(owner);
  tally.stops += 1;
}

/** A busy machine may take longer than the members' patience. */
async function untilAnswered(member: Member): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { error } = await member.call('status');
    if (error === undefined) return;
    assert.ok(tries < 20 && ['storage_busy', 'server_stopped'].includes(error.code), error.code);
    await setTimeout(10);
  }
}

/** Returns how many are there twice. */
async function check(member: Member, acknowledged: ReadonlyMap<string, string>): Promise<number> {
  const texts: string[] = [];
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const { result } = await member.call('memory.list', { limit: 100, ...(cursor && { cursor }) });
    const page = List.parse(result);
    for (const { id, text } of page.items) {
      ids.add(id);
      texts.push(text);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  for (const [id, text] of acknowledged) assert.ok(ids.has(id), `lost ${text}`);
  return texts.length - new Set(texts).size;
}
