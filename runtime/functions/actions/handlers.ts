import * as z from 'zod';
import type { ActionItem } from '../../protocol/schemas.ts';
import type { JsonValue } from '../../types/primitives.ts';
import { commandOf } from '../command.ts';
import { defineFunction } from '../define.ts';
import { requireRoom } from '../rooms/rooms.ts';

/** An action may ask a model, which may have to be loaded first. */
const DEADLINE_MS = 300_000;

const list = defineFunction('actions.list', async (_input, { runtime }) => ({
  items: runtime.turn.agent.actions.map(({ name, description, writes = false, parameters }): ActionItem => {
    if (!parameters) return { name, description, writes };
    const schema = z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any' });
    // A JSON schema is JSON: what else it may hold in memory is lost on the wire anyway.
    const json = JSON.parse(JSON.stringify(schema)) as Record<string, JsonValue>;
    return { name, description, writes, parameters: json };
  }),
}));

const run = defineFunction(
  'actions.run',
  async ({ name, parameters, roomId, confirm }, context) => {
    const { runtime, caller, signal } = context;
    if (roomId !== undefined) await requireRoom(runtime, roomId);
    let preview: string | undefined;
    let said = '';
    const ask = async (proposal: { preview: string }) => {
      preview = proposal.preview;
      return confirm;
    };
    const message = commandOf(name, roomId, context);
    const [step] = await runtime.turn.agent.withRun(message, { caller, signal, ask }, (agent) =>
      agent.runActions([{ name, ...(parameters && { parameters }) }], {
        message,
        async callback({ text = '' }) {
          said = said === '' ? text : `${said}\n\n${text}`;
          return [];
        },
      }),
    );
    const status = step?.status ?? 'skipped';
    return {
      action: step?.action ?? name,
      status: preview !== undefined && !confirm ? 'refused' : status,
      text: said || step?.result?.text || '',
      ...(preview !== undefined && { preview }),
      ...(step?.error && { error: step.error }),
    };
  },
  { deadlineMs: DEADLINE_MS },
);

export const actionFunctions = [list, run] as const;
