import { Character } from '../../types/agent.ts';
import zoey from './zoey.character.json';

/**
 * Who Zoey is, in few words: a small model follows a short text better than a long one, and the window
 * belongs to the person's code.
 */
export const ZOEY: Character = Character.parse(zoey);
