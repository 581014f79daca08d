import * as vscode from 'vscode';
import { isLoopback } from './paths.ts';

/**
 * Asks for the person's word, once for each host, before anything goes to another machine. It is kept in the
 * user's own settings: those of a workspace can't give it.
 * @param url as the agent contacts it: a person may have set a mere "gpu.lan"
 * @param allowedHosts those that have the person's word already
 */
export async function allowHost(url: string, allowedHosts: readonly string[]): Promise<boolean> {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (!address?.host) {
    void vscode.window.showWarningMessage('The address of Ollama is not a web address. Change it first.');
    return false;
  }
  const { host, hostname } = address;
  if (isLoopback(hostname) || allowedHosts.includes(host)) return true;
  const allow = 'Allow';
  const chosen = await vscode.window.showWarningMessage(
    `Allow requests to ${host}?`,
    {
      modal: true,
      detail:
        `This is another machine. Your messages, the code that goes with them and what Zoey remembers of ` +
        `them are sent there${address.protocol === 'http:' ? ', and the connection is not encrypted' : ''}. ` +
        `Allow it only where you trust who runs it.`,
    },
    allow,
  );
  if (chosen !== allow) return false;
  await vscode.workspace
    .getConfiguration('zoey')
    .update('ollama.allowedHosts', [...allowedHosts, host], vscode.ConfigurationTarget.Global);
  return true;
}
