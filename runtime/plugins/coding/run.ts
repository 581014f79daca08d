import type { CodingResult, CodingTask } from '../../types/coding.ts';
import type { Task, TaskContext } from './parts.ts';
import { change } from './tasks/change.ts';
import { commitMessage } from './tasks/commit.ts';
import { generateCode } from './tasks/generate.ts';
import { suggestNames } from './tasks/names.ts';
import { findPlaces, followTrace } from './tasks/places.ts';
import { reviewChange } from './tasks/review.ts';
import { writeTests } from './tasks/tests.ts';
import { askAbout, explainChange, explainCode, summariseCode } from './tasks/understand.ts';

const TASKS: Record<CodingTask, Task> = {
  explain: explainCode,
  ask: askAbout,
  find: findPlaces,
  summarise: summariseCode,
  explainTrace: followTrace,
  explainCommit: explainChange,
  fix: change('fix'),
  refactor: change('refactor'),
  edit: change('edit'),
  document: change('document'),
  tests: writeTests,
  generate: generateCode,
  rename: suggestNames,
  review: reviewChange,
  commit: commitMessage,
};

/** Does a task with code. It proposes, and changes nothing. Stops with the run that the agent is bound to. */
export function runTask(context: TaskContext): Promise<CodingResult> {
  const { request, parts, emit } = context;
  emit({ type: 'work', work: { kind: 'reading', text: 'Reading the code', since: parts.clock() } });
  return TASKS[request.task](context);
}
