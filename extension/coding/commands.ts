import type * as vscode from 'vscode';
import type { Agent } from '../agent.ts';
import {
  type Ask,
  explainFile,
  explainProblem,
  explainTerminal,
  explainTrace,
  findInWorkspace,
  summarise,
} from './ask.ts';
import { document, edit, fix, generate, generateTests, type LightbulbTarget } from './changes.ts';
import { toggleCompletion } from './completion.ts';
import type { Findings } from './findings.ts';
import { suggestNames } from './rename.ts';
import type { EditReviews } from './review.ts';
import { commitMessage, explainCommit, reviewChanges } from './sourceControl.ts';

/** What the commands about code reach. */
export interface CodingTargets {
  agent: Pick<Agent, 'invoke'>;
  reviews: EditReviews;
  findings: Findings;
  ask: Ask;
}

interface CodingCommand {
  id: `zoey.${string}`;
  /** Key of its title in package.nls.json; absent where it is not in the palette. */
  title?: `command.${string}`;
  run(targets: CodingTargets, argument: unknown): unknown;
}

/** What is done with code, in the order of the menus. */
export const codingCommands: readonly CodingCommand[] = [
  {
    id: 'zoey.fix',
    title: 'command.fix',
    run: (targets, from) => fix(targets, from),
  },
  { id: 'zoey.edit', title: 'command.edit', run: (targets) => edit(targets, 'edit') },
  { id: 'zoey.refactor', title: 'command.refactor', run: (targets) => edit(targets, 'refactor') },
  { id: 'zoey.generate', title: 'command.generate', run: (targets) => generate(targets) },
  { id: 'zoey.generateTests', title: 'command.generateTests', run: (targets) => generateTests(targets) },
  { id: 'zoey.document', title: 'command.document', run: (targets) => document(targets) },
  { id: 'zoey.suggestNames', title: 'command.suggestNames', run: (targets) => suggestNames(targets) },
  { id: 'zoey.find', title: 'command.find', run: ({ ask }) => findInWorkspace(ask) },
  {
    id: 'zoey.explainFile',
    title: 'command.explainFile',
    run: ({ ask }, uri) => explainFile(ask, uri as vscode.Uri | undefined),
  },
  {
    id: 'zoey.summarise',
    title: 'command.summarise',
    run: ({ ask }, uri) => summarise(ask, uri as vscode.Uri | undefined),
  },
  { id: 'zoey.explainTrace', title: 'command.explainTrace', run: ({ ask }) => explainTrace(ask) },
  { id: 'zoey.explainTerminal', title: 'command.explainTerminal', run: ({ ask }) => explainTerminal(ask) },
  { id: 'zoey.explainProblem', run: ({ ask }, target) => explainProblem(ask, target as LightbulbTarget) },
  {
    id: 'zoey.reviewChanges',
    title: 'command.reviewChanges',
    run: (targets, of) => reviewChanges(targets, of as Repository),
  },
  { id: 'zoey.clearFindings', title: 'command.clearFindings', run: ({ findings }) => findings.clear() },
  {
    id: 'zoey.commitMessage',
    title: 'command.commitMessage',
    run: (targets, of) => commitMessage(targets, of as Repository),
  },
  { id: 'zoey.explainCommit', title: 'command.explainCommit', run: (targets) => explainCommit(targets) },
  { id: 'zoey.toggleCompletion', title: 'command.toggleCompletion', run: () => toggleCompletion() },
  { id: 'zoey.acceptChange', title: 'command.acceptChange', run: ({ reviews }) => reviews.accept('one') },
  { id: 'zoey.rejectChange', title: 'command.rejectChange', run: ({ reviews }) => reviews.reject('one') },
  { id: 'zoey.acceptAll', title: 'command.acceptAll', run: ({ reviews }) => reviews.accept('all') },
  { id: 'zoey.rejectAll', title: 'command.rejectAll', run: ({ reviews }) => reviews.reject('all') },
];

/** The repository whose title the button stands in; undefined from the palette. */
type Repository = { rootUri?: vscode.Uri } | undefined;
