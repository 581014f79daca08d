// Loaded before all else: whatever a library would fetch, it can't.
function refuse(): never {
  throw new Error('The embedding worker reaches no network.');
}

Object.assign(globalThis, { fetch: refuse });
