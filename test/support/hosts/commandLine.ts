import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as z from 'zod';
import { program } from './programs.ts';

interface Outcome {
  status: number | null;
  out: string;
  err: string;
}

interface Options {
  env?: NodeJS.ProcessEnv;
  /** With the product's runtime behind it. */
  real?: boolean;
}

/** `zoey` as a real process, with the fake runtime behind it unless it is to be the real one. */
export class CommandLine {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<number | null>;
  readonly #waiting = new Set<() => void>();
  out = '';
  err = '';

  constructor(args: readonly string[], { env = {}, real = false }: Options = {}) {
    const script = program(real ? 'realCli' : 'cli');
    this.#child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env } });
    this.#child.stdin.on('error', () => {});
    this.#child.stdout.on('data', (data) => {
      this.out += data;
      for (const check of this.#waiting) check();
    });
    this.#child.stderr.on('data', (data) => {
      this.err += data;
      for (const check of this.#waiting) check();
    });
    this.#closed = once(this.#child, 'close').then(([status]) => status);
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Reads no more of its standard output, as `head` does when it has enough. */
  stopReading(): void {
    this.#child.stdout.destroy();
  }

  /** Resolves when it is true of what was written so far. */
  until(true_: (written: { out: string; err: string }) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!true_(this)) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Ends its input and waits for its end. */
  async end(input = ''): Promise<Outcome> {
    this.#child.stdin.end(input);
    return this.ended();
  }

  /** Waits for its end, with its input left open. */
  async ended(): Promise<Outcome> {
    const status = await this.#closed;
    return { status, out: this.out, err: this.err };
  }
}

/** Runs a command line to its end. */
export function zoey(args: readonly string[], input = ''): Promise<Outcome> {
  return new CommandLine(args).end(input);
}

const OutputLine = z.union([
  z.strictObject({ chunk: z.unknown() }),
  z.strictObject({ result: z.unknown() }),
  z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }) }),
]);
export type OutputLine = z.infer<typeof OutputLine>;

/** Every line of standard output; fails where one is anything but a chunk, a result or an error. */
export function outputLines(out: string): OutputLine[] {
  if (out !== '' && !out.endsWith('\n')) throw new Error('The last line has no end.');
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => OutputLine.parse(JSON.parse(line)));
}
