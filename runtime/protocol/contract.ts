import * as z from 'zod';
import { actionContract } from './contracts/actions.ts';
import { agentContract } from './contracts/agents.ts';
import { chatContract } from './contracts/chat.ts';
import { codingContract } from './contracts/coding.ts';
import { memoryContract } from './contracts/memory.ts';
import { modelContract } from './contracts/models.ts';
import { recallContract } from './contracts/recall.ts';
import { roomContract } from './contracts/rooms.ts';
import type { FunctionSpec } from './contracts/spec.ts';
import { systemContract } from './contracts/system.ts';
import { taskContract } from './contracts/tasks.ts';
import { workspaceContract } from './contracts/workspace.ts';

export type { FunctionSpec };

/** Every function that a host may call, by name. */
export const contract = {
  ...chatContract,
  ...roomContract,
  ...memoryContract,
  ...recallContract,
  ...actionContract,
  ...agentContract,
  ...taskContract,
  ...modelContract,
  ...workspaceContract,
  ...codingContract,
  ...systemContract,
} as const satisfies Record<string, FunctionSpec>;

export type Contract = typeof contract;
export type FunctionName = keyof Contract;
/** What a caller passes: defaults may be left out. */
export type Input<N extends FunctionName> = z.input<Contract[N]['input']>;
/** What a handler gets: defaults are filled in. */
export type ParsedInput<N extends FunctionName> = z.output<Contract[N]['input']>;
export type Output<N extends FunctionName> = z.output<Contract[N]['output']>;
export type Chunk<N extends FunctionName> = Contract[N] extends { chunk: infer C extends z.ZodType }
  ? z.output<C>
  : never;

export const FunctionName = z.enum(Object.keys(contract) as [FunctionName, ...FunctionName[]]);
