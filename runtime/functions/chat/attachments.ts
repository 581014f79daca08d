import { isSecretPath, redact } from '../../guard/secrets.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import { ZOEY_AGENT_ID } from '../../kernel/identity.ts';
import { estimateTokens } from '../../pipeline/tokens.ts';
import type { Attachment } from '../../types/memory.ts';
import { walk } from '../../workspace/walk.ts';
import type { CallContext } from '../define.ts';

/** Files of a folder that are listed, and those that are counted. */
const MAX_LISTED = 300;
const MAX_COUNTED = 5000;

/**
 * Reads what was attached: the editor's live text where it came along, the file, folder or memory otherwise.
 * One that can't be read ends the call before anything is stored, so that the person can take it out and send
 * again. Files and selections come first, whatever was given first: what is asked is about them.
 */
export async function readAttachments(
  attachments: readonly Attachment[],
  context: CallContext,
): Promise<Attachment[]> {
  const read = await Promise.all(
    attachments.map(async (attachment): Promise<Attachment> => {
      if (isSecretPath(attachment.path)) {
        throw new ZoeyError('invalid_input', `${attachment.path} may hold secrets, so it is not read.`, {
          hint: 'Take it out of the message, or paste the lines that matter.',
        });
      }
      const whole =
        attachment.text === undefined
          ? { ...attachment, ...(await readOne(attachment, context)) }
          : attachment;
      const text = redact(whole.text ?? '').text;
      const label = whole.label !== undefined && { label: redact(whole.label).text };
      return { ...whole, ...label, text, tokens: estimateTokens(text) };
    }),
  );
  return [...read.filter(isCode), ...read.filter((attachment) => !isCode(attachment))];
}

/** Whether it can be read again later: what only the editor had is gone by then. */
export function isReadable({ kind, path }: Attachment): boolean {
  return isCode({ kind }) ? path !== 'git.diff' : kind === 'folder' || kind === 'memory';
}

function isCode({ kind }: Pick<Attachment, 'kind'>): boolean {
  return kind === 'file' || kind === 'selection';
}

type Read = Pick<Attachment, 'text' | 'startLine' | 'endLine'>;

function readOne(attachment: Attachment, context: CallContext): Promise<Read> {
  if (attachment.kind === 'memory') return readMemory(attachment, context);
  if (!isReadable(attachment)) {
    throw new ZoeyError('invalid_input', `What ${attachment.label ?? attachment.path} said is not kept.`, {
      hint: 'Take it out of the message, or add it anew.',
    });
  }
  const { workspace } = context.caller;
  if (workspace === undefined) {
    throw new ZoeyError('invalid_input', `${attachment.path} can't be read: no folder is open.`, {
      hint: 'Open the folder that it is in.',
    });
  }
  if (attachment.kind === 'folder') return listFolder(workspace, attachment.path, context);
  const { path, startLine, endLine } = attachment;
  return context.runtime.readPiece(workspace, {
    path,
    ...(startLine !== undefined && { startLine }),
    ...(endLine !== undefined && { endLine }),
  });
}

async function readMemory({ memoryId }: Attachment, { runtime }: CallContext): Promise<Read> {
  const memory = memoryId === undefined ? undefined : await runtime.database.getMemoryById(memoryId);
  if (memory?.agentId === ZOEY_AGENT_ID) return { text: memory.content.text };
  throw new ZoeyError('not_found', 'A memory that was attached is forgotten.', {
    hint: 'Take it out of the message, then send it again.',
  });
}

/** The paths of its files, and how many there are. */
async function listFolder(workspace: string, folder: string, { caller, signal }: CallContext): Promise<Read> {
  if (!caller.trusted) {
    throw new ZoeyError('untrusted', 'The files of an untrusted workspace are read one by one only.');
  }
  const within = folder.replace(/\/+$/, '');
  const { exclude } = caller.settings;
  const all = within === '' || within === '.';
  const paths: string[] = [];
  const files = walk(workspace, { signal, exclude, limit: MAX_COUNTED, ...(!all && { within: [within] }) });
  for await (const { path } of files) paths.push(path);
  if (paths.length === 0) {
    throw new ZoeyError('not_found', `There is nothing to read in ${folder}.`, {
      hint: 'Take it out of the message, or choose another folder.',
    });
  }
  const more = paths.length - MAX_LISTED;
  return { text: [...paths.slice(0, MAX_LISTED), ...(more > 0 ? [`and ${more} more`] : [])].join('\n') };
}
