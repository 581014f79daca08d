import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import * as z from 'zod';
import { WireError } from '../../../runtime/types/errors.ts';
import { program } from './programs.ts';

const Answer = z.object({
  id: z.number(),
  chunks: z.array(z.unknown()),
  result: z.unknown().optional(),
  error: WireError.optional(),
  role: z.enum(['owner', 'guest']).optional(),
});
type Answer = z.infer<typeof Answer>;

interface MemberOptions {
  /** That of `joinMemory`; 2000 by default. */
  patienceMs?: number;
  /** With the product's runtime behind it, not the fake one. */
  real?: boolean;
}

/** A real process at a memory. */
export class Member {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  constructor(storageDir: string, { patienceMs = 2000, real = false }: MemberOptions = {}) {
    const script = program(real ? 'realMember' : 'member');
    this.#child = fork(script, [storageDir, String(patienceMs)], { execArgv: [] });
    this.#child.on('message', (message) => {
      const answer = Answer.parse(message);
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Never rejects for a failed call; a member that is killed never answers. */
  call(name: string, input: unknown = {}): Promise<Answer> {
    const id = this.#calls++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, name, input });
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when the process is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
