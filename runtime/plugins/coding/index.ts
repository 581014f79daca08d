import type {
  CodeProposal,
  CodingEvent,
  CodingRequest,
  CodingResult,
  CompletionRequest,
  CompletionResult,
  ProposalResult,
} from '../../types/coding.ts';
import type { FileEdit } from '../../types/edit.ts';
import type { IAgentRuntime, Plugin } from '../../types/runtime.ts';
import { codingActions } from './actions/index.ts';
import { createCompleter } from './completion/completer.ts';
import type { CodingParts } from './parts.ts';
import { propose } from './proposal/propose.ts';
import { type Renaming, renameInFile } from './rename.ts';
import { runTask } from './run.ts';
import { createSyntax } from './syntax/syntax.ts';

/** What is done with code. The agent that is passed is bound to the run: its caller, its signal. */
export interface Coding {
  /** Proposes, and changes nothing. */
  run(
    agent: IAgentRuntime,
    request: CodingRequest,
    emit: (event: CodingEvent) => void,
  ): Promise<CodingResult>;
  propose(agent: IAgentRuntime, proposal: CodeProposal): Promise<ProposalResult>;
  rename(renaming: Renaming): Promise<FileEdit>;
  complete(agent: IAgentRuntime, request: CompletionRequest): Promise<CompletionResult>;
  /** Ends the process that parses. */
  close(): Promise<void>;
  /** The same as actions, for the chat and for programs. */
  plugin: Plugin;
}

export function createCoding(given: Omit<CodingParts, 'syntax'>): Coding {
  const parts: CodingParts = { ...given, syntax: createSyntax() };
  const { complete } = createCompleter(parts);
  return {
    run: (agent, request, emit) => runTask({ agent, request, parts, emit }),
    propose: (agent, proposal) => propose(agent, proposal, parts.syntax),
    rename: (renaming) => renameInFile(renaming, parts.syntax),
    complete,
    close: () => parts.syntax.close(),
    plugin: {
      name: 'coding',
      description: 'Explains, changes, tests, reviews and finds code.',
      dependencies: ['bootstrap'],
      actions: codingActions(parts),
    },
  };
}
