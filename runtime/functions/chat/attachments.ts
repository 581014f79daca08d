import { isSecretPath, redact } from '../../guard/secrets.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Attachment } from '../../types/memory.ts';
import type { CallContext } from '../define.ts';

/**
 * Reads what was attached: the editor's live text where it came along, the file otherwise. One that can't
 * be read ends the call before anything is stored, so that the person can take it out and send again.
 */
export function readAttachments(
  attachments: readonly Attachment[],
  { runtime, caller }: CallContext,
): Promise<Attachment[]> {
  return Promise.all(
    attachments.map(async (attachment): Promise<Attachment> => {
      if (isSecretPath(attachment.path)) {
        throw new ZoeyError('invalid_input', `${attachment.path} may hold secrets, so it is not read.`, {
          hint: 'Take it out of the message, or paste the lines that matter.',
        });
      }
      if (attachment.text !== undefined) return { ...attachment, text: redact(attachment.text).text };
      if (caller.workspace === undefined) {
        throw new ZoeyError('invalid_input', `${attachment.path} can't be read: no folder is open.`, {
          hint: 'Open the folder that it is in.',
        });
      }
      const { path, startLine, endLine } = attachment;
      const piece = await runtime.readPiece(caller.workspace, {
        path,
        ...(startLine !== undefined && { startLine }),
        ...(endLine !== undefined && { endLine }),
      });
      return { ...attachment, ...piece, text: redact(piece.text).text };
    }),
  );
}
