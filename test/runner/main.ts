import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/lib/folders.ts';
import { Complaint, main, step as progress, seconds } from '../../scripts/lib/progress.ts';
import type { Results } from '../support/reporter.ts';
import { endLeftovers, MARK } from './leftovers.ts';
import { type Need, preparations } from './needs.ts';
import { type Step, type StepContext, steps } from './steps.ts';

/** How many files are told with their times, and from how many milliseconds on. */
const SHOWN_TIMES = 10;
const SHOWN_MS = 1000;

const say = (text: string) => process.stdout.write(`${text}\n`);

function chosen(only: string | undefined): readonly Step[] {
  if (only === undefined) return steps;
  const names = only.split(',');
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new Complaint(`No step is called "${unknown}": ${steps.map(({ name }) => name).join(', ')}.`);
  }
  return steps.filter(({ name }) => names.includes(name));
}

/** Meets the needs of the chosen steps. What stays unmet is returned with the reason. */
async function prepare(selected: readonly Step[], signal: AbortSignal, total: Results) {
  const unmet = new Map<Need, string>();
  const needs = new Set(selected.flatMap((step) => [...step.needs, ...step.wants]));
  for (const need of needs) {
    const { title, prepare: meet } = preparations[need];
    try {
      const reason = await progress(title, () => meet(signal));
      if (reason !== undefined) unmet.set(need, reason);
    } catch (error) {
      report(total, { passed: 0, skipped: [], failed: [{ title, error: String(error) }] });
      unmet.set(need, `${title.toLowerCase()} failed`);
    }
  }
  return unmet;
}

/** Without its needs a step counts as skipped, or as failed where nobody would read that it was. */
function notRun(step: Step, reason: string): Results {
  const text = `${step.title}: did not run, since ${reason}`;
  say(text);
  return process.env.CI === 'true'
    ? { passed: 0, skipped: [], failed: [{ title: text, error: 'With CI=true every suite must run.' }] }
    : { passed: 0, skipped: [text], failed: [] };
}

function report(total: Results, results: Results): void {
  for (const { title, error } of results.failed) say(`\nFAILED ${title}\n${error}\n`);
  for (const title of results.skipped) say(`  skipped: ${title}`);
  total.passed += results.passed;
  total.failed.push(...results.failed);
  total.skipped.push(...results.skipped);
}

async function runStep(step: Step, context: StepContext, mark: string): Promise<Results> {
  say(step.title);
  const start = performance.now();
  const results = await step.run(context);
  const left = await endLeftovers(mark);
  for (const command of left) say(`  left behind, and ended: ${command.slice(0, 160)}`);
  say(`  ${counts(results)} in ${seconds(start)} s`);
  sayTimes(results.times ?? {});
  return results;
}

const needsNothing = ({ needs, wants }: Step) => needs.length === 0 && wants.length === 0;

/** The steps that need nothing, while what the others need is being brought. */
async function runEarly(selected: readonly Step[], context: StepContext, total: Results): Promise<void> {
  const run = async (step: Step) => {
    const start = performance.now();
    const results = await step.run(context);
    // In one piece: others are told of meanwhile.
    say(`${step.title}\n  ${counts(results)} in ${seconds(start)} s`);
    report(total, results);
  };
  await Promise.all(selected.filter(needsNothing).map(run));
}

function counts({ passed, failed, skipped }: Results): string {
  return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
}

/** Where the time of a step went: the files that took longest. */
function sayTimes(times: Readonly<Record<string, number>>): void {
  const longest = Object.entries(times).sort(([, a], [, b]) => b - a);
  for (const [file, ms] of longest.slice(0, SHOWN_TIMES)) {
    if (ms >= SHOWN_MS) say(`  ${(ms / 1000).toFixed(1).padStart(6)} s  ${path.relative(root, file)}`);
  }
}

main(async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' }, grep: { type: 'string' } } });
  const selected = chosen(values.only);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  const mark = randomUUID();
  process.env[MARK] = mark;
  const context = { signal: stop.signal, ...(values.grep !== undefined && { grep: values.grep }) };
  const total: Results = { passed: 0, skipped: [], failed: [] };
  const [unmet] = await Promise.all([
    prepare(selected, stop.signal, total),
    runEarly(selected, context, total),
  ]);
  for (const step of selected.filter((step) => !needsNothing(step))) {
    if (stop.signal.aborted) break;
    const reason = step.needs.flatMap((need) => unmet.get(need) ?? [])[0];
    report(total, reason === undefined ? await runStep(step, context, mark) : notRun(step, reason));
  }
  await endLeftovers(mark);
  if (stop.signal.aborted) say('Stopped before the end.');
  say(counts(total));
  return total.failed.length > 0 || total.passed === 0 || stop.signal.aborted ? 1 : 0;
});
