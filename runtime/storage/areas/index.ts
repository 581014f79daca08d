import { agentArea } from './agents.ts';
import type { AreaOptions, AreaParts } from './area.ts';
import { auditArea } from './audit.ts';
import { blobArea } from './blobs.ts';
import { cacheArea } from './cache.ts';
import { componentArea } from './components.ts';
import { embeddingQueueArea } from './embeddingQueue.ts';
import { embeddingArea } from './embeddings.ts';
import { entityArea } from './entities.ts';
import { forgettingArea } from './forgetting.ts';
import { historyArea } from './history.ts';
import { keepingArea } from './keeping.ts';
import { logArea, logWriter } from './logs.ts';
import { memoryArea } from './memories.ts';
import { participantArea } from './participants.ts';
import { relationshipArea } from './relationships.ts';
import { roomArea } from './rooms.ts';
import { taskArea } from './tasks.ts';
import { turnArea } from './turns.ts';
import { worldArea } from './worlds.ts';

/** All of the contract but a database's own life. */
export function contractAreas(parts: AreaParts, options: AreaOptions) {
  const log = logWriter(parts);
  return {
    ...agentArea(parts),
    ...worldArea(parts),
    ...entityArea(parts),
    ...componentArea(parts),
    ...roomArea(parts),
    ...participantArea(parts),
    ...relationshipArea(parts),
    ...memoryArea(parts),
    ...historyArea(parts),
    ...forgettingArea(parts),
    ...embeddingQueueArea(parts),
    ...embeddingArea(parts),
    ...blobArea(parts),
    ...taskArea(parts),
    ...logArea(parts, log),
    ...turnArea(parts, log),
    ...cacheArea(parts, options),
    ...keepingArea(parts),
    ...auditArea(parts),
  };
}
