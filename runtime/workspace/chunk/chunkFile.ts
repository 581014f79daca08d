import { contentHash } from '../../kernel/contentHash.ts';
import { tokenize } from '../../recall/text/tokens.ts';
import type { Chunk } from '../../types/workspaceIndex.ts';
import { isDense } from '../survey.ts';
import { chunkText, headOf } from './chunkText.ts';
import { type Cut, cutAtMarks, type Mark } from './cut.ts';
import { markJson, markMarkdown, markTable } from './documents.ts';
import { readTree } from './grammars.ts';
import type { Language } from './languages.ts';
import type { Source } from './readSource.ts';
import { markSyntax } from './syntax.ts';

/** A chunk and the words that it is found by. */
export interface WordedChunk extends Chunk {
  tokens: string[];
}

/** Cuts what a file says into chunks; none where it was not written by hand. */
export async function chunkSource(path: string, language: Language, source: Source): Promise<WordedChunk[]> {
  const { lines } = source;
  const text = lines.join('\n');
  if (language.cut !== 'table' && isDense(text)) return [];
  const marks = (await markLines(source, text, language)) ?? windowMarks(lines);
  const pathTokens = tokenize(path);
  return cutAtMarks(lines, marks).map((cut) => toChunk(cut, { path, lines, pathTokens }));
}

async function markLines(
  { lines, pages }: Source,
  text: string,
  language: Language,
): Promise<Mark[] | undefined> {
  switch (language.cut) {
    case 'syntax':
      return language.grammar === undefined ? undefined : readTree(text, language.grammar, markSyntax);
    case 'markdown':
      return markMarkdown(lines);
    case 'json':
      return markJson(text);
    case 'table':
      return markTable(text, language.id === 'tsv' ? '\t' : ',');
    case 'pdf':
      return pages?.map((line, i): Mark => ({ line, kind: 'page', page: i + 1, apart: true }));
    case 'windows':
      return undefined;
  }
}

/** One mark over all: what is too large is then cut into windows. */
function windowMarks(lines: readonly string[]): Mark[] {
  return lines.length > 0 ? [{ line: 0, kind: 'block' }] : [];
}

interface FileParts {
  path: string;
  lines: readonly string[];
  pathTokens: readonly string[];
}

function toChunk(cut: Cut, { path, lines, pathTokens }: FileParts): WordedChunk {
  const { start, end, kind, symbol, head, page } = cut;
  const place = {
    startLine: start + 1,
    endLine: end,
    kind,
    ...(symbol !== undefined && { symbol }),
    ...(head !== undefined && head < start && { headLine: head + 1 }),
    ...(page !== undefined && { page }),
  };
  const text = chunkText({ path, lines, place });
  const named = symbol === undefined ? [] : tokenize(symbol);
  const body = tokenize(lines.slice(start, end).join('\n'));
  const heading = place.headLine === undefined ? [] : tokenize(headOf(lines, place.headLine));
  return { ...place, hash: contentHash(text), tokens: [...pathTokens, ...named, ...heading, ...body] };
}
