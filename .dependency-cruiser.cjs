// Who may import whom: the table in ARCHITECTURE.md, checked by `npm run check:imports`. Type imports count.
const rooms = [
  'types',
  'protocol',
  'kernel',
  'pipeline',
  'storage',
  'recall',
  'guard',
  'models',
  'workspace',
  'plugins',
  'functions',
  'hosts',
];

/** The room `from` may import itself, and of the other rooms only those that `allowed` names. */
const only = (from, allowed) => ({
  name: `${from}-imports`,
  severity: 'error',
  comment: `runtime/${from} may import ${allowed.join(', ') || 'nothing of ours'}`,
  from: { path: `^runtime/${from}/` },
  to: {
    path: `^(runtime/(${rooms.filter((room) => room !== from).join('|')})/|runtime/index\\.ts|extension/|webview/|test/)`,
    pathNot: allowed.length ? `^runtime/(${allowed.join('|')})` : undefined,
  },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    only('types', []),
    only('protocol', ['types/']),
    only('kernel', ['types/']),
    only('pipeline', ['types/', 'kernel/', 'guard/fence', 'guard/secrets']),
    only('storage', ['types/', 'kernel/']),
    only('recall', ['types/', 'kernel/', 'guard/']),
    only('guard', ['types/', 'kernel/']),
    only('models', ['types/', 'kernel/', 'guard/', 'recall/']),
    only('workspace', ['types/', 'kernel/', 'guard/', 'recall/']),
    only('plugins', ['types/', 'kernel/', 'pipeline/', 'recall/', 'workspace/', 'guard/']),
    only(
      'functions',
      rooms.filter((room) => room !== 'hosts' && room !== 'functions').map((room) => `${room}/`),
    ),
    only('hosts', ['index\\.ts', 'functions/', 'protocol/', 'types/', 'kernel/']),
    {
      name: 'extension-imports',
      severity: 'error',
      from: { path: '^extension/' },
      to: { path: '^(runtime|webview|test)/', pathNot: '^runtime/(protocol|types)/' },
    },
    {
      name: 'extension-rooms',
      severity: 'error',
      comment: 'What the editor knows is read in one room; coding and mentions know nothing of each other.',
      from: { path: '^extension/(editor|coding|mentions)/' },
      to: { path: '^extension/(coding|mentions)/', pathNot: '^extension/$1/' },
    },
    {
      name: 'webview-imports',
      severity: 'error',
      comment: 'The panel runs in a browser: the protocol and its types alone, no Node, no vscode.',
      from: { path: '^webview/' },
      to: { path: '^(runtime|extension|test)/', pathNot: '^runtime/(protocol|types)/' },
    },
    {
      name: 'webview-no-node',
      severity: 'error',
      from: { path: '^(webview|runtime/protocol|runtime/types)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'types-and-protocol-need-zod-alone',
      severity: 'error',
      from: { path: '^runtime/(types|protocol)/' },
      to: { path: 'node_modules', pathNot: 'node_modules/zod/' },
    },
    {
      name: 'vscode-in-extension-alone',
      severity: 'error',
      from: { pathNot: '^(extension|test/editor)/' },
      to: { path: '^vscode$' },
    },
    {
      name: 'one-way-out',
      severity: 'error',
      comment: 'Only the gateway and the hosts reach a network or a socket.',
      from: { path: '^(runtime|extension|webview)/', pathNot: '^runtime/(guard/gateway|hosts/)' },
      to: { path: '^(node:)?(http|https|http2|net|tls|dgram|undici)$' },
    },
    {
      name: 'ollama-in-models-alone',
      severity: 'error',
      comment: 'The client is given the gateway as its fetch, in one file.',
      from: { path: '^(runtime|extension|webview)/', pathNot: '^runtime/models/ollama/' },
      to: { path: 'node_modules/ollama/' },
    },
    {
      name: 'pg-in-postgres-alone',
      severity: 'error',
      comment: 'It reaches the database that the person has set, and is loaded by those who have one.',
      from: { path: '^(runtime|extension|webview)/', pathNot: '^runtime/storage/postgres/' },
      to: { path: 'node_modules/pg/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
    {
      name: 'product-without-dev-tools',
      severity: 'error',
      from: { path: '^(runtime|extension|webview)/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(esbuild\\.mjs$|test/(fixtures|output|bench/peers)/|dist/)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
