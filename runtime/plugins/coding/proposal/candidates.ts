import { posix } from 'node:path';
import type { CodeProposal, OpenFile, ProposalCandidate } from '../../../types/coding.ts';
import type { IAgentRuntime } from '../../../types/runtime.ts';
import { languageOf } from '../../../workspace/chunk/languages.ts';
import { walk } from '../../../workspace/walk.ts';
import { likeness } from '../answers/choose.ts';
import { definitionsIn } from '../answers/extent.ts';
import { bodiesOf, isBlank } from '../answers/lines.ts';
import { pathOfComment, pathOfInfo, pathOfWords, safePath, samePath } from '../answers/paths.ts';

const MAX_CANDIDATES = 8;
const MAX_FILES = 20_000;
/** Lines of the answer before the block that may name its file. */
const HINT_LINES = 3;
/** How alike code and file must be, and how much more than with any other, for the file to be plain. */
const LIKE = 0.3;
const MARGIN = 1.5;

interface Found {
  /** The file that it is plainly meant for. */
  certain?: { path: string; reason: string };
  candidates: ProposalCandidate[];
}

/** The files that a block may be meant for: by the path that the answer names, else by what they hold. */
export async function candidatesFor(agent: IAgentRuntime, proposal: CodeProposal): Promise<Found> {
  const hint = hintOf(proposal);
  if (hint !== undefined) {
    const named = await byName(agent, proposal.open, hint);
    if (named) return named;
  }
  return byContent(proposal);
}

/** The path that stands in the fence, in the block's first line, or in the last words before it. */
function hintOf({ code, language, before }: CodeProposal): string | undefined {
  const first = bodiesOf(code).find((line) => !isBlank(line)) ?? '';
  const words = bodiesOf(before)
    .filter((line) => !isBlank(line))
    .slice(-HINT_LINES)
    .reverse()
    .map(pathOfWords);
  return pathOfInfo(language) ?? pathOfComment(first) ?? words.find((path) => path !== undefined);
}

async function byName(
  agent: IAgentRuntime,
  open: readonly OpenFile[],
  hint: string,
): Promise<Found | undefined> {
  const reason = `The answer names ${hint}.`;
  const shown = open.filter(({ path }) => samePath(path, hint));
  const files = shown.length > 0 ? shown.map(({ path }) => path) : await filesNamed(agent, hint);
  const candidates = files.slice(0, MAX_CANDIDATES).map((path) => ({ path, newFile: false, reason }));
  const exact = files.find((path) => path === hint) ?? (files.length === 1 ? files[0] : undefined);
  if (exact !== undefined) return { certain: { path: exact, reason }, candidates };
  if (candidates.length > 0) return { candidates };
  const fresh = safePath(hint);
  if (fresh === undefined || !fresh.includes('/')) return undefined;
  return { candidates: [{ path: fresh, newFile: true, reason }] };
}

async function filesNamed({ run }: IAgentRuntime, hint: string): Promise<string[]> {
  const { workspace, trusted, settings } = run.caller;
  if (workspace === undefined || !trusted) return [];
  const found: string[] = [];
  const walked = walk(workspace, { signal: run.signal, exclude: settings.exclude, limit: MAX_FILES });
  for await (const { path } of walked) {
    if (path === hint || path.endsWith(`/${hint}`)) found.push(path);
  }
  return found;
}

/** Judges the open files by what they share with the code: lines, names, language. */
function byContent({ code, language, open }: CodeProposal): Found {
  const lines = bodiesOf(code);
  const names = new Set(definitionsIn(lines).map(({ name }) => name));
  const scored = open
    .map((file) => ({ file, score: scoreOf(file, { lines, names, language }) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const candidates = scored.slice(0, MAX_CANDIDATES).map(({ file }) => ({
    path: file.path,
    newFile: false,
    reason: file.active ? 'It is the open file.' : 'It looks like the code.',
  }));
  const [best, second] = scored;
  const plain = best !== undefined && best.score >= LIKE && best.score >= (second?.score ?? 0) * MARGIN;
  if (!plain) return { candidates };
  return { certain: { path: best.file.path, reason: 'It holds what the code changes.' }, candidates };
}

interface Wanted {
  lines: readonly string[];
  names: ReadonlySet<string>;
  language: string;
}

function scoreOf({ path, text, languageId, active }: OpenFile, { lines, names, language }: Wanted): number {
  if (!speaks(language, languageId ?? languageOf(path).id, path)) return 0;
  const file = bodiesOf(text);
  const shared = definitionsIn(file).filter(({ name }) => names.has(name)).length;
  const known = names.size === 0 ? 0 : shared / names.size;
  return Math.max(likeness(lines, file), known) + (active ? 0.1 : 0);
}

const SAME: Record<string, string> = {
  ts: 'typescript',
  js: 'javascript',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  cs: 'csharp',
  'c#': 'csharp',
  'c++': 'cpp',
  golang: 'go',
  yml: 'yaml',
  md: 'markdown',
  jsx: 'javascriptreact',
  tsx: 'typescriptreact',
  kt: 'kotlin',
};

/** Whether a block of this language may belong in the file; an unknown one may belong anywhere. */
function speaks(tag: string, languageId: string, path: string): boolean {
  const language = SAME[tag.toLowerCase()] ?? tag.toLowerCase();
  if (language === '' || language === languageId || posix.extname(path) === `.${tag.toLowerCase()}`)
    return true;
  const script = /^(?:type|java)script/;
  if (script.test(language) && (script.test(languageId) || languageId === 'vue' || languageId === 'svelte'))
    return true;
  return !Object.values(SAME).includes(language);
}
