// Messages in many rooms at once, each by `chat.send`: `storageTurnsChild.js FOLDER TYPE`. Prints turns a second.
import path from 'node:path';
import { ZOEY_AGENT_ID } from '../../runtime/kernel/identity.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { ChannelType } from '../../runtime/types/environment.ts';
import { room } from '../support/storage/samples.ts';
import { testRuntime } from '../support/testRuntime.ts';
import { sample } from './storageSample.ts';

const ROOMS = 64;
const TURNS = 20;
const WARM = 20;
const MEMORIES = 3;

/** No model is there to wait for. In rooms of two each is answered; in a group none is, since nobody asked the agent. */
async function turnsASecond(storageDir: string, type: ChannelType): Promise<number> {
  const database = createSqliteDatabase({ file: path.join(storageDir, 'memory.sqlite'), log: silentLog });
  await database.init();
  const rooms = Array.from({ length: ROOMS }, (_, n) => ({ ...room(n + 1), agentId: ZOEY_AGENT_ID, type }));
  await database.createRooms(rooms);
  await database.close();
  const { runtime, call } = await testRuntime({ storageDir });
  const { text } = sample().content;
  const talk = async (messages: number) => {
    const inRoom = async (roomId: string) => {
      for (let n = 0; n < messages; n++) await call('chat.send', { roomId, text });
    };
    await Promise.all(rooms.map(({ id }) => inRoom(id)));
  };
  await talk(WARM);
  const start = performance.now();
  await talk(TURNS);
  const rate = (ROOMS * TURNS * 1000) / (performance.now() - start);
  await runtime.close();
  return rate;
}

/** The agent is one for all day: it is measured once it is warm, over the last of a few memories. */
async function main([folder = '', type]: readonly string[]): Promise<void> {
  let rate = 0;
  for (let n = 0; n < MEMORIES; n++) {
    rate = await turnsASecond(path.join(folder, String(n)), ChannelType.parse(type));
  }
  console.log(rate);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
