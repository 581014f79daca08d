import type { Uuid } from '../types/primitives.ts';

/** Zoey's own agent. The same in every workspace: memories are told apart by the file they live in. */
export const ZOEY_AGENT_ID: Uuid = '0190a000-0000-7000-8000-000000000001';

/** The person at this machine. */
export const PERSON_ENTITY_ID: Uuid = '0190a000-0000-7000-8000-000000000002';
