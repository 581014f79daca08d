import * as vscode from 'vscode';
import { ChatChunk } from '../../runtime/protocol/schemas.ts';
import type { Reference } from '../../runtime/types/memory.ts';
import type { Agent } from '../agent.ts';
import { fileInWorkspace } from '../editor/files.ts';
import { wordsOf } from '../failures.ts';

/** Rooms of the editor's own chat sessions, by the id that the first answer gave. */
interface Metadata {
  roomId?: string | undefined;
}

/** `@zoey` in the editor's own chat, where there is one: the same agent and the same memory. */
export function registerParticipant(agent: Pick<Agent, 'invoke'>): vscode.Disposable {
  const { chat } = vscode as { chat?: Partial<typeof vscode.chat> };
  if (typeof chat?.createChatParticipant !== 'function') return new vscode.Disposable(() => {});
  const participant = chat.createChatParticipant('zoey.chat', async (request, context, stream, token) => {
    const roomId = roomOf(context);
    const input = { text: request.prompt, ...(roomId !== undefined && { roomId }) };
    let room = roomId;
    const onChunk = (raw: unknown) => {
      const chunk = ChatChunk.safeParse(raw);
      if (!chunk.success) return;
      const { data } = chunk;
      if (data.type === 'start') room = data.room.id;
      if (data.type === 'work') stream.progress(data.work.text);
      if (data.type === 'text') stream.markdown(data.delta);
      if (data.type === 'references') for (const place of placesOf(data.references)) stream.reference(place);
    };
    try {
      await agent.invoke({ name: 'chat.send', input }, { token, onChunk });
    } catch (error) {
      return { metadata: { roomId: room }, errorDetails: { message: wordsOf(error) } };
    }
    return { metadata: { roomId: room } };
  });
  participant.iconPath = new vscode.ThemeIcon('comment-discussion');
  return participant;
}

/** What of the workspace an answer rests on. */
function placesOf(references: readonly Reference[]): vscode.Location[] {
  return references.flatMap(({ path, startLine = 1, endLine = startLine }) => {
    const uri = path === undefined ? undefined : fileInWorkspace(path);
    return uri ? [new vscode.Location(uri, new vscode.Range(startLine - 1, 0, endLine, 0))] : [];
  });
}

/** The room of an earlier answer of this session. */
function roomOf({ history }: vscode.ChatContext): string | undefined {
  for (const turn of history.toReversed()) {
    if (turn instanceof vscode.ChatResponseTurn) {
      const { roomId } = (turn.result.metadata ?? {}) as Metadata;
      if (roomId !== undefined) return roomId;
    }
  }
  return undefined;
}
