import assert from 'node:assert/strict';
import { type JoinedMemory, joinMemory } from '../../../runtime/hosts/owner/join.ts';
import type { Runtime } from '../../../runtime/index.ts';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { collect, testCaller } from '../../support/hosts/invokes.ts';
import { emptyFolder } from '../../support/hosts/programs.ts';

const answering = (onClose: () => void = () => {}): Runtime => ({
  async *invoke() {
    yield 'chunk';
    return {};
  },
  close: async () => onClose(),
});

describe('a process that waits to own a memory', () => {
  let members: JoinedMemory[];

  beforeEach(() => {
    members = [];
  });

  afterEach(async () => {
    for (const member of members.reverse()) await member.close();
  });

  const join = (storageDir: string, rehearse: () => Promise<Runtime>) => {
    const open = async () => answering();
    const member = joinMemory({ storageDir, open, rehearse, rehearseMs: 0, log: silentLog });
    members.push(member);
    return member;
  };
  const ask = ({ invoke }: JoinedMemory) =>
    collect(invoke('status', {}, { caller: testCaller, signal: AbortSignal.timeout(5_000) }));

  it('opens a runtime over nothing and closes it; the owner does not', async () => {
    const folder = emptyFolder();
    let ownerRehearsed = false;
    const owner = join(folder, async () => {
      ownerRehearsed = true;
      return answering();
    });
    await ask(owner);
    const closed = new Promise<void>((resolve) => {
      join(folder, async () => answering(resolve));
    });
    await closed;
    assert.equal(owner.role(), 'owner');
    assert.equal(ownerRehearsed, false);
  });

  it('goes on as a guest where that fails', async () => {
    const folder = emptyFolder();
    await ask(join(folder, async () => answering()));
    let fail = () => {};
    const failed = new Promise<void>((resolve) => {
      fail = resolve;
    });
    const guest = join(folder, async () => {
      fail();
      throw new Error('no memory left');
    });
    await failed;
    assert.deepEqual((await ask(guest)).output, {});
    assert.equal(guest.role(), 'guest');
  });
});
