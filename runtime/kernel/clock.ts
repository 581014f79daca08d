import type { Timestamp } from '../types/primitives.ts';

/** The time of day, passed in where a test needs to set it. */
export type Clock = () => Timestamp;

export const systemClock: Clock = () => Date.now();
