import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { readEvents, readLines } from '../../support/hosts/fakeRuntime.ts';
import { Member } from '../../support/hosts/members.ts';
import { emptyFolder } from '../../support/hosts/programs.ts';

describe('several processes at one memory', () => {
  let folder: string;
  let members: Member[];

  beforeEach(() => {
    folder = emptyFolder();
    members = [];
  });

  afterEach(async () => {
    await Promise.all(members.map((member) => member.kill()));
    const events = readEvents(path.join(folder, 'events.jsonl')).map(({ event }) => event);
    assert.ok(!events.includes('two owners'), 'two owners at the same time');
  });

  const join = (patienceMs?: number) => {
    const member = new Member(folder, patienceMs === undefined ? {} : { patienceMs });
    members.push(member);
    return member;
  };
  const saved = () => readLines(path.join(folder, 'lines.jsonl'));
  const Status = z.object({ pid: z.number() });
  const ownerOf = async (member: Member) => Status.parse((await member.call('status')).result).pid;

  it('have one owner, through which all of them write', async () => {
    const four = [join(), join(), join(), join()];
    const answers = await Promise.all(
      four.flatMap((member, m) => [1, 2, 3].map((n) => member.call('memory.add', { text: `${m}.${n}` }))),
    );
    assert.deepEqual(answers.map(({ error }) => error).filter(Boolean), []);
    assert.equal(saved().length, 12);
    const owners = new Set(await Promise.all(four.map(ownerOf)));
    assert.equal(owners.size, 1);
    assert.ok(four.some(({ pid }) => owners.has(pid)));
    const roles = await Promise.all(four.map(async (member) => (await member.call('status')).role));
    assert.deepEqual(roles.sort(), ['guest', 'guest', 'guest', 'owner']);
  });

  it('stream through the owner, every chunk in its order', async () => {
    const owner = join();
    await owner.call('status');
    const { chunks, role, error } = await join().call('chat.send', { text: 'one two big three' });
    assert.equal(error, undefined);
    assert.equal(role, 'guest');
    const deltas = chunks.flatMap(
      (chunk) => z.object({ delta: z.string() }).safeParse(chunk).data?.delta ?? [],
    );
    assert.deepEqual(deltas, ['one ', 'two ', `${'x'.repeat(65_536)} `, 'three ']);
  });

  const events = () => readEvents(path.join(folder, 'events.jsonl'));
  const untilHeld = async () => {
    while (events().at(-1)?.event !== 'held') await setTimeout(2);
  };
  const hold = () => fs.writeFileSync(path.join(folder, 'hold'), '');
  const letGo = () => fs.rmSync(path.join(folder, 'hold'));
  const ownerAndGuest = async (patienceMs?: number) => {
    const owner = join(patienceMs);
    await owner.call('status');
    const guest = join(patienceMs);
    assert.equal(await ownerOf(guest), owner.pid);
    return { owner, guest };
  };

  it('make a read again that the death of the owner cut off', async () => {
    const { owner, guest } = await ownerAndGuest();
    await guest.call('memory.add', { text: 'before' });
    hold();
    const reading = guest.call('memory.list');
    await untilHeld();
    await owner.kill();
    letGo();
    const { result, error, role } = await reading;
    assert.equal(error, undefined);
    assert.equal(role, 'owner');
    assert.equal(z.object({ items: z.array(z.unknown()) }).parse(result).items.length, 1);
  });

  it('fail a write that the death of the owner cut off, since nobody knows what became of it', async () => {
    const { owner, guest } = await ownerAndGuest();
    hold();
    const writing = guest.call('memory.add', { text: 'lost' });
    await untilHeld();
    await owner.kill();
    letGo();
    const { error } = await writing;
    assert.equal(error?.code, 'server_stopped');
    assert.equal(error?.retryable, true);
    assert.equal((await guest.call('memory.add', { text: 'again' })).error, undefined);
    assert.deepEqual(
      saved().map(({ text }) => text),
      ['again'],
    );
  });

  it('go on without a single failure when the owner leaves in good order', async () => {
    const { owner, guest } = await ownerAndGuest();
    let writing = true;
    const failures: unknown[] = [];
    const write = async () => {
      for (let n = 0; writing; n++) {
        const { error } = await guest.call('memory.add', { text: `${n}` });
        if (error !== undefined) failures.push(error);
      }
    };
    const writers = [write(), write(), write(), write()];
    while (saved().length < 20) await setTimeout(2);
    await owner.call('close');
    const atClose = saved().length;
    while (saved().length < atClose + 20) await setTimeout(2);
    writing = false;
    await Promise.all(writers);
    assert.deepEqual(failures, []);
    assert.equal(await ownerOf(guest), guest.pid);
    assert.deepEqual(
      events().map(({ event }) => event),
      ['open', 'close', 'open'],
    );
  });

  it('stop an answer in good order when the owner leaves', async () => {
    const { owner, guest } = await ownerAndGuest();
    const speaking = guest.call('chat.send', { text: 'wait for me' });
    while (!events().some(({ event }) => event === 'speaks')) await setTimeout(2);
    await owner.call('close');
    const { result } = await speaking;
    assert.equal(
      z.object({ message: z.object({ status: z.string() }) }).parse(result).message.status,
      'stopped',
    );
  });

  it('never take the place of an owner that is stopped, and say so', async () => {
    const { owner, guest } = await ownerAndGuest(300);
    hold();
    const waiting = guest.call('memory.list');
    await untilHeld();
    owner.signal('SIGSTOP');
    const fresh = join(300);
    const answers = await Promise.all([
      waiting,
      fresh.call('status'),
      guest.call('memory.add', { text: 'x' }),
    ]);
    assert.deepEqual(
      answers.map(({ error }) => error?.code),
      ['storage_busy', 'storage_busy', 'storage_busy'],
    );
    letGo();
    owner.signal('SIGCONT');
    let status = await guest.call('status');
    while (status.error !== undefined) status = await guest.call('status');
    assert.equal(Status.parse(status.result).pid, owner.pid);
    assert.deepEqual(events().filter(({ event }) => event === 'open').length, 1);
  });

  it('hear why a memory does not open, and can try again', async () => {
    fs.writeFileSync(path.join(folder, 'refuse'), '');
    const two = [join(), join()];
    for (const member of two) assert.equal((await member.call('status')).error?.code, 'storage_corrupt');
    assert.equal(fs.existsSync(path.join(folder, 'owner.lock')), false);
    fs.rmSync(path.join(folder, 'refuse'));
    for (const member of two) assert.equal((await member.call('status')).error, undefined);
  });

  it('leave nothing behind when all leave in good order', async () => {
    const { owner, guest } = await ownerAndGuest();
    await Promise.all([owner.call('close'), guest.call('close')]);
    assert.deepEqual(fs.readdirSync(folder).sort(), ['events.jsonl', 'lines.jsonl']);
  });

  it('lose nothing acknowledged and store nothing twice while owners are killed', async function () {
    this.timeout(60_000);
    const acknowledged = new Set<string>();
    const takeovers: number[] = [];
    for (let round = 0; round < 4; round++) join();
    const living = new Set(members);
    let writing = true;
    const write = async (member: Member) => {
      for (let n = 0; writing && living.has(member); n++) {
        const { error, result } = await member.call('memory.add', { text: `${member.pid}.${n}` });
        if (error === undefined) acknowledged.add(z.object({ id: z.string() }).parse(result).id);
        else assert.equal(error.code, 'server_stopped');
      }
    };
    for (const member of living) void write(member);
    for (let kill = 0; kill < 5; kill++) {
      const enough = acknowledged.size + 20;
      while (acknowledged.size < enough) await setTimeout(2);
      const [witness] = living;
      assert.ok(witness);
      const pid = await ownerOf(witness);
      const owner = [...living].find((member) => member.pid === pid);
      assert.ok(owner);
      living.delete(owner);
      const killed = Date.now();
      await owner.kill();
      const [next] = living;
      assert.ok(next);
      await next.call('status');
      const opened = readEvents(path.join(folder, 'events.jsonl')).at(-1);
      takeovers.push((opened?.at ?? Number.NaN) - killed);
      const fresh = join();
      living.add(fresh);
      void write(fresh);
    }
    writing = false;
    const lines = saved();
    const ids = lines.map(({ id }) => id);
    assert.equal(new Set(lines.map(({ text }) => text)).size, lines.length, 'a line was written twice');
    assert.deepEqual(
      [...acknowledged].filter((id) => !ids.includes(id)),
      [],
      'an acknowledged line is lost',
    );
    process.stderr.write(
      `      ${acknowledged.size} acknowledged; takeovers in ${takeovers.join(', ')} ms\n`,
    );
    assert.ok(Math.max(...takeovers) < 1000, `takeovers took ${takeovers.join(', ')} ms`);
  });

  it('lose nothing acknowledged of the real memory while owners are killed', async function () {
    this.timeout(60_000);
    const enlist = () => {
      const member = new Member(folder, { real: true });
      members.push(member);
      return member;
    };
    const texts = new Map<string, string>();
    let current = [enlist(), enlist(), enlist()];
    for (let kill = 0; kill < 3; kill++) {
      const answers = await Promise.all(
        current.flatMap((member) =>
          [1, 2, 3].map(async (n) => {
            const text = `${kill} ${member.pid} ${n}`;
            const { result, error } = await member.call('memory.add', { text });
            assert.equal(error, undefined);
            return { text, id: z.object({ id: z.string() }).parse(result).id };
          }),
        ),
      );
      for (const { text, id } of answers) texts.set(id, text);
      const [first] = current;
      assert.ok(first);
      const pid = await ownerOf(first);
      await current.find((member) => member.pid === pid)?.kill();
      current = [...current.filter((member) => member.pid !== pid), enlist()];
    }
    const [last] = current;
    const List = z.object({ items: z.array(z.object({ id: z.string(), text: z.string() })) });
    const { items } = List.parse((await last?.call('memory.list', { limit: 200 }))?.result);
    assert.deepEqual(new Map(items.map(({ id, text }) => [id, text])), new Map([...texts].reverse()));
    assert.equal(items.length, 27);
  });
});
