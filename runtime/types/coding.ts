import * as z from 'zod';
import { CodePath, CodeSymbol, CodeLine as line, MAX_SYMBOLS } from './codeSymbol.ts';
import { FileEdit, MAX_SOURCE, SourceText } from './edit.ts';
import { Work } from './events.ts';
import { Attachment, Dropped, Reference, Usage } from './memory.ts';

/** What can be done with code. */
export const CodingTask = z.enum([
  'explain',
  'ask',
  'find',
  'summarise',
  'explainTrace',
  'explainCommit',
  'fix',
  'refactor',
  'edit',
  'document',
  'tests',
  'generate',
  'rename',
  'review',
  'commit',
]);
export type CodingTask = z.infer<typeof CodingTask>;

/** Some whole lines; both ends belong to them. */
export const LineRange = z
  .object({ startLine: line, endLine: line })
  .refine(({ startLine, endLine }) => endLine >= startLine, { error: 'ends before it starts' });
export type LineRange = z.infer<typeof LineRange>;

/** What a task is about: a file, or some lines of it, or a folder (for `summarise`). */
export const CodeTarget = z.object({
  path: CodePath,
  /** As the editor has it now; read from disk without it. Edits fit exactly this text. */
  text: SourceText.optional(),
  languageId: z.string().max(100).optional(),
  /** The lines that are asked about, or changed; the whole file without it. */
  selection: LineRange.optional(),
  /** Where `generate` puts its code: before this line's text from `character` on (UTF-16 units from 0). */
  cursor: z.object({ line, character: z.int().min(0).max(MAX_SOURCE) }).optional(),
});
export type CodeTarget = z.infer<typeof CodeTarget>;

/** What the editor reports about a place. */
export const CodeDiagnostic = z.object({
  message: z.string().max(4000),
  code: z.string().max(200).optional(),
  /** Who reports it: "ts", "eslint". */
  source: z.string().max(200).optional(),
  severity: z.enum(['error', 'warning', 'info', 'hint']).default('error'),
  startLine: line,
  endLine: line,
  /** Other places that it is about: "The expected type comes from here." */
  related: z
    .array(z.object({ path: CodePath, line, message: z.string().max(1000) }))
    .max(10)
    .optional(),
});
export type CodeDiagnostic = z.infer<typeof CodeDiagnostic>;

type SymbolKind = CodeSymbol['kind'];

/** What helps a task, the most useful first. The rest is not asked for: small models read little. */
export const SYMBOLS_FOR: Readonly<Partial<Record<CodingTask, readonly SymbolKind[]>>> = {
  explain: ['definition', 'type', 'signature', 'reference'],
  ask: ['definition', 'type', 'signature', 'reference'],
  fix: ['signature', 'definition', 'type'],
  refactor: ['reference', 'definition', 'type'],
  edit: ['definition', 'type', 'signature', 'reference'],
  document: ['definition', 'reference'],
  tests: ['type', 'definition', 'signature', 'reference'],
  generate: ['definition', 'type', 'signature'],
  rename: ['reference', 'type'],
};

/** Something that a review found. */
export const Finding = z.object({
  path: CodePath,
  /** A line of the new text that the change shows. */
  line,
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string().min(1).max(2000),
});
export type Finding = z.infer<typeof Finding>;

export const CodingRequest = z.object({
  task: CodingTask,
  target: CodeTarget.optional(),
  /** In the person's words: what to change, what to know. */
  instruction: z.string().max(10_000).default(''),
  diagnostics: z.array(CodeDiagnostic).max(50).default([]),
  symbols: z.array(CodeSymbol).max(MAX_SYMBOLS).default([]),
  /** Other files and selections to look at. */
  attachments: z.array(Attachment).max(20).default([]),
  /** A unified diff as git writes it, for `review`, `commit` and `explainCommit`. */
  diff: SourceText.optional(),
  /** Subjects of the latest commits, newest first: `commit` writes as they are written. */
  style: z.array(z.string().max(500)).max(50).default([]),
  /** A stack trace, for `explainTrace`. */
  trace: z.string().max(100_000).optional(),
  /** The model by name; the one that is chosen in the workspace without it. */
  model: z.string().min(1).max(200).optional(),
});
export type CodingRequest = z.infer<typeof CodingRequest>;

const common = {
  /** What the model was shown, numbered as its words cite it; or the places that were found. */
  references: z.array(Reference),
  /** What did not fit the model's context. */
  dropped: z.array(Dropped),
  /** Absent where no model was needed. */
  model: z.string().optional(),
  usage: Usage.optional(),
};

/** What a task comes to. */
export const CodingResult = z.discriminatedUnion('kind', [
  /** Markdown, which cites references as [1]. */
  z.object({ kind: z.literal('text'), text: z.string(), ...common }),
  /** Places that answer the question; `text` is a model's answer, empty where none is connected. */
  z.object({ kind: z.literal('places'), text: z.string(), ...common }),
  z.object({
    kind: z.literal('edit'),
    edit: FileEdit,
    /** What the model said beside the code. */
    explanation: z.string(),
    ...common,
  }),
  /** The answer is what stands there already. */
  z.object({ kind: z.literal('unchanged'), explanation: z.string(), ...common }),
  z.object({
    kind: z.literal('findings'),
    findings: z.array(Finding).max(500),
    /** In a sentence. */
    summary: z.string(),
    /** Files of the diff that were left out: secret, binary, or too large. */
    skipped: z.array(CodePath),
    ...common,
  }),
  /** A commit message: subject, and a body after an empty line where there is one. */
  z.object({ kind: z.literal('message'), message: z.string(), ...common }),
  /** Names for the symbol, best first. Renaming is the editor's own. */
  z.object({ kind: z.literal('names'), names: z.array(z.string()).max(10), ...common }),
]);
export type CodingResult = z.infer<typeof CodingResult>;

/** What is streamed meanwhile: as of a chat. `text` of a task that changes code is the answer as it comes. */
export const CodingEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('work'), work: Work }),
  z.object({ type: z.literal('references'), references: z.array(Reference) }),
  z.object({ type: z.literal('thinking'), delta: z.string() }),
  z.object({ type: z.literal('text'), delta: z.string() }),
  /** What came is dropped, and the model is asked once more; `reason` says why in a sentence. */
  z.object({ type: z.literal('again'), reason: z.string() }),
]);
export type CodingEvent = z.infer<typeof CodingEvent>;

/** A file that is open in the editor, as it is now. */
export const OpenFile = z.object({
  path: CodePath,
  text: SourceText,
  languageId: z.string().max(100).optional(),
  active: z.boolean().default(false),
});
export type OpenFile = z.infer<typeof OpenFile>;

/** A block of an answer that is to be applied. */
export const CodeProposal = z.object({
  /** The code block without its fences. */
  code: SourceText,
  /** The first word after its fence. */
  language: z.string().max(100).default(''),
  /** The answer around it: hints to the file stand before the block. */
  before: z.string().max(200_000).default(''),
  /** The file by the person's choice: nothing is guessed then. */
  path: CodePath.optional(),
  open: z.array(OpenFile).max(30).default([]),
});
export type CodeProposal = z.infer<typeof CodeProposal>;

/** A file that a block may be meant for, with what speaks for it. */
export const ProposalCandidate = z.object({ path: CodePath, newFile: z.boolean(), reason: z.string() });
export type ProposalCandidate = z.infer<typeof ProposalCandidate>;

/** `unsure`: the person chooses one, and asks again with its path. Best first; may be empty. */
export const ProposalResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('edit'), edit: FileEdit, reason: z.string() }),
  z.object({ kind: z.literal('unchanged'), path: CodePath }),
  z.object({ kind: z.literal('unsure'), candidates: z.array(ProposalCandidate).max(20) }),
]);
export type ProposalResult = z.infer<typeof ProposalResult>;

/** A place in a text that is being typed. */
export const CompletionRequest = z.object({
  path: CodePath,
  languageId: z.string().max(100).default(''),
  /** The text before and after the cursor: as much as there is at hand; what is used of it is bounded. */
  prefix: SourceText,
  suffix: SourceText,
});
export type CompletionRequest = z.infer<typeof CompletionRequest>;

/** `text` is empty where there is nothing to offer; `reason` says why where it is a state and not chance. */
export const CompletionResult = z.object({
  text: z.string(),
  model: z.string().optional(),
  reason: z.enum(['off', 'no_model', 'secret']).optional(),
});
export type CompletionResult = z.infer<typeof CompletionResult>;
