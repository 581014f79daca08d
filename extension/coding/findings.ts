import * as vscode from 'vscode';
import type { Finding } from '../../runtime/types/coding.ts';
import { innerParts } from '../paths.ts';

/** What a review found: a list among the problems, and a comment at each place. One review at a time. */
export class Findings implements vscode.Disposable {
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('zoey-review');
  private readonly comments = vscode.comments.createCommentController('zoey-review', 'Zoey: review');
  private threads: vscode.CommentThread[] = [];

  /** Paths are relative to `root`. */
  show(findings: readonly Finding[], root: vscode.Uri): void {
    this.clear();
    const byFile = new Map<string, { uri: vscode.Uri; found: Finding[] }>();
    for (const finding of findings) {
      const parts = innerParts(finding.path);
      if (!parts) continue;
      const uri = vscode.Uri.joinPath(root, ...parts);
      const entry = byFile.get(uri.toString()) ?? { uri, found: [] };
      entry.found.push(finding);
      byFile.set(uri.toString(), entry);
    }
    for (const { uri, found } of byFile.values()) {
      this.diagnostics.set(uri, found.map(asDiagnostic));
      this.threads.push(...found.map((finding) => this.thread(uri, finding)));
    }
    void vscode.commands.executeCommand('setContext', 'zoey.hasFindings', this.threads.length > 0);
  }

  clear(): void {
    this.diagnostics.clear();
    for (const thread of this.threads) thread.dispose();
    this.threads = [];
    void vscode.commands.executeCommand('setContext', 'zoey.hasFindings', false);
  }

  dispose(): void {
    this.clear();
    this.diagnostics.dispose();
    this.comments.dispose();
  }

  private thread(uri: vscode.Uri, finding: Finding): vscode.CommentThread {
    // As Markdown, what a model wrote could load pictures and links.
    const body = finding.message;
    const thread = this.comments.createCommentThread(uri, lineOf(finding), [
      { body, mode: vscode.CommentMode.Preview, author: { name: 'Zoey' } },
    ]);
    thread.canReply = false;
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
    return thread;
  }
}

function asDiagnostic(finding: Finding): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(lineOf(finding), finding.message, severityOf(finding));
  diagnostic.source = 'zoey';
  return diagnostic;
}

function lineOf({ line }: Finding): vscode.Range {
  return new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER);
}

function severityOf({ severity }: Finding): vscode.DiagnosticSeverity {
  if (severity === 'error') return vscode.DiagnosticSeverity.Error;
  return severity === 'warning' ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Information;
}
