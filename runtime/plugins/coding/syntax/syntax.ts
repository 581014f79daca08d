import { Chunker } from '../../../workspace/chunk/chunker.ts';
import { grammarOf, languageOf } from '../../../workspace/chunk/languages.ts';
import type { Occurrence } from '../../../workspace/chunk/occurrences.ts';
import type { Structure } from '../../../workspace/chunk/structure.ts';
import type { ChunkTask } from '../../../workspace/chunk/work.ts';

/** Larger texts are not parsed, in UTF-16 code units. */
const MAX_PARSED = 400_000;

/** A text and what tells its language. */
export interface Code {
  path: string;
  text: string;
  languageId?: string | undefined;
}

/** Parses code, in a process of its own that is started on need: none of it holds the loop. */
export interface Syntax {
  /** Undefined where nobody here can tell. */
  structureOf(code: Code): Promise<Structure | undefined>;
  /** Where a name stands; undefined where nobody here can tell. */
  occurrencesOf(code: Code, name: string): Promise<Occurrence[] | undefined>;
  close(): Promise<void>;
}

/** What no grammar is needed for: nothing of it can fail to parse. */
const WORDS =
  /^(?:markdown|mdx|plaintext|text|txt|log|csv|tsv|restructuredtext|rst|asciidoc|adoc|gitignore)$/;

/** Why `structureOf` could not tell of a text, as a sentence; undefined where nothing of it could fail to parse. */
export function uncheckedNote({ path, text, languageId = '' }: Code): string | undefined {
  const known = languageOf(path);
  const language = languageId === '' ? known.id : languageId;
  if (WORDS.test(language) || WORDS.test(known.id)) return undefined;
  if (grammarOf(languageId) === undefined && known.grammar === undefined) {
    return `Syntax not checked: no grammar for ${language}.`;
  }
  const long = text.length > MAX_PARSED;
  return `Syntax not checked: ${long ? `longer than ${MAX_PARSED / 1000},000 characters` : 'the parser failed'}.`;
}

export function createSyntax(): Syntax {
  const chunker = new Chunker();
  const ask = async (task: Extract<ChunkTask, { text: string }>) => {
    if (task.text.length > MAX_PARSED) return undefined;
    try {
      const [result] = await chunker.run([task]);
      return result;
    } catch {
      // A process that dies of a text knows nothing of it: what it would have told is left out.
      return undefined;
    }
  };
  return {
    async structureOf({ path, text, languageId = '' }) {
      const result = await ask({ type: 'structure', path, text, languageId });
      return result?.type === 'structure' ? result.structure : undefined;
    },
    async occurrencesOf({ path, text, languageId = '' }, name) {
      const result = await ask({ type: 'occurrences', path, text, languageId, name });
      return result?.type === 'occurrences' ? result.occurrences : undefined;
    },
    close: () => chunker.close(),
  };
}
