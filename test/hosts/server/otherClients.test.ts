import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { emptyFolder, program } from '../../support/hosts/programs.ts';
import { NOWHERE } from '../../support/testRuntime.ts';

interface Message {
  id?: number;
  method?: string;
  params?: { token?: string; value?: { type: string } };
  result?: unknown;
  error?: { code: number; data?: { code: string } };
}

/** A client that knows nothing but the base protocol: a header with the length in bytes, an empty line, JSON. */
class PlainClient {
  readonly #child = spawn(process.execPath, [program('realServer'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly told: Message[] = [];
  readonly exited = once(this.#child, 'exit');
  #bytes = Buffer.alloc(0);
  #ids = 0;

  constructor() {
    this.#child.stdout.on('data', (data: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, data]);
      for (let message = this.#take(); message; message = this.#take()) this.#hear(message);
    });
  }

  request(method: string, params?: unknown): Promise<Message> {
    const id = ++this.#ids;
    const answered = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#send({ id, method, params });
    return answered;
  }

  notify(method: string, params?: unknown): void {
    this.#send({ method, params });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    // In two writes: a message may come in pieces.
    this.#child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#child.stdin.write(body);
  }

  #take(): Message | undefined {
    const end = this.#bytes.indexOf('\r\n\r\n');
    const length = Number(
      /Content-Length: (\d+)/i.exec(this.#bytes.subarray(0, Math.max(0, end)).toString())?.[1],
    );
    if (end < 0 || this.#bytes.length < end + 4 + length) return undefined;
    const body = this.#bytes.subarray(end + 4, end + 4 + length).toString();
    this.#bytes = this.#bytes.subarray(end + 4 + length);
    return JSON.parse(body) as Message;
  }

  #hear(message: Message): void {
    if (message.id !== undefined && message.method === undefined) this.#waiting.get(message.id)?.(message);
    else this.told.push(message);
  }
}

/** The Neovim to try, where it is not on the path. */
const NVIM = process.env.NVIM_PATH ?? 'nvim';

const caller = { host: 'stdio', trusted: true, settings: { ollamaUrl: NOWHERE } };

describe('the language server that ships, over standard input and output', () => {
  it('serves a client that knows the base protocol alone, from initialize to exit', async () => {
    const client = new PlainClient();
    try {
      const early = await client.request('zoey/invoke', { name: 'status', input: {}, caller });
      assert.equal(early.error?.data?.code, 'invalid_input');
      const { result } = await client.request('initialize', {
        processId: process.pid,
        rootUri: null,
        capabilities: {},
        initializationOptions: { storageDir: emptyFolder(), version: '1.2.3' },
      });
      assert.deepEqual((result as { serverInfo: object }).serverInfo, { name: 'zoey', version: '1.2.3' });
      client.notify('initialized', {});
      const uri = 'file:///naïve/日本.ts';
      client.notify('textDocument/didOpen', {
        textDocument: { uri, languageId: 'typescript', version: 1, text: 'let x = 1;\n' },
      });
      const invoke = (name: string, input: object, stream?: string) =>
        client.request('zoey/invoke', { name, input, caller, ...(stream && { stream }) });

      const added = await invoke('memory.add', { text: 'naïve 日本 🙂' });
      const found = await invoke('memory.search', { query: 'naïve' });
      assert.deepEqual(
        (found.result as { items: { id: string; text: string }[] }).items.map(({ id, text }) => [id, text]),
        [[(added.result as { id: string }).id, 'naïve 日本 🙂']],
      );
      const answer = await invoke('chat.send', { text: 'Hello?' }, 'chat-1');
      assert.equal((answer.result as { message: { status: string } }).message.status, 'complete');
      const chunks = client.told.filter(({ params }) => params?.token === 'chat-1');
      assert.deepEqual(
        [chunks[0]?.params?.value?.type, chunks.at(-1)?.params?.value?.type],
        ['start', 'end'],
      );
      assert.equal((await invoke('memory.add', {})).error?.data?.code, 'invalid_input');

      assert.equal((await client.request('shutdown')).error, undefined);
      client.notify('exit');
      assert.deepEqual(await client.exited, [0, null]);
    } finally {
      client.kill();
    }
  }).timeout(20_000);

  it('serves Neovim, by its own client (left out where there is no nvim)', async function () {
    if (spawnSync(NVIM, ['--version']).error) this.skip();
    const script = path.join(__dirname, '../../fixtures/editors/client.lua');
    const env = {
      ...process.env,
      SERVER: JSON.stringify([process.execPath, program('realServer'), '--stdio']),
      STORAGE: emptyFolder(),
      OLLAMA: NOWHERE,
    };
    const { stdout } = await promisify(execFile)(NVIM, ['--headless', '--clean', '-c', `luafile ${script}`], {
      env,
      cwd: emptyFolder(),
      timeout: 60_000,
    });
    assert.deepEqual(JSON.parse(stdout), {
      same: true,
      text: 'Told by Neovim.',
      status: 'complete',
      first: 'start',
      last: 'end',
      stopped: true,
    });
  }).timeout(70_000);
});
