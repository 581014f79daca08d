import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnnotatedTextEdit, Position, WorkspaceEdit } from 'vscode-languageserver/node';
import { type FileEdit, sourceLines } from '../../../types/edit.ts';
import type { LiveDocument } from '../documents.ts';

const ANNOTATION = 'zoey';

interface Offered {
  edit: FileEdit;
  /** The document that the edit is made for; undefined for a new file. */
  document: LiveDocument | undefined;
  folder: string | undefined;
  title: string;
}

/**
 * The edit as editors take it, marked so that they show it and ask first. It names the document's version: one
 * that changed meanwhile is refused by the editor.
 */
export function toWorkspaceEdit({ edit, document, folder, title }: Offered): WorkspaceEdit | undefined {
  const uri = document?.uri ?? (folder && pathToFileURL(path.join(folder, edit.path)).href);
  if (uri === undefined) return undefined;
  const lines = sourceLines(document?.text ?? '');
  const edits = edit.hunks.map(({ startLine, endLine, newText }): AnnotatedTextEdit => {
    const range = { start: positionAt(lines, startLine - 1), end: positionAt(lines, endLine) };
    return { range, newText, annotationId: ANNOTATION };
  });
  const description = [edit.path, ...edit.notes].join('. ');
  return {
    documentChanges: [
      ...(edit.newFile ? [{ kind: 'create' as const, uri, annotationId: ANNOTATION }] : []),
      { textDocument: { uri, version: document?.version ?? null }, edits },
    ],
    changeAnnotations: { [ANNOTATION]: { label: title, needsConfirmation: true, description } },
  };
}

/** The beginning of a line, or the end of the text behind the last one. */
function positionAt(lines: readonly string[], line: number): Position {
  const last = lines.at(-1) ?? '';
  if (line < lines.length || /[\r\n]$/.test(last) || lines.length === 0) return { line, character: 0 };
  return { line: lines.length - 1, character: last.length };
}
