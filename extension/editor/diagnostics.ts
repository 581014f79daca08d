import * as vscode from 'vscode';
import type { CodeDiagnostic } from '../../runtime/types/coding.ts';
import { pathOfUri } from '../attachments.ts';
import { linesOf } from './lines.ts';

const MAX_RELATED = 5;

export function diagnosticsIn(document: vscode.TextDocument, range?: vscode.Range): CodeDiagnostic[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter((diagnostic) => !range || diagnostic.range.intersection(range) !== undefined)
    .slice(0, 50)
    .map(asCodeDiagnostic);
}

export function asCodeDiagnostic(diagnostic: vscode.Diagnostic): CodeDiagnostic {
  const { message, source, severity, range, relatedInformation = [] } = diagnostic;
  const code = typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code;
  return {
    message: message.slice(0, 4000),
    ...(code !== undefined && { code: String(code).slice(0, 200) }),
    ...(source !== undefined && { source: source.slice(0, 200) }),
    severity: SEVERITIES[severity] ?? 'error',
    ...linesOf(range),
    ...(relatedInformation.length > 0 && {
      related: relatedInformation.slice(0, MAX_RELATED).map(relatedTo),
    }),
  };
}

function relatedTo({ location: { uri, range }, message }: vscode.DiagnosticRelatedInformation) {
  return { path: pathOfUri(uri), line: range.start.line + 1, message: message.slice(0, 1000) };
}

const SEVERITIES = ['error', 'warning', 'info', 'hint'] as const;
