import type { Clock } from '../../kernel/clock.ts';
import type { CodingEvent, CodingRequest, CodingResult } from '../../types/coding.ts';
import type { RunContext } from '../../types/components.ts';
import type { IAgentRuntime } from '../../types/runtime.ts';
import type { Passages } from '../../workspace/passages.ts';
import type { Syntax } from './syntax/syntax.ts';

/** What the coding plugin is given. */
export interface CodingParts {
  /** The model that answers, with its window in tokens; undefined where none can. One that is named must be there. */
  choose(run: RunContext, wanted?: string): Promise<{ name: string; contextTokens: number } | undefined>;
  /** The model that completes at a cursor; undefined where none is installed that can. */
  chooseFilling(run: RunContext): Promise<{ name: string; contextTokens: number } | undefined>;
  search: Passages;
  /** What an open editor shows of a file, saved or not, by its absolute path. */
  live?: (absolute: string) => string | undefined;
  syntax: Syntax;
  clock: Clock;
}

/** One task under way. */
export interface TaskContext {
  /** Bound to the run: its caller, its signal. */
  agent: IAgentRuntime;
  request: CodingRequest;
  parts: CodingParts;
  emit(event: CodingEvent): void;
}

export type Task = (context: TaskContext) => Promise<CodingResult>;
