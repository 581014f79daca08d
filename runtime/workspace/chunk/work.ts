import { chunkSource, type WordedChunk } from './chunkFile.ts';
import { grammarOf, languageOf } from './languages.ts';
import { type Occurrence, readOccurrences } from './occurrences.ts';
import { readPdf } from './readPdf.ts';
import { readSource, type Source, sourceOf } from './readSource.ts';
import { readStructure, type Structure } from './structure.ts';

/** What the process that parses is asked for, file by file. */
export type ChunkTask =
  /** The chunks of a file; `known` is the hash of a content whose chunks are not needed again. */
  | { type: 'file'; path: string; absolute: string; known?: string }
  /** The chunks of a text that stands in an editor. */
  | { type: 'text'; path: string; text: string; known?: string }
  /** What a file says, where reading it means work: a PDF. */
  | { type: 'read'; path: string; absolute: string }
  /** What a text defines, and what of it does not parse. */
  | { type: 'structure'; path: string; text: string; languageId: string }
  /** Where a name stands in a text. */
  | { type: 'occurrences'; path: string; text: string; languageId: string; name: string };

export type ChunkResult =
  | { type: 'chunks'; hash: string; language: string; chunks: WordedChunk[] }
  | { type: 'same'; hash: string }
  | { type: 'source'; source: Source }
  | { type: 'structure'; structure: Structure }
  | { type: 'occurrences'; occurrences: Occurrence[] }
  /** Nothing to read. */
  | { type: 'nothing' };

/** Does one task. It never throws for what a file holds. */
export async function doTask(task: ChunkTask): Promise<ChunkResult> {
  const language = languageOf(task.path);
  if (task.type === 'structure') {
    const structure = await readStructure(task.text, language.grammar ?? grammarOf(task.languageId));
    return structure ? { type: 'structure', structure } : { type: 'nothing' };
  }
  if (task.type === 'occurrences') {
    const grammar = language.grammar ?? grammarOf(task.languageId);
    const occurrences = await readOccurrences(task.text, grammar, task.name);
    return occurrences ? { type: 'occurrences', occurrences } : { type: 'nothing' };
  }
  if (task.type === 'text') {
    const source = sourceOf(task.text);
    if (source.hash === task.known) return { type: 'same', hash: source.hash };
    const chunks = await chunkSource(task.path, language, source);
    return { type: 'chunks', hash: source.hash, language: language.id, chunks };
  }
  const source = await (language.cut === 'pdf' ? readPdf : readSource)(task.absolute);
  if (!source) return { type: 'nothing' };
  if (task.type === 'read') return { type: 'source', source };
  if (source.hash === task.known) return { type: 'same', hash: source.hash };
  const chunks = await chunkSource(task.path, language, source);
  return { type: 'chunks', hash: source.hash, language: language.id, chunks };
}
