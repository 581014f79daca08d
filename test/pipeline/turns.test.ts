import assert from 'node:assert/strict';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { Turns } from '../../runtime/pipeline/turns.ts';
import type { TurnEvent } from '../../runtime/types/events.ts';
import type { RoomHolder } from '../../runtime/types/roomLock.ts';
import { aMemory, aRoom } from '../support/samples.ts';

const forever = () => new AbortController().signal;

/** A turn that ends when told, or when it is stopped. */
function heldTurn() {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reply = aMemory({ role: 'assistant', status: 'streaming' });
  const run = async (signal: AbortSignal, emit: (event: TurnEvent) => void) => {
    emit({ type: 'start', room: aRoom(), reply });
    await Promise.race([
      held,
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    ]);
    return aMemory({ role: 'assistant', status: signal.aborted ? signal.reason : 'complete' });
  };
  return { run, release };
}

describe('turns', () => {
  it('run one at a time in a room, in the order they came', async () => {
    const turns = new Turns();
    const room = aRoom();
    const first = heldTurn();
    const second = heldTurn();
    const a = await turns.start(room, first.run, forever());
    let secondStarted = false;
    const b = turns.start(room, second.run, forever()).then((turn) => {
      secondStarted = true;
      return turn;
    });
    await new Promise(setImmediate);
    assert.equal(secondStarted, false);
    first.release();
    await a.done;
    const turn = await b;
    assert.equal(secondStarted, true);
    second.release();
    assert.equal((await turn.done).content.status, 'complete');
  });

  it('run one at a time in a room, however many come at once', async () => {
    const turns = new Turns();
    const room = aRoom();
    const order: string[] = [];
    const start = async (name: string) => {
      const body = async () => {
        order.push(`${name} begins`);
        await new Promise(setImmediate);
        order.push(`${name} ends`);
        return aMemory();
      };
      await (await turns.start(room, body, forever())).done;
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(start));
    assert.deepEqual(
      order,
      ['a', 'b', 'c', 'd'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
  });

  it('wait for another process that has the room, and end with the hold', async () => {
    const held = new Map<string, RoomHolder>();
    const taken: string[] = [];
    let free = () => {};
    const turns = new Turns({
      async hold(roomId, holder) {
        taken.push('asked');
        await new Promise<void>((resolve) => {
          free = resolve;
        });
        held.set(roomId, holder);
        return async () => void held.delete(roomId);
      },
      stop: async () => true,
    });
    const room = aRoom();
    const first = heldTurn();
    const starting = turns.start(room, first.run, forever());
    const second = turns.start(room, heldTurn().run, forever());
    second.catch(() => {});
    await new Promise(setImmediate);
    // Until the room is ours, to stop it is to stop the other process.
    assert.equal(turns.find(room.id), undefined);
    assert.equal(await turns.stop(room.id), true);
    free();
    const turn = await starting;
    assert.deepEqual([taken.length, held.size], [1, 1]);
    held.get(room.id)?.onLost();
    assert.equal((await turn.done).content.status, 'interrupted');
    await new Promise(setImmediate);
    assert.equal(taken.length, 2);
    free();
    await second;
    await turns.close();
  });

  it('run side by side in different rooms, and each knows of the other', async () => {
    const turns = new Turns();
    const one = aRoom({ title: 'One' });
    const two = aRoom({ title: 'Two' });
    const held = [heldTurn(), heldTurn()] as const;
    await turns.start(one, held[0].run, forever());
    await turns.start(two, held[1].run, forever());
    assert.deepEqual(turns.other(one.id), { roomId: two.id, title: 'Two' });
    await turns.close();
    assert.equal(turns.find(one.id), undefined);
  });

  it('stop with the reason given, and tell when all is stored', async () => {
    const turns = new Turns();
    const room = aRoom();
    const turn = await turns.start(room, heldTurn().run, forever());
    assert.equal(await turns.stop(room.id), true);
    assert.equal((await turn.done).content.status, 'stopped');
    assert.equal(await turns.stop(room.id), false);
  });

  it('end as interrupted when the process goes away, and take no more', async () => {
    const turns = new Turns();
    const room = aRoom();
    const turn = await turns.start(room, heldTurn().run, forever());
    await turns.close();
    assert.equal((await turn.done).content.status, 'interrupted');
    await assert.rejects(turns.start(room, heldTurn().run, forever()), { code: 'server_stopped' });
  });

  it('give a reader that joins late all that was written', async () => {
    const turns = new Turns();
    const room = aRoom();
    const reply = aMemory({ role: 'assistant', status: 'streaming' });
    let end = () => {};
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    const turn = await turns.start(
      room,
      async (_signal, emit) => {
        emit({ type: 'start', room, reply });
        emit({ type: 'text', delta: 'Half an ' });
        await held;
        emit({ type: 'text', delta: 'answer' });
        return reply;
      },
      forever(),
    );
    const reader = turn.subscribe(forever());
    const first = await reader.next();
    assert.equal(first.value?.type === 'start' && first.value.reply.content.text, 'Half an ');
    end();
    const second = await reader.next();
    assert.deepEqual(second.value, { type: 'text', delta: 'answer' });
    assert.equal((await reader.next()).done, true);
  });

  it('let a waiting call go when it is cancelled', async () => {
    const turns = new Turns();
    const room = aRoom();
    await turns.start(room, heldTurn().run, forever());
    const leave = new AbortController();
    const waiting = turns.start(room, heldTurn().run, leave.signal);
    leave.abort();
    await assert.rejects(waiting, { code: 'cancelled' });
    await turns.close();
  });

  it('refuse more than a few waiting calls', async () => {
    const turns = new Turns();
    const room = aRoom({ id: uuidv7() });
    await turns.start(room, heldTurn().run, forever());
    const waiting = Array.from({ length: 8 }, () => turns.start(room, heldTurn().run, forever()));
    for (const call of waiting) call.catch(() => {});
    await assert.rejects(turns.start(room, heldTurn().run, forever()), { code: 'rate_limited' });
    await turns.close();
    await Promise.allSettled(waiting);
  });
});
