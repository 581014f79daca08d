import * as vscode from 'vscode';
import type * as z from 'zod';
import { CodingEvent, type CodingRequest, CodingResult } from '../../runtime/types/coding.ts';
import type { ErrorCode } from '../../runtime/types/errors.ts';
import type { JsonValue } from '../../runtime/types/primitives.ts';
import type { Agent } from '../agent.ts';
import { type FailureCure, RESTART, SHOW_LOG, tellWithCure } from '../failureCure.ts';
import { wireOf, wordsOf } from '../failures.ts';

/** A request as it is written: what has a default may be left out. */
export type TaskRequest = z.input<typeof CodingRequest>;

/** What a failure's button does, by the code of the error. */
const CURES: Readonly<Partial<Record<ErrorCode, FailureCure>>> = {
  no_model: { label: 'Set Up a Model', command: 'zoey.openChat' },
  model_not_found: { label: 'Select Model', command: 'zoey.selectModel' },
  ollama_not_installed: { label: 'Open Chat', command: 'zoey.openChat' },
  ollama_not_running: { label: 'Start Ollama', command: 'zoey.startOllama' },
  server_stopped: RESTART,
  internal: SHOW_LOG,
};

/**
 * Runs a task in the agent with its progress in a notification that can be cancelled. Undefined where it was
 * cancelled or failed: the person has been told then.
 */
export async function runTask(
  agent: Pick<Agent, 'invoke'>,
  title: string,
  request: TaskRequest,
): Promise<CodingResult | undefined> {
  try {
    return await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const onChunk = (chunk: unknown) => {
          const message = progressOf(chunk);
          if (message) progress.report({ message });
        };
        const input = request as unknown as JsonValue;
        return CodingResult.parse(await agent.invoke({ name: 'coding.run', input }, { token, onChunk }));
      },
    );
  } catch (error) {
    await tellFailure(error);
    return undefined;
  }
}

/** Shows what failed and what to do, with one button. Nothing for what the person stopped. */
async function tellFailure(error: unknown): Promise<void> {
  const { code } = wireOf(error);
  if (code === 'cancelled') return;
  await tellWithCure(wordsOf(error), CURES[code]);
}

function progressOf(chunk: unknown): string | undefined {
  const event = CodingEvent.safeParse(chunk);
  if (!event.success) return undefined;
  if (event.data.type === 'work') return event.data.work.text;
  if (event.data.type === 'again') return event.data.reason;
  return undefined;
}
