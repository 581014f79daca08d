/** What the manifests of a project say, by file name; those that are not there are absent. */
export type Manifests = ReadonlyMap<string, string>;

/** Files that tell how a project is tested, in its root and in the folders above a file. */
export const MANIFESTS = [
  'package.json',
  'deno.json',
  'pyproject.toml',
  'requirements.txt',
  'requirements-dev.txt',
  'setup.cfg',
  'tox.ini',
  'pytest.ini',
  'conftest.py',
  'go.mod',
  'Cargo.toml',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'Gemfile',
  '.rspec',
  'composer.json',
  'pubspec.yaml',
  'CMakeLists.txt',
] as const;

type Rule = readonly [manifest: RegExp, text: RegExp, framework: string];

const SCRIPT: readonly Rule[] = [
  [/^package\.json$/, /"vitest"/, 'Vitest'],
  [/^package\.json$/, /"@jest\/globals"|"jest"|"ts-jest"/, 'Jest'],
  [/^package\.json$/, /"mocha"[\s\S]*"chai"|"chai"[\s\S]*"mocha"/, 'Mocha and Chai'],
  [/^package\.json$/, /"mocha"/, 'Mocha and node:assert'],
  [/^package\.json$/, /"ava"/, 'AVA'],
  [/^package\.json$/, /"jasmine"/, 'Jasmine'],
  [/^package\.json$/, /"tap"/, 'tap'],
  [/^package\.json$/, /bun test/, 'bun:test'],
  [/^package\.json$/, /node\s+(?:[^"]*\s)?--test\b/, 'node:test and node:assert'],
  [/^deno\.json$/, /./, 'Deno.test'],
];
const JVM: readonly Rule[] = [
  [/^(?:pom|build)/, /testng/i, 'TestNG'],
  [/^(?:pom|build)/, /kotest/i, 'Kotest'],
  [/^(?:pom|build)/, /jupiter|useJUnitPlatform/i, 'JUnit 5'],
  [/^(?:pom|build)/, /junit/i, 'JUnit 4'],
];

const RULES: Record<string, { rules: readonly Rule[]; otherwise: string }> = {
  script: { rules: SCRIPT, otherwise: 'node:test and node:assert' },
  python: {
    rules: [
      [/^(?:pyproject|requirements|setup|tox)/, /\bpytest\b/, 'pytest'],
      [/^(?:pytest\.ini|conftest\.py)$/, /^/, 'pytest'],
    ],
    otherwise: 'unittest',
  },
  go: { rules: [[/^go\.mod$/, /stretchr\/testify/, 'testing and testify']], otherwise: 'testing' },
  rust: { rules: [], otherwise: '#[test]' },
  java: { rules: JVM, otherwise: 'JUnit 5' },
  kotlin: { rules: JVM, otherwise: 'JUnit 5' },
  csharp: {
    rules: [
      [/\.csproj$/, /nunit/i, 'NUnit'],
      [/\.csproj$/, /mstest/i, 'MSTest'],
    ],
    otherwise: 'xUnit',
  },
  ruby: {
    rules: [
      [/^\.rspec$/, /^/, 'RSpec'],
      [/^Gemfile$/, /rspec/, 'RSpec'],
    ],
    otherwise: 'Minitest',
  },
  php: { rules: [[/^composer\.json$/, /pestphp/, 'Pest']], otherwise: 'PHPUnit' },
  dart: { rules: [], otherwise: 'package:test' },
  swift: { rules: [], otherwise: 'XCTest' },
  cpp: { rules: [[/^CMakeLists\.txt$/, /catch2/i, 'Catch2']], otherwise: 'GoogleTest' },
};

/** Languages that share their frameworks. */
const FAMILY: Record<string, string> = {
  typescript: 'script',
  typescriptreact: 'script',
  javascript: 'script',
  javascriptreact: 'script',
  vue: 'script',
  c: 'cpp',
};

/** Languages that are tested alike, by the name of one of them. */
export function familyOf(languageId: string): string {
  return FAMILY[languageId] ?? languageId;
}

/** The framework that a project tests this language with: as its manifests say, else the usual one. */
export function frameworkOf(languageId: string, manifests: Manifests): string {
  const family = RULES[familyOf(languageId)];
  if (!family) return 'the usual framework of the language';
  for (const [name, text, framework] of family.rules) {
    for (const [file, content] of manifests) {
      if (name.test(file) && text.test(content)) return framework;
    }
  }
  return family.otherwise;
}
