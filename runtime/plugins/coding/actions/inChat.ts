import { ZoeyError } from '../../../kernel/errors.ts';
import { askModel, type Question } from '../ask.ts';
import type { TaskContext } from '../parts.ts';
import { targetOf, targetsOf } from '../target.ts';
import { changeQuestion } from '../tasks/change.ts';
import { othersNote } from '../tasks/others.ts';
import { testsQuestion } from '../tasks/tests.ts';

/** Files that are worked on one after the other. */
const MAX_FILES = 4;
/** What is about one file does not hold up the next. */
const OF_ONE_FILE: ReadonlySet<string> = new Set(['invalid_input', 'not_found', 'conflict']);

type Asking = (context: TaskContext) => Promise<{ path: string; question: Question }>;

/** `each`: the same is meant for every file that was attached. An instruction is for one, and the others are read. */
const ASKED: Readonly<Partial<Record<TaskContext['request']['task'], { each: boolean; ask: Asking }>>> = {
  fix: { each: true, ask: changing('fix') },
  document: { each: true, ask: changing('document') },
  tests: { each: true, ask: testing },
  refactor: { each: false, ask: changing('refactor') },
  edit: { each: false, ask: changing('edit') },
};

/**
 * Tasks that change code are answered in a conversation by the model's own words and code, under the file's name:
 * the block's Apply makes the reviewable change. Undefined for tasks that answer in words anyway.
 */
export async function answerInChat(context: TaskContext): Promise<{ model?: string } | undefined> {
  const { request } = context;
  const asked = ASKED[request.task];
  if (!asked) return undefined;
  const first = targetOf(request);
  const targets = asked.each ? targetsOf(request).slice(0, MAX_FILES) : [first];
  let model: string | undefined;
  for (const [i, target] of targets.entries()) {
    if (i > 0) context.emit({ type: 'text', delta: '\n\n' });
    let title = `\`${target.path}\`:\n\n`;
    try {
      // The editor was asked about the first.
      const symbols = i === 0 ? request.symbols : [];
      const { path, question } = await asked.ask({ ...context, request: { ...request, target, symbols } });
      context.emit({ type: 'text', delta: `\`${path}\`:\n\n` });
      title = '';
      ({ model } = await askModel(context, question));
    } catch (error) {
      const { code, message } = ZoeyError.from(error);
      if (targets.length === 1 || !OF_ONE_FILE.has(code)) throw error;
      context.emit({ type: 'text', delta: title + message });
    }
  }
  const note = othersNote(targetsOf(request), targets);
  if (note) context.emit({ type: 'text', delta: `\n\n${note}` });
  return { ...(model !== undefined && { model }) };
}

function changing(task: 'fix' | 'refactor' | 'edit' | 'document'): Asking {
  return async (context) => {
    const { question, target } = await changeQuestion(context, task);
    return { path: target.path, question };
  };
}

async function testing(context: TaskContext): Promise<{ path: string; question: Question }> {
  const { question, plan } = await testsQuestion(context);
  return { path: plan.file, question };
}
