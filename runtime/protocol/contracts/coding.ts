import * as z from 'zod';
import { CodeLine, CodePath } from '../../types/codeSymbol.ts';
import {
  CodeProposal,
  CodingEvent,
  CodingRequest,
  CodingResult,
  CompletionRequest,
  CompletionResult,
  ProposalResult,
} from '../../types/coding.ts';
import { FileEdit, SourceText } from '../../types/edit.ts';
import type { FunctionSpec } from './spec.ts';

export const codingContract = {
  'coding.run': {
    summary: 'Do a task with code: explain, fix, review and the like. Changes are proposed, never made.',
    input: CodingRequest,
    output: CodingResult,
    chunk: CodingEvent,
  },
  'coding.propose': {
    summary: 'Make a reviewable change of a code block, in the file that it is meant for.',
    input: CodeProposal,
    output: ProposalResult,
  },
  'coding.apply': {
    summary: 'Tell what a text becomes with the accepted hunks of an edit. Fails where the text has changed.',
    input: z.object({
      text: SourceText,
      edit: FileEdit,
      /** Ids of hunks; all without it. */
      accept: z.array(z.string().max(20)).max(5000).optional(),
    }),
    output: z.object({ text: SourceText }),
  },
  'coding.rename': {
    summary: 'Rename within one file by its syntax, as a reviewable change. Refused where that is not safe.',
    input: z.object({
      path: CodePath,
      text: SourceText,
      languageId: z.string().max(100).optional(),
      /** Where the name stands: the line counts from 1, the character from 0, in UTF-16 units. */
      line: CodeLine,
      character: z.int().min(0),
      /** What it should be. */
      name: z.string().min(1).max(200),
    }),
    output: z.object({ edit: FileEdit }),
  },
  'coding.complete': {
    summary: 'Complete the code at a cursor with a fill-in-the-middle model, where that is switched on.',
    input: CompletionRequest,
    output: CompletionResult,
  },
} as const satisfies Record<string, FunctionSpec>;
