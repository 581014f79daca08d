import * as vscode from 'vscode';
import * as z from 'zod';
import type { FunctionName } from '../../runtime/protocol/contract.ts';
import type { JsonValue } from '../../runtime/types/primitives.ts';
import type { Agent } from '../agent.ts';

/** A tool that other agents of the editor may call: one function of the local agent. */
interface Tool {
  name: string;
  call: FunctionName;
  /** What the person is asked before it runs. */
  confirm(input: Record<string, unknown>): { title: string; message: string };
  say: string;
}

/** As package.json declares them; a test holds the two against each other. */
export const tools: readonly Tool[] = [
  {
    name: 'zoey_recall',
    call: 'memory.search',
    say: 'Looking into the memory of this workspace',
    confirm: ({ query }) => ({
      title: 'Look into memory',
      message: `Search the memory of this workspace for "${query}"?`,
    }),
  },
  {
    name: 'zoey_remember',
    call: 'memory.add',
    say: 'Remembering',
    confirm: ({ text }) => ({
      title: 'Remember',
      message: `Keep this in the memory of this workspace?\n\n${text}`,
    }),
  },
  {
    name: 'zoey_forget',
    call: 'memory.forget',
    say: 'Forgetting',
    confirm: ({ ids, query }) => ({
      title: 'Forget',
      message: ids
        ? `Forget ${(ids as unknown[]).length} memories for good?`
        : `Forget all memories with "${query}" for good?`,
    }),
  },
  {
    name: 'zoey_searchWorkspace',
    call: 'workspace.search',
    say: 'Searching the workspace',
    confirm: ({ query }) => ({
      title: 'Search the workspace',
      message: `Search this workspace for "${query}"?`,
    }),
  },
];

/** Offers the tools where this editor knows tools at all. */
export function registerTools(agent: Pick<Agent, 'invoke'>): vscode.Disposable {
  const { lm } = vscode as { lm?: Partial<typeof vscode.lm> };
  if (typeof lm?.registerTool !== 'function') return new vscode.Disposable(() => {});
  const register = lm.registerTool;
  return vscode.Disposable.from(...tools.map((tool) => register(tool.name, asTool(tool, agent))));
}

function asTool(tool: Tool, agent: Pick<Agent, 'invoke'>): vscode.LanguageModelTool<Record<string, unknown>> {
  return {
    prepareInvocation: ({ input }) => ({
      invocationMessage: tool.say,
      confirmationMessages: tool.confirm(input),
    }),
    async invoke({ input }, token) {
      const output = await agent.invoke({ name: tool.call, input: input as JsonValue }, { token });
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(textOf(output))]);
    },
  };
}

const Found = z.object({ items: z.array(z.looseObject({ text: z.string() })) });

/** What was found, an item a paragraph with where it stands; other outputs as JSON. */
function textOf(output: unknown): string {
  const found = Found.safeParse(output);
  if (!found.success) return JSON.stringify(output);
  if (found.data.items.length === 0) return 'Nothing was found.';
  return found.data.items.map((item) => `${placeOf(item)}\n${item.text}`).join('\n\n');
}

function placeOf(item: Record<string, unknown>): string {
  const { path, startLine, endLine, id, kind } = item;
  if (typeof path === 'string') return `${path}:${startLine}-${endLine}`;
  return `[${kind ?? 'memory'} ${id ?? ''}]`;
}
