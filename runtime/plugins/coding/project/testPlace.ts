import { posix } from 'node:path';

/** How a project's test files are called: what stands around the name of the file under test. */
interface Naming {
  before: string;
  after: string;
}

/** Where they are: beside it, in a folder beside it, or in a folder of their own. */
interface Placing {
  kind: 'beside' | 'folder' | 'apart';
  /** Of `folder` its name; of `apart` the path of the tests' root. */
  root: string;
  /** The part of a source's path that its test's path leaves out: "src/", "src/main/java/". */
  without: string;
  /** Tests lie in the same folders below their root as the sources do. */
  mirrored: boolean;
}

const NAMES: readonly RegExp[] = [
  /^(?<before>)(?<stem>.+?)(?<after>[._-](?:test|spec|tests))$/i,
  /^(?<before>test_)(?<stem>.+)(?<after>)$/,
  /^(?<before>)(?<stem>.+?)(?<after>(?:Tests?|Spec|IT))$/,
];
const FOLDER = /(?:^|\/)(?:__tests__|tests?|specs?|Tests?)\//;

const USUAL: Record<string, { naming: Naming; placing: Placing }> = {
  script: { naming: { before: '', after: '.test' }, placing: beside() },
  python: { naming: { before: 'test_', after: '' }, placing: apart('tests') },
  go: { naming: { before: '', after: '_test' }, placing: beside() },
  rust: { naming: { before: '', after: '_test' }, placing: apart('tests') },
  java: { naming: { before: '', after: 'Test' }, placing: mirrored('src/test/java/', 'src/main/java/') },
  kotlin: {
    naming: { before: '', after: 'Test' },
    placing: mirrored('src/test/kotlin/', 'src/main/kotlin/'),
  },
  csharp: { naming: { before: '', after: 'Tests' }, placing: beside() },
  ruby: { naming: { before: '', after: '_test' }, placing: mirrored('test/', 'lib/') },
  php: { naming: { before: '', after: 'Test' }, placing: mirrored('tests/', 'src/') },
  dart: { naming: { before: '', after: '_test' }, placing: mirrored('test/', 'lib/') },
  swift: { naming: { before: '', after: 'Tests' }, placing: apart('Tests') },
  cpp: { naming: { before: '', after: '_test' }, placing: apart('tests') },
};

function beside(): Placing {
  return { kind: 'beside', root: '', without: '', mirrored: false };
}

function apart(root: string): Placing {
  return { kind: 'apart', root: `${root}/`, without: '', mirrored: false };
}

function mirrored(root: string, without: string): Placing {
  return { kind: 'apart', root, without, mirrored: true };
}

export interface TestPlace {
  /** Where the test of the file goes, relative to the workspace. */
  file: string;
  /** A test of the project, written as this one should be; the nearest. */
  example?: string;
}

/** Where the test of a source file belongs: as most tests of its kind lie in the project, else as is usual. */
export function testPlace(source: string, files: readonly string[], family: string): TestPlace {
  const ending = posix.extname(source);
  const tests = files.filter(
    (file) => file !== source && isTest(file) && sameKind(posix.extname(file), ending),
  );
  const habits = tests.flatMap((test) => habitOf(test, files) ?? []);
  const usual = USUAL[family] ?? { naming: { before: '', after: '_test' }, placing: beside() };
  const rspec = family === 'ruby' && files.some((file) => file.startsWith('spec/'));
  const fallback = rspec
    ? { naming: { before: '', after: '_spec' }, placing: mirrored('spec/', 'lib/') }
    : usual;
  const { naming, placing } = commonest(habits) ?? fallback;
  const example = nearest(source, tests);
  return { file: placed(source, naming, placing), ...(example !== undefined && { example }) };
}

/** Whether a path is that of a test. */
export function isTest(file: string): boolean {
  const stem = posix.basename(file, posix.extname(file));
  const named = NAMES.some((pattern) => pattern.test(stem));
  return named && (/[._-](?:test|spec|tests)$|^test_/i.test(stem) || FOLDER.test(file));
}

function sameKind(a: string, b: string): boolean {
  const script = /^\.[cm]?[jt]sx?$/;
  return a === b || (script.test(a) && script.test(b));
}

function habitOf(test: string, files: readonly string[]): { naming: Naming; placing: Placing } | undefined {
  const stem = posix.basename(test, posix.extname(test));
  const groups = NAMES.map((pattern) => pattern.exec(stem)?.groups).find(Boolean);
  if (!groups) return undefined;
  const { before = '', after = '', stem: subject = '' } = groups;
  const folder = posix.dirname(test);
  const sources = files.filter(
    (file) => !isTest(file) && posix.basename(file, posix.extname(file)) === subject,
  );
  const naming = { before, after };
  if (sources.some((file) => posix.dirname(file) === folder)) return { naming, placing: beside() };
  const own = posix.basename(folder);
  if (sources.some((file) => posix.dirname(file) === posix.dirname(folder)) && FOLDER.test(`${own}/`)) {
    return { naming, placing: { kind: 'folder', root: own, without: '', mirrored: false } };
  }
  const root = FOLDER.exec(`${test}/`);
  if (!root) return undefined;
  const top = test.slice(0, root.index + root[0].length);
  return { naming, placing: apartFrom(top, { test, sources }) };
}

function apartFrom(top: string, { test, sources }: { test: string; sources: readonly string[] }): Placing {
  const inner = posix.dirname(test.slice(top.length));
  for (const file of sources) {
    const folder = posix.dirname(file);
    const below = inner === '.' ? '' : inner;
    if (below === '') {
      if (!folder.includes('/')) return mirrored(top, folder === '.' ? '' : `${folder}/`);
    } else if (folder === below || folder.endsWith(`/${below}`)) {
      return mirrored(top, folder.slice(0, folder.length - below.length));
    }
  }
  return apart(top.replace(/\/$/, ''));
}

/** What most tests do; of equals, the first. */
function commonest<T>(habits: readonly T[]): T | undefined {
  const counts = new Map<string, { habit: T; count: number }>();
  for (const habit of habits) {
    const key = JSON.stringify(habit);
    counts.set(key, { habit, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.habit;
}

function placed(
  source: string,
  { before, after }: Naming,
  { kind, root, without, mirrored: same }: Placing,
): string {
  const ending = posix.extname(source).replace(/^\.vue$/, '.ts');
  const stem = posix.basename(source, posix.extname(source));
  const name = `${before}${stem}${after}${ending}`;
  const folder = posix.dirname(source);
  if (kind === 'beside') return posix.join(folder, name);
  if (kind === 'folder') return posix.join(folder, root, name);
  if (!same) return posix.join(root, name);
  const below = `${folder}/`.startsWith(without) ? `${folder}/`.slice(without.length) : folder;
  return posix.join(root, below, name);
}

function nearest(source: string, tests: readonly string[]): string | undefined {
  const parts = source.split('/');
  const shared = (test: string) => {
    const other = test.split('/');
    return parts.filter((part) => other.includes(part)).length;
  };
  return [...tests].sort((a, b) => shared(b) - shared(a) || a.length - b.length)[0];
}
