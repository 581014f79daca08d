import type { CodeDiagnostic, CodingRequest } from '../../types/coding.ts';
import { type Problem, readProblems } from '../../types/problems.ts';

/** What the editor reports of a file: with the request, or attached to it. */
export function diagnosticsOf({ diagnostics, attachments }: CodingRequest, path: string): CodeDiagnostic[] {
  return [...diagnostics, ...attachedProblems({ attachments }).filter((problem) => problem.path === path)];
}

/** The problems that were attached, of whatever file. */
export function attachedProblems({ attachments }: Pick<CodingRequest, 'attachments'>): Problem[] {
  return attachments.filter(({ kind }) => kind === 'problems').flatMap(({ text = '' }) => readProblems(text));
}
