/** Settings that the agent takes at its start, by their key below `zoey.`: a change starts it anew. */
export const START_KEYS = ['character', 'plugins.folder', 'storage.location'] as const;
