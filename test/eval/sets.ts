import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';

const SETS = path.join(__dirname, 'sets');

const MemorySet = z.object({
  /** `days`: how old it is. */
  notes: z.array(z.object({ id: z.string(), days: z.number(), text: z.string() })),
  questions: z.array(
    z.object({ style: z.string(), answers: z.array(z.string()).min(1), question: z.string() }),
  ),
});
export type MemorySet = z.infer<typeof MemorySet>;

const CodeSet = z.object({
  questions: z.array(
    z.object({
      package: z.string(),
      style: z.string(),
      question: z.string(),
      /** Below `node_modules` of the installed packages. */
      path: z.string(),
      symbol: z.string(),
      startLine: z.int(),
      endLine: z.int(),
    }),
  ),
});
export type CodeSet = z.infer<typeof CodeSet>;
export type CodeQuestion = CodeSet['questions'][number];

export async function readMemorySet(): Promise<MemorySet> {
  return MemorySet.parse(JSON.parse(await readFile(path.join(SETS, 'memories.json'), 'utf8')));
}

export async function readCodeSet(): Promise<CodeSet> {
  return CodeSet.parse(JSON.parse(await readFile(path.join(SETS, 'code.json'), 'utf8')));
}

/** The half of a set that may be tuned on, and the half that is reported. Every second one: styles stand together. */
export function half<T>(questions: readonly T[], which: 'tune' | 'report'): T[] {
  return questions.filter((_, at) => at % 2 === (which === 'tune' ? 0 : 1));
}

/** Lines count from 1; both ends belong to it. */
export interface Place {
  path: string;
  startLine: number;
  endLine: number;
}

/** Whether a place answers: at least half of the shorter of the two is shared. */
export function answers(question: CodeQuestion, place: Place): boolean {
  if (place.path !== question.path) return false;
  const shared =
    Math.min(place.endLine, question.endLine) - Math.max(place.startLine, question.startLine) + 1;
  const shorter = Math.min(place.endLine - place.startLine, question.endLine - question.startLine) + 1;
  return shared * 2 >= shorter;
}
