import * as z from 'zod';
import { joinMemory } from '../../../runtime/hosts/owner/join.ts';
import type { createRuntime } from '../../../runtime/index.ts';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { FunctionName } from '../../../runtime/protocol/contract.ts';
import { collect, testCaller } from './invokes.ts';

const Call = z.object({
  id: z.number(),
  name: z.union([FunctionName, z.literal('close')]),
  input: z.unknown(),
});

/** Makes this process one that joins the memory in a folder, and calls what its parent tells it to. */
export function runMember(create: typeof createRuntime): void {
  const [storageDir = '', patience = ''] = process.argv.slice(2);
  const log = silentLog;
  const memory = joinMemory({
    storageDir,
    open: () => create({ storageDir, log, version: 'member' }),
    rehearse: () => create({ log, version: 'member' }),
    log,
    patienceMs: Number(patience),
  });

  const answer = async (message: unknown) => {
    const { id, name, input } = Call.parse(message);
    try {
      if (name === 'close') {
        await memory.close();
        process.send?.({ id, chunks: [], result: {} }, () => process.exit(0));
        return;
      }
      const signal = AbortSignal.timeout(30_000);
      const { chunks, output } = await collect(memory.invoke(name, input, { caller: testCaller, signal }));
      process.send?.({ id, chunks, result: output, role: memory.role() });
    } catch (error) {
      process.send?.({ id, chunks: [], error: ZoeyError.from(error).toWire(), role: memory.role() });
    }
  };

  process.on('message', (message) => void answer(message));
  process.on('disconnect', () => process.exit(0));
}
