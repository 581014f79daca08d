import * as z from 'zod';
import { ZoeyError } from '../../../kernel/errors.ts';
import { type CodingEvent, CodingRequest, CodingResult } from '../../../types/coding.ts';
import type { HandlerCallback, HandlerOptions } from '../../../types/components.ts';
import { SourceText } from '../../../types/edit.ts';
import type { Attachment, Reference } from '../../../types/memory.ts';
import type { Action } from '../../../types/runtime.ts';
import type { CodingParts, TaskContext } from '../parts.ts';
import { runTask } from '../run.ts';
import type { Command } from './commands.ts';
import { answerInChat } from './inChat.ts';
import { Paragraphs } from './paragraphs.ts';
import { said } from './said.ts';

/** A large file on a slow machine takes minutes. */
const TIMEOUT_MS = 15 * 60_000;

const Parameters = z.object({
  instruction: z
    .string()
    .max(10_000)
    .default('')
    .describe('What to do or to know, in the words of the user.'),
  path: z
    .string()
    .max(4096)
    .optional()
    .describe('The file, relative to the workspace; what is attached without it.'),
  startLine: z.int().min(1).optional().describe('First of the lines that are meant, counted from 1.'),
  endLine: z.int().min(1).optional(),
  diff: SourceText.optional().describe('A unified diff, for a review or a commit message.'),
  trace: z.string().max(100_000).optional().describe('A stack trace.'),
});
type Parameters = z.infer<typeof Parameters>;

/** A task as an action. In a conversation it answers there; for a program it gives its result as text and as data. */
export function codingAction(command: Command, parts: CodingParts): Action {
  const asked = new RegExp(`^/${command.slash}(?:\\s+(?<rest>[\\s\\S]*))?$`, 'i');
  return {
    name: command.name,
    description: command.description,
    parameters: Parameters,
    timeoutMs: TIMEOUT_MS,
    trigger(words) {
      const found = asked.exec(words.trim());
      return found ? { instruction: (found.groups?.rest ?? '').trim() } : undefined;
    },
    // A word of a conversation is no order to work on code: it is asked for by its command, or by a program.
    validate: async (_runtime, message) =>
      message.source === 'command' || message.content.text.trim().startsWith('/'),
    async handler(runtime, message, _state, options, callback) {
      const parameters = Parameters.parse(options?.parameters ?? {});
      const request = requestOf(command, parameters, options, message.content.text);
      // A program is given the result alone.
      const talking = message.source !== 'command';
      const talk = new Talk({ ...command, streams: command.streams && talking }, { options, callback });
      const context: TaskContext = { agent: runtime, request, parts, emit: talk.hear };
      const written = talking ? await answerInChat(context) : undefined;
      if (written) {
        await talk.end();
        return { success: true, data: { ...written } };
      }
      const result = await runTask(context);
      if (!(await talk.end())) await talk.say(said(result), result.references);
      const kept = CodingResult.parse(result);
      return {
        success: true,
        data: { result: kept, ...(kept.model !== undefined && { model: kept.model }) },
      };
    },
  };
}

/** What is said to the room while a task is under way. */
class Talk {
  readonly #command: Command;
  readonly #options: HandlerOptions | undefined;
  readonly #callback: HandlerCallback | undefined;
  readonly #paragraphs = new Paragraphs((text) => this.say(text, this.#references));
  #references: Reference[] | undefined;

  constructor(
    command: Command,
    { options, callback }: { options: HandlerOptions | undefined; callback: HandlerCallback | undefined },
  ) {
    this.#command = command;
    this.#options = options;
    this.#callback = callback;
  }

  readonly hear = (event: CodingEvent): void => {
    if (event.type === 'work') this.#options?.onProgress(event.work.text);
    else if (event.type === 'references') this.#references = event.references;
    else if (event.type === 'text' && this.#command.streams) this.#paragraphs.add(event.delta);
  };

  async say(text: string, references: Reference[] | undefined): Promise<void> {
    await this.#callback?.({ text, actions: [this.#command.name], ...(references && { references }) });
  }

  /** Whether anything was said. */
  end(): Promise<boolean> {
    return this.#paragraphs.end();
  }
}

/** What was attached carries its text, secrets out of it: the file itself is read where it is to be changed. */
function requestOf(
  { task }: Command,
  given: Parameters,
  options: HandlerOptions | undefined,
  text: string,
): CodingRequest {
  const attachments = [...(options?.attachments ?? [])];
  const diff = given.diff ?? attachments.find(({ languageId }) => languageId === 'diff')?.text;
  // The words after the command are the trace itself: shown as data, and not once more as what the person says.
  const pasted = task === 'explainTrace' && given.trace === undefined;
  const trace = pasted ? text.replace(/^\/\w+\s*/, '') : given.trace;
  if ((task === 'review' || task === 'commit') && diff === undefined) {
    throw new ZoeyError('invalid_input', 'There is no diff here.', {
      hint: 'Add @diff to the message, or use the button in the source-control view.',
    });
  }
  const others = attachments.filter(({ languageId }: Attachment) => languageId !== 'diff');
  const aChange = diff !== undefined && given.path === undefined && others.length === 0;
  return CodingRequest.parse({
    task: task === 'explain' && aChange ? 'explainCommit' : task,
    ...(given.path !== undefined && { target: targetOf(given) }),
    instruction: pasted ? '' : given.instruction,
    attachments: others,
    symbols: [...(options?.symbols ?? [])],
    ...(diff !== undefined && { diff }),
    ...(trace !== undefined && { trace }),
  });
}

function targetOf({ path, startLine, endLine }: Parameters) {
  return {
    path,
    ...(startLine !== undefined && {
      selection: { startLine, endLine: Math.max(startLine, endLine ?? startLine) },
    }),
  };
}
