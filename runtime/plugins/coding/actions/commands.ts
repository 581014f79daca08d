import type { CodingTask } from '../../../types/coding.ts';

/** A task as the chat and programs call it. */
export interface Command {
  name: string;
  /** What it is called by in the chat: "/explain". */
  slash: string;
  task: CodingTask;
  description: string;
  /** Its words are the model's own, and are said as they come. */
  streams: boolean;
}

/** The tasks that need no editor but a path, or what is attached. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'EXPLAIN_CODE',
    slash: 'explain',
    task: 'explain',
    streams: true,
    description: 'Explain code or an error.',
  },
  {
    name: 'FIX_CODE',
    slash: 'fix',
    task: 'fix',
    streams: true,
    description: 'Mend what is wrong in code, as a change to review.',
  },
  {
    name: 'EDIT_CODE',
    slash: 'edit',
    task: 'edit',
    streams: true,
    description: 'Change code as told, as a change to review.',
  },
  {
    name: 'REFACTOR_CODE',
    slash: 'refactor',
    task: 'refactor',
    streams: true,
    description: 'Refactor code, as a change to review.',
  },
  {
    name: 'WRITE_TESTS',
    slash: 'tests',
    task: 'tests',
    streams: true,
    description: "Write tests with the project's own framework.",
  },
  {
    name: 'DOCUMENT_CODE',
    slash: 'doc',
    task: 'document',
    streams: true,
    description: 'Write doc comments in the style of the language.',
  },
  {
    name: 'REVIEW_CHANGES',
    slash: 'review',
    task: 'review',
    streams: false,
    description: 'Look for mistakes in a diff.',
  },
  {
    name: 'WRITE_COMMIT_MESSAGE',
    slash: 'commit',
    task: 'commit',
    streams: false,
    description: 'Write a commit message for a diff.',
  },
  {
    name: 'FIND_CODE',
    slash: 'find',
    task: 'find',
    streams: true,
    description: 'Find places of the workspace. Works without a model.',
  },
  {
    name: 'SUMMARISE_CODE',
    slash: 'summarise',
    task: 'summarise',
    streams: true,
    description: 'Summarise a file or a folder.',
  },
  {
    name: 'EXPLAIN_TRACE',
    slash: 'trace',
    task: 'explainTrace',
    streams: true,
    description: 'Explain a stack trace. Its places are found without a model.',
  },
];
