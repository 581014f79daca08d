import type { Uuid } from '../types/primitives.ts';

/** Zoey's own agent. The same in every workspace: memories are told apart by the file they live in. */
export const ZOEY_AGENT_ID: Uuid = '0190a000-0000-7000-8000-000000000001';

/** The person at this machine. */
export const PERSON_ENTITY_ID: Uuid = '0190a000-0000-7000-8000-000000000002';

/** The title of a conversation that has not begun. */
export const UNTITLED = 'New conversation';

/** The workspace, as the world that its rooms belong to. One memory holds one workspace. */
export const WORKSPACE_WORLD_ID: Uuid = '0190a000-0000-7000-8000-000000000003';
