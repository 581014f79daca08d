import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { installLlama } from './install.ts';

export interface LlamaOptions {
  /** What the model says, whatever it is asked. Each word is a token, a repeated one takes the next along. */
  reply: string;
  /** Its name; "canned" by default. */
  name?: string;
  /** Between two tokens, in milliseconds: so that they are seen to come one by one. */
  delayMs?: number;
  /** How much longer loading takes, in milliseconds. */
  loadMs?: number;
  /** 0 for any that is free. */
  port?: number;
}

const Stats = z.object({
  /** Tokens decoded since the start. */
  generated: z.number(),
  /** Answers that the other side left before their end. */
  aborted: z.number(),
  /** Answers being decoded now. */
  active: z.number(),
  /** How often the model was loaded. */
  loads: z.number(),
});
type LlamaStats = z.infer<typeof Stats>;

export interface Llama {
  url: string;
  /** As GET /api/tags names it. */
  model: string;
  stats(): Promise<LlamaStats>;
  /** Lets so many more tokens come, then decoding and loading wait. Without a number they go on. */
  allow(tokens?: number): Promise<void>;
  /** Resolves when no answer is being decoded. */
  idle(): Promise<LlamaStats>;
  stop(): Promise<void>;
}

/** Starts a real llama.cpp behind Ollama's interface, in a process of its own: see server.mjs. */
export async function startLlama(options: LlamaOptions): Promise<Llama> {
  const engine = await installLlama();
  const { reply, name = 'canned', delayMs = 0, loadMs = 0, port = 0 } = options;
  const child = spawn(
    process.execPath,
    [require.resolve('./server.mjs'), JSON.stringify({ reply, name, delayMs, loadMs, port, engine })],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const url = `http://127.0.0.1:${await portOf(child)}`;
  const stats = async () => Stats.parse(await (await fetch(`${url}/__stats`)).json());
  return {
    url,
    model: name.includes(':') ? name : `${name}:latest`,
    stats,
    allow: async (tokens) => {
      await (await fetch(`${url}/__allow`, { method: 'POST', body: JSON.stringify({ tokens }) })).text();
    },
    idle: async () => {
      let now = await stats();
      while (now.active > 0) {
        await pause(20);
        now = await stats();
      }
      return now;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.stdin?.end();
      await exit;
    },
  };
}

/** The same for the suite whose hook this is; where it can't be installed the suite is skipped, but on CI. */
export async function llamaFor(hook: Mocha.Context, options: LlamaOptions): Promise<Llama> {
  hook.timeout(120_000);
  try {
    await installLlama();
  } catch (error) {
    if (process.env.CI) throw error;
    console.log(`llama.cpp could not be installed, so it is not tested: ${String(error)}`);
    return hook.skip();
  }
  return startLlama(options);
}

async function portOf(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('The model server has no output.');
  for await (const text of createInterface(child.stdout)) {
    return z.object({ port: z.number() }).parse(JSON.parse(text)).port;
  }
  throw new Error('The model server ended before it listened.');
}
