import { systemText } from '../../../pipeline/character.ts';
import type { Provider } from '../../../types/runtime.ts';

/** Who the agent is. */
export const character: Provider = {
  name: 'CHARACTER',
  description: 'Who the agent is, and how it talks.',
  dynamic: true,
  async get({ character: who }) {
    const bio = typeof who.bio === 'string' ? who.bio : who.bio.join(' ');
    return {
      text: systemText(who),
      values: { agentName: who.name, bio, system: systemText(who), topics: who.topics?.join(', ') ?? '' },
      data: { character: { name: who.name, username: who.username ?? null } },
    };
  },
};
