import type { IDatabaseAdapter } from '../types/database.ts';
import type { Room } from '../types/environment.ts';
import type { Memory } from '../types/memory.ts';
import type { IAgentRuntime } from '../types/runtime.ts';
import { ownWords } from './words.ts';

export interface Decision {
  respond: boolean;
  /** In a few words, for the log and for whoever asks why. */
  reason: string;
}

export interface Question {
  agent: IAgentRuntime;
  database: Pick<IDatabaseAdapter, 'getParticipantUserState' | 'getMemoryById'>;
  room: Room;
  message: Memory;
  /** Whether a model can be asked. */
  model: boolean;
}

const GROUPS: ReadonlySet<Room['type']> = new Set([
  'GROUP',
  'VOICE_GROUP',
  'FEED',
  'THREAD',
  'WORLD',
  'FORUM',
]);
const MAX_TOKENS = 8;

/**
 * What rules say, before the message is stored; undefined where a model is to be asked. Who talks to the agent
 * alone is always answered. In a group: a mention, a muted room, a reply to the agent; without a model, a
 * followed room is answered.
 */
export async function decideByRule(question: Question): Promise<Decision | undefined> {
  const { agent, database, room, message, model } = question;
  if (message.entityId === agent.agentId) return { respond: false, reason: 'own message' };
  if (!isGroup(room)) return { respond: true, reason: 'alone with the agent' };
  if (isMentioned(message.content.text, agent.character)) return { respond: true, reason: 'mentioned' };
  const state = await database.getParticipantUserState(room.id, agent.agentId);
  if (state === 'MUTED') return { respond: false, reason: 'muted room' };
  if (await isReply(question)) return { respond: true, reason: 'reply to the agent' };
  if (model) return undefined;
  return { respond: state === 'FOLLOWED', reason: state === 'FOLLOWED' ? 'followed room' : 'not asked' };
}

/** Whether several talk there. */
export function isGroup({ type }: Pick<Room, 'type'>): boolean {
  return GROUPS.has(type);
}

function isMentioned(text: string, { name, username }: IAgentRuntime['character']): boolean {
  const said = ownWords(text).toLowerCase();
  return [name, username].some((called) => {
    const wanted = called?.trim().toLowerCase();
    if (!wanted) return false;
    const at = said.indexOf(wanted);
    return at >= 0 && !isLetter(said[at - 1]) && !isLetter(said[at + wanted.length]);
  });
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\d]/u.test(character);
}

async function isReply({ agent, database, message }: Question): Promise<boolean> {
  const { inReplyTo } = message.content;
  if (inReplyTo === undefined) return false;
  return (await database.getMemoryById(inReplyTo))?.entityId === agent.agentId;
}

/** The second step, where no rule says it. */
export async function decideByModel({ agent, database, room, message }: Question): Promise<Decision> {
  const { name } = agent.character;
  const state = await database.getParticipantUserState(room.id, agent.agentId);
  const answer = await agent.useModel('TEXT_SMALL', {
    messages: [
      {
        role: 'system',
        content: [
          `You decide whether ${name} says something to the last message of a group.`,
          state === 'FOLLOWED'
            ? `${name} follows this group with interest.`
            : `${name} speaks only where it is asked, or where only it can help.`,
          'Answer with one word: RESPOND or IGNORE.',
        ].join(' '),
      },
      { role: 'user', content: ownWords(message.content.text) },
    ],
    maxTokens: MAX_TOKENS,
    temperature: 0,
    think: false,
  });
  const respond = /\bRESPOND\b/i.test(answer) && !/\bIGNORE\b/i.test(answer);
  return { respond, reason: respond ? 'the model says so' : 'the model sees no need' };
}
