import * as z from 'zod';
import { fence } from '../../../guard/fence.ts';
import { redact } from '../../../guard/secrets.ts';
import { ZoeyError } from '../../../kernel/errors.ts';
import { parseLooseJson } from '../../../pipeline/looseJson.ts';
import type { Finding } from '../../../types/coding.ts';
import type { Reference } from '../../../types/memory.ts';
import { type Answered, askModel } from '../ask.ts';
import type { Task, TaskContext } from '../parts.ts';
import { review } from '../prompts/review.ts';
import { fill } from '../prompts/template.ts';
import { type DiffFile, numbered, parseDiff } from '../review/diff.ts';
import { verified } from '../review/findings.ts';
import { isShown } from '../review/shown.ts';

/** What a small model reviews at a time, in characters, and how many such parts are reviewed in all. */
const MAX_PART = 6_000;
const MAX_PARTS = 40;
const ANSWER_TOKENS = 600;

const Findings = z.object({
  findings: z
    .array(
      z.object({
        line: z.coerce.number().int().min(0).max(10_000_000),
        severity: z.string().max(20).default('warning'),
        message: z.string().max(2_000),
      }),
    )
    .max(30),
});
/** What the model is held to: as strict as it can be told. */
const SCHEMA = z.toJSONSchema(
  z.object({
    findings: z
      .array(
        z.object({
          line: z.int().min(1).max(1_000_000),
          severity: z.enum(['error', 'warning', 'info']),
          message: z.string().max(600),
        }),
      )
      .max(10),
  }),
);

interface Part {
  file: DiffFile;
  text: string;
}

/** Looks for mistakes in a change, part by part, each within the model's window. */
export const reviewChange: Task = async (context) => {
  const { request, parts, emit } = context;
  const files = parseDiff(request.diff ?? '');
  if (files.length === 0) {
    throw new ZoeyError('invalid_input', 'There is no change to review.', {
      hint: 'Change or stage something first.',
    });
  }
  const todo = files.filter((file) => isShown(file) && !file.deleted).flatMap(partsOf);
  const findings: Finding[] = [];
  const failed = new Set<string>();
  let last: Answered | undefined;
  for (const [i, part] of todo.slice(0, MAX_PARTS).entries()) {
    const text = `Reviewing ${part.file.path}${todo.length > 1 ? `, ${i + 1} of ${Math.min(todo.length, MAX_PARTS)}` : ''}`;
    emit({ type: 'work', work: { kind: 'reading', text, since: parts.clock() } });
    last = await reviewPart(context, part);
    const read = findingsIn(last.text);
    if (!read) failed.add(part.file.path);
    else findings.push(...verified(read, part.file));
  }
  const found = distinct(findings);
  const left = [...files.filter((file) => !isShown(file)), ...todo.slice(MAX_PARTS).map(({ file }) => file)];
  const skipped = [...new Set([...left.map(({ path }) => path), ...failed])];
  return {
    kind: 'findings',
    findings: found,
    summary: summaryOf(found.length, new Set(todo.map(({ file }) => file.path)).size),
    skipped,
    references: found.map((finding, i) => placeOf(finding, { number: i + 1, files })),
    dropped: [],
    ...(last && { model: last.model }),
    ...(last?.usage && { usage: last.usage }),
  };
};

function reviewPart(context: TaskContext, { file, text }: Part): Promise<Answered> {
  const asked = fill(review.ask, {
    diff: fence(text, file.path),
    instruction: context.request.instruction.trim(),
    path: file.path,
  });
  return askModel(context, {
    system: review.system,
    text: asked,
    schema: SCHEMA,
    answerTokens: ANSWER_TOKENS,
  });
}

/** A file's hunks, as many at a time as a model looks at; a hunk that is longer is cut at its lines. */
function partsOf(file: DiffFile): Part[] {
  const texts: string[] = [];
  for (const hunk of file.hunks) {
    for (let at = 0; at < hunk.length; ) {
      let end = at;
      let size = 0;
      while (end < hunk.length && (end === at || size + (hunk[end]?.text.length ?? 0) + 8 <= MAX_PART)) {
        size += (hunk[end]?.text.length ?? 0) + 8;
        end++;
      }
      texts.push(numbered(hunk.slice(at, end)).slice(0, MAX_PART * 2));
      at = end;
    }
  }
  const joined: string[] = [];
  for (const text of texts) {
    const last = joined.at(-1);
    if (last !== undefined && last.length + text.length < MAX_PART)
      joined[joined.length - 1] = `${last}\n...\n${text}`;
    else joined.push(text);
  }
  return joined.map((text) => ({ file, text }));
}

function findingsIn(answer: string): z.infer<typeof Findings>['findings'] | undefined {
  const json = parseLooseJson(answer);
  const read = Findings.safeParse(Array.isArray(json) ? { findings: json } : json);
  return read.success ? read.data.findings : undefined;
}

function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ path, line, message }) => {
    const key = `${path}:${line}:${message.toLowerCase().slice(0, 60)}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Where a finding is, with the line that it is about. */
function placeOf(
  { path, line }: Finding,
  { number, files }: { number: number; files: readonly DiffFile[] },
): Reference {
  const lines = files.filter((file) => file.path === path).flatMap(({ hunks }) => hunks.flat());
  const text = redact(lines.find((one) => one.line === line)?.text ?? '').text;
  return { number, kind: 'code', path, startLine: line, endLine: line, text };
}

function summaryOf(findings: number, files: number): string {
  const where = files === 1 ? '1 file' : `${files} files`;
  if (findings === 0) return `Nothing was found in ${where}.`;
  return `${findings} ${findings === 1 ? 'finding' : 'findings'} in ${where}.`;
}
