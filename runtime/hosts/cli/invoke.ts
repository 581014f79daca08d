import fs from 'node:fs';
import type { Readable } from 'node:stream';
import { ZoeyError } from '../../kernel/errors.ts';
import { FunctionName } from '../../protocol/contract.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import type { Caller } from '../../types/host.ts';
import { type Line, parseBatchLine, parseJson, readAll, readLines } from './input.ts';
import { OutputClosed, type Write } from './output.ts';

/** With what calls are made, and where their answers go. */
export interface Calling {
  invoke: Invoke;
  caller: Caller;
  signal: AbortSignal;
  stdin: Readable;
  write: Write;
}

/** `zoey invoke NAME JSON`. Returns whether it went well. */
export function invokeOne(name: string, json: string, calling: Calling): Promise<boolean> {
  return answer(calling, async () => ({
    name,
    input: parseJson(json === '-' ? await readAll(calling.stdin) : json),
  }));
}

/** `zoey invoke --batch SOURCE`: one call after the other. Returns whether all went well. */
export async function invokeBatch(source: string, calling: Calling): Promise<boolean> {
  let good = true;
  const bytes = source === '-' ? calling.stdin : fs.createReadStream(source);
  try {
    for await (const line of readLines(bytes)) {
      if (calling.signal.aborted) return false;
      if (!(await answerLine(line, calling))) good = false;
    }
  } catch (cause) {
    if (cause instanceof OutputClosed) throw cause;
    return answer(calling, () => {
      throw new ZoeyError('invalid_input', `"${source}" cannot be read.`, { cause });
    });
  }
  return good;
}

async function answerLine(line: Line, calling: Calling): Promise<boolean> {
  if ('text' in line && line.text.trim() === '') return true;
  return answer(calling, () => {
    const call = parseBatchLine(line);
    return { name: call.function, input: call.input };
  });
}

interface Call {
  name: string;
  input: unknown;
}

/** Makes the call that `read` tells, and prints what comes. */
async function answer(calling: Calling, read: () => Call | Promise<Call>): Promise<boolean> {
  const print = (line: object) => calling.write(`${JSON.stringify(line)}\n`);
  try {
    const { name, input } = await read();
    const { invoke, caller, signal } = calling;
    const steps = invoke(nameOf(name), input, { caller, signal });
    try {
      for (;;) {
        const step = await steps.next();
        if (step.done === true) {
          await print({ result: step.value ?? null });
          return true;
        }
        await print({ chunk: step.value });
      }
    } finally {
      await steps.return(undefined);
    }
  } catch (thrown) {
    if (thrown instanceof OutputClosed) throw thrown;
    const { code, message, hint } = ZoeyError.from(thrown);
    await print({ error: { code, message, hint } });
    return false;
  }
}

function nameOf(name: string): FunctionName {
  const parsed = FunctionName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new ZoeyError('invalid_input', `There is no function named "${name}".`, {
    hint: '"zoey --help" lists them.',
  });
}
