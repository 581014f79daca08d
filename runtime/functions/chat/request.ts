import { isSecretPath, redact } from '../../guard/secrets.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import { PERSON_ENTITY_ID, UNTITLED, ZOEY_AGENT_ID } from '../../kernel/identity.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { TurnModel, TurnRequest } from '../../pipeline/context.ts';
import type { ParsedInput } from '../../protocol/contract.ts';
import type { Room } from '../../types/environment.ts';
import type { Attachment, Content, Memory } from '../../types/memory.ts';
import type { Uuid } from '../../types/primitives.ts';
import type { CallContext, RuntimeParts } from '../define.ts';
import { answeringModel } from '../models/choose.ts';
import { createRoom, requireRoom } from '../rooms/rooms.ts';
import { isReadable, readAttachments } from './attachments.ts';
import { titleFrom } from './title.ts';

/** A turn for a new message. Nothing is stored but the room; the turn's first step stores the rest. */
export async function newTurn(input: ParsedInput<'chat.send'>, context: CallContext): Promise<TurnRequest> {
  const { runtime, caller } = context;
  const attachments = await readAttachments(input.attachments, context);
  const text = redact(input.text).text;
  const known = input.id === undefined ? undefined : await runtime.database.getMemoryById(input.id);
  if (known) throw new ZoeyError('conflict', 'This message was already sent.');
  const model = await modelFor(context, input.model);
  const room = await roomFor(runtime, input.roomId, text);
  if (input.replaces !== undefined) await requireIn(runtime, room.id, input.replaces);

  const now = runtime.clock();
  const message = memoryOf(
    { id: input.id ?? uuidv7(now), roomId: room.id, entityId: PERSON_ENTITY_ID, at: now },
    {
      role: 'user',
      status: 'complete',
      text,
      ...(attachments.length > 0 && { attachments: attachments.map(forget) }),
    },
  );
  // One millisecond later, so that the reply follows its message in every list, whoever made the ids.
  const reply = memoryOf(
    { id: uuidv7(now), roomId: room.id, entityId: ZOEY_AGENT_ID, at: now + 1 },
    { role: 'assistant', status: 'streaming', text: '', ...(model && { model: model.name }) },
  );
  return {
    caller,
    room,
    message,
    attachments,
    ...(input.symbols && { symbols: input.symbols.filter(({ path }) => !isSecretPath(path)) }),
    reply,
    ...(input.replaces !== undefined && { replaces: input.replaces }),
    continues: false,
    model,
  };
}

/** A turn that goes on with an answer that ended half-way. */
export async function continuedTurn(
  { roomId, messageId }: ParsedInput<'chat.continue'>,
  context: CallContext,
): Promise<TurnRequest> {
  const { runtime, caller } = context;
  const room = await requireRoom(runtime, roomId);
  const { reply, message } = await exchange(runtime, roomId, messageId);
  const model = await modelFor(context, undefined);
  if (!model) throw new ZoeyError('no_model', 'No model is connected, so the answer cannot go on.');
  const { error: _past, ...content } = reply.content;
  const attachments = await readAttachments((message.content.attachments ?? []).filter(isReadable), context);
  return {
    caller,
    room,
    message,
    attachments,
    reply: { ...reply, content: { ...content, status: 'streaming', model: model.name } },
    continues: true,
    model,
  };
}

async function modelFor(context: CallContext, wanted: string | undefined): Promise<TurnModel | undefined> {
  const { runtime, caller, signal } = context;
  const server = runtime.models(caller.settings);
  const chosen = await answeringModel({ server, database: runtime.database, caller, wanted, signal });
  if (!chosen) return undefined;
  const { model, contextTokens } = chosen;
  return { name: model.name, contextTokens, think: caller.settings.think };
}

async function roomFor(runtime: RuntimeParts, roomId: Uuid | undefined, text: string): Promise<Room> {
  if (roomId === undefined) return createRoom(runtime, { title: titleFrom(text) });
  const room = await runtime.database.getRoom(roomId);
  if (room?.agentId !== ZOEY_AGENT_ID) return createRoom(runtime, { id: roomId, title: titleFrom(text) });
  if (room.title !== UNTITLED) return room;
  const title = titleFrom(text);
  await runtime.database.updateRoom(roomId, { title });
  return { ...room, title };
}

/** @throws `not_found` where the message stands in another room. One that is gone was taken out by an earlier try. */
async function requireIn(runtime: RuntimeParts, roomId: Uuid, messageId: Uuid): Promise<void> {
  const known = await runtime.database.getMemoryById(messageId);
  if (known === undefined || (known.roomId === roomId && known.kind === 'message')) return;
  throw new ZoeyError('not_found', 'The message to be replaced is not in this conversation.');
}

/** The answer and the message that it answers. */
async function exchange(
  runtime: RuntimeParts,
  roomId: Uuid,
  messageId: Uuid,
): Promise<{ reply: Memory; message: Memory }> {
  const { items } = await runtime.database.getMemories({
    agentId: ZOEY_AGENT_ID,
    roomId,
    kinds: ['message'],
    limit: 2,
  });
  const [reply, message] = items;
  if (reply?.id !== messageId || reply.content.role !== 'assistant' || message?.content.role !== 'user') {
    throw new ZoeyError('conflict', 'Only the last answer of a conversation can be gone on with.');
  }
  if (reply.content.status === 'complete' || reply.content.status === 'streaming') {
    throw new ZoeyError('conflict', 'This answer did not end half-way.');
  }
  return { reply, message };
}

function memoryOf(of: { id: Uuid; roomId: Uuid; entityId: Uuid; at: number }, content: Content): Memory {
  return {
    id: of.id,
    kind: 'message',
    agentId: ZOEY_AGENT_ID,
    entityId: of.entityId,
    roomId: of.roomId,
    content,
    importance: 0.5,
    source: 'conversation',
    createdAt: of.at,
    updatedAt: of.at,
  };
}

/** What is kept of an attachment is where it was, not what it said; and of a memory not even its first words. */
function forget({ text: _text, label, ...where }: Attachment): Attachment {
  return where.kind === 'memory' || label === undefined ? where : { ...where, label };
}
