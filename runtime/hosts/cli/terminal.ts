import readline from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type Write, writerTo } from './output.ts';

/** What chat needs of a terminal, or of the pipes that stand in for one. */
export interface Terminal {
  /** A person sits there; otherwise a program feeds lines. */
  readonly interactive: boolean;
  /** One line after the other, asked for with a prompt where a person sits. */
  lines(): AsyncGenerator<string, void, void>;
  /** Runs work that Ctrl+C stops; a second one does not wait for that. */
  stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** The answer itself, on standard output. */
  print: Write;
  /** Everything else, on standard error. */
  note: Write;
  /** What is being done, on one line that the next output takes away. */
  work: Write;
  close(): void;
}

interface Streams {
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable;
  stderr: Writable & { isTTY?: boolean };
}

const CLEAR_LINE = '\r\u001b[2K';

interface Interrupts {
  /** Calls back at each SIGINT of the process; a terminal in raw mode tells of Ctrl+C itself. */
  onInterrupt(listener: () => void): void;
  /** Ends at once. */
  quit(): void;
}

export function openTerminal(
  { stdin, stdout, stderr }: Streams,
  { onInterrupt, quit }: Interrupts,
): Terminal {
  const interactive = stdin.isTTY === true && stderr.isTTY === true;
  const out = writerTo(stdout);
  const err = writerTo(stderr);
  const reader = readline.createInterface({
    input: stdin,
    output: stderr,
    terminal: interactive,
    prompt: '> ',
    historySize: 200,
  });
  // From the start, so that no line is lost that comes before it is asked for.
  const lines = reader[Symbol.asyncIterator]();
  let working: string | undefined;
  let running: AbortController | undefined;

  const interrupt = () => {
    if (running === undefined) reader.close();
    else if (running.signal.aborted) quit();
    else running.abort();
  };
  reader.on('SIGINT', interrupt);
  onInterrupt(interrupt);

  const settle = async () => {
    if (working === undefined) return;
    working = undefined;
    if (stderr.isTTY === true) await err(CLEAR_LINE);
  };

  return {
    interactive,
    lines: async function* () {
      for (;;) {
        if (interactive) reader.prompt();
        const next = await lines.next();
        if (next.done === true) {
          // The shell's prompt is to stand on a line of its own.
          if (interactive) await err('\n');
          return;
        }
        yield next.value;
      }
    },
    stoppable: async (work) => {
      const controller = new AbortController();
      running = controller;
      try {
        return await work(controller.signal);
      } finally {
        running = undefined;
        await settle();
      }
    },
    print: async (text) => {
      if (text === '') return;
      await settle();
      await out(text);
    },
    note: async (text) => {
      await settle();
      await err(text);
    },
    work: async (text) => {
      if (text === working) return;
      working = text;
      await err(stderr.isTTY === true ? `${CLEAR_LINE}${text}…` : `${text}\n`);
    },
    close: () => reader.close(),
  };
}
