import { ZoeyError } from '../../kernel/errors.ts';
import { contract, type Input, type Output } from '../../protocol/contract.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import type { ChatChunk, Message, RoomSummary } from '../../protocol/schemas.ts';
import type { Caller } from '../../types/host.ts';
import { printable, sources } from './chatText.ts';
import { OutputClosed } from './output.ts';
import type { Terminal } from './terminal.ts';

/** Functions that chat calls and that do not stream. */
type Asked = 'rooms.list' | 'models.list' | 'models.status' | 'models.select';

const COMMANDS = `Commands:
  /new           Start a new conversation.
  /rooms [N]     List conversations, or go on with the one numbered N.
  /model [NAME]  Show which model answers and which there are, or choose one.
  /help          Show this list.
  /quit          Leave.
Ctrl+C stops an answer; at the prompt it leaves.
`;

interface ChatOptions {
  invoke: Invoke;
  caller: Caller;
  terminal: Terminal;
}

/** Talks until the input ends. Returns whether every message was answered. */
export async function chat(options: ChatOptions): Promise<boolean> {
  const conversation = new Conversation(options);
  await conversation.greet();
  for await (const line of options.terminal.lines()) {
    const text = line.trim();
    if (text === '/quit') break;
    if (text !== '') await conversation.take(text);
  }
  return conversation.allWell;
}

class Conversation {
  readonly #invoke: Invoke;
  readonly #caller: Caller;
  readonly #terminal: Terminal;
  #roomId: string | undefined;
  #listed: RoomSummary[] = [];
  allWell = true;

  constructor({ invoke, caller, terminal }: ChatOptions) {
    this.#invoke = invoke;
    this.#caller = caller;
    this.#terminal = terminal;
  }

  async greet(): Promise<void> {
    if (!this.#terminal.interactive) return;
    await this.#try(async (signal) => {
      await this.#terminal.note(`Zoey. ${await this.#model(signal)}. /help lists commands.\n`);
    });
    // Nobody has asked anything yet.
    this.allWell = true;
  }

  async take(text: string): Promise<void> {
    await this.#try((signal) =>
      text.startsWith('/') ? this.#command(text, signal) : this.#say(text, signal),
    );
  }

  /** Runs one thing that Ctrl+C stops, and tells what went wrong. */
  async #try(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await this.#terminal.stoppable(work);
    } catch (thrown) {
      if (thrown instanceof OutputClosed) throw thrown;
      await this.#fail(ZoeyError.from(thrown));
    }
  }

  async #fail({ code, message, hint }: { code: string; message: string; hint: string }): Promise<void> {
    this.allWell = false;
    await this.#terminal.note(code === 'cancelled' ? 'Stopped.\n' : printable(`${message}\n${hint}\n`));
  }

  async #command(text: string, signal: AbortSignal): Promise<void> {
    const [command, argument] = text.split(/\s+/, 2);
    if (command === '/new') {
      this.#roomId = undefined;
      await this.#terminal.note('A new conversation.\n');
    } else if (command === '/rooms') {
      await (argument === undefined ? this.#listRooms(signal) : this.#openRoom(argument));
    } else if (command === '/model') {
      await (argument === undefined ? this.#listModels(signal) : this.#selectModel(argument, signal));
    } else if (command === '/help') {
      await this.#terminal.note(COMMANDS);
    } else {
      throw new ZoeyError('invalid_input', `There is no command ${command}.`, { hint: COMMANDS.trimEnd() });
    }
  }

  async #listRooms(signal: AbortSignal): Promise<void> {
    const { items } = await this.#ask('rooms.list', { limit: 20 }, signal);
    this.#listed = items;
    const rows = items.map(({ title }, index) => `  ${String(index + 1).padStart(2)}  ${printable(title)}\n`);
    await this.#terminal.note(rows.join('') || 'There is no conversation yet.\n');
  }

  async #openRoom(argument: string): Promise<void> {
    const room = this.#listed[Number(argument) - 1];
    if (room === undefined) {
      throw new ZoeyError('not_found', `There is no conversation ${argument} in the list.`, {
        hint: '/rooms lists them.',
      });
    }
    this.#roomId = room.id;
    await this.#terminal.note(`Going on with "${printable(room.title)}".\n`);
  }

  async #listModels(signal: AbortSignal): Promise<void> {
    const word = await this.#model(signal);
    const { items } = await this.#ask('models.list', {}, signal);
    await this.#terminal.note(printable([word, ...items.map(({ name }) => `  ${name}`), ''].join('\n')));
  }

  async #selectModel(name: string, signal: AbortSignal): Promise<void> {
    const { word } = await this.#ask('models.select', { name }, signal);
    await this.#terminal.note(`${printable(word)}\n`);
  }

  async #model(signal: AbortSignal): Promise<string> {
    return printable((await this.#ask('models.status', {}, signal)).word);
  }

  async #say(text: string, signal: AbortSignal): Promise<void> {
    const input: Input<'chat.send'> = {
      text,
      ...(this.#roomId === undefined ? {} : { roomId: this.#roomId }),
    };
    const steps = this.#invoke('chat.send', input, { caller: this.#caller, signal });
    const spec = contract['chat.send'];
    let said = '';
    try {
      for (;;) {
        const step = await steps.next();
        if (step.done === true) return await this.#end(spec.output.parse(step.value).message, said);
        said = await this.#show(spec.chunk.parse(step.value), said);
      }
    } catch (error) {
      // What goes wrong is told on a line of its own.
      if (said !== '' && !(error instanceof OutputClosed)) await this.#terminal.print('\n');
      throw error;
    } finally {
      await steps.return(undefined);
    }
  }

  /** Returns what has been said so far. */
  async #show(chunk: ChatChunk, said: string): Promise<string> {
    if (chunk.type === 'start') this.#roomId = chunk.room.id;
    if (chunk.type === 'work') await this.#terminal.work(printable(chunk.work.text));
    if (chunk.type !== 'text') return said;
    const words = printable(chunk.delta);
    await this.#terminal.print(words);
    return said + words;
  }

  async #end(message: Message, said: string): Promise<void> {
    const text = printable(message.text);
    // Whatever was not streamed stands in the message.
    const rest = said === '' ? text : '';
    const closing = (said + rest).endsWith('\n') || said + rest === '' ? '' : '\n';
    await this.#terminal.print(`${rest}${closing}${sources(message)}`);
    if (message.status === 'stopped') await this.#terminal.note('Stopped.\n');
    if (message.error !== undefined) await this.#fail(message.error);
  }

  async #ask<N extends Asked>(name: N, input: Input<N>, signal: AbortSignal): Promise<Output<N>> {
    const steps = this.#invoke(name, input, { caller: this.#caller, signal });
    let step = await steps.next();
    while (step.done !== true) step = await steps.next();
    return contract[name].output.parse(step.value) as Output<N>;
  }
}
