import { codeBlock } from '../../../guard/fence.ts';
import { isSecretPath } from '../../../guard/secrets.ts';
import { ZoeyError } from '../../../kernel/errors.ts';
import type { CodeProposal, OpenFile, ProposalResult } from '../../../types/coding.ts';
import type { FileEdit } from '../../../types/edit.ts';
import type { IAgentRuntime } from '../../../types/runtime.ts';
import { readWhole } from '../../../workspace/piece.ts';
import { wholeCode } from '../answers/code.ts';
import { editFromAnswer } from '../answers/edit.ts';
import { definitionsIn } from '../answers/extent.ts';
import { bodiesOf, isBlank, readSource, type Source, trimBlank } from '../answers/lines.ts';
import { newFile } from '../answers/newFile.ts';
import { type EditedFile, editTo } from '../answers/outcome.ts';
import { safePath, samePath } from '../answers/paths.ts';
import { unusable } from '../answers/refusal.ts';
import type { Syntax } from '../syntax/syntax.ts';
import { candidatesFor } from './candidates.ts';

/**
 * A reviewable change of a code block, in the file that the person chose, or in the one that it is plainly meant
 * for. Where that is not plain, the files it may be meant for.
 */
export async function propose(
  agent: IAgentRuntime,
  proposal: CodeProposal,
  syntax: Syntax,
): Promise<ProposalResult> {
  if (isBlank(proposal.code)) throw unusable('holds no code.');
  if (proposal.path !== undefined) {
    return applied({ agent, proposal, syntax }, { path: proposal.path, reason: 'It was chosen.' });
  }
  const { certain, candidates } = await candidatesFor(agent, proposal);
  if (!certain) return { kind: 'unsure', candidates };
  try {
    return await applied({ agent, proposal, syntax }, certain);
  } catch (error) {
    // Elided code is no better in another file.
    if (ZoeyError.from(error).code !== 'unusable_answer' || /leaves code out/.test(String(error)))
      throw error;
    return { kind: 'unsure', candidates };
  }
}

interface Proposing {
  agent: IAgentRuntime;
  proposal: CodeProposal;
  syntax: Syntax;
}

async function applied(
  { agent, proposal, syntax }: Proposing,
  { path, reason }: { path: string; reason: string },
): Promise<ProposalResult> {
  const file = await fileAt(agent, proposal.open, path);
  if (!file) return { kind: 'edit', edit: await made(path, proposal.code, syntax), reason };
  const edit = await editOf(file, proposal, syntax);
  return edit ? { kind: 'edit', edit, reason } : { kind: 'unchanged', path: file.path };
}

/** As the editor shows it, else as it is on disk; undefined where there is none. */
async function fileAt(
  agent: IAgentRuntime,
  open: readonly OpenFile[],
  path: string,
): Promise<OpenFile | undefined> {
  const shown = open.find((file) => file.path === path) ?? open.find((file) => samePath(file.path, path));
  if (shown) return shown;
  if (isSecretPath(path))
    throw new ZoeyError('invalid_input', `${path} may hold secrets, so it is not changed.`);
  const { workspace } = agent.run.caller;
  if (workspace === undefined) return undefined;
  try {
    const { text } = await readWhole(workspace, path);
    return { path, text, active: false };
  } catch (error) {
    if (ZoeyError.from(error).code === 'not_found') return undefined;
    throw error;
  }
}

async function editOf(
  { path, text, languageId }: OpenFile,
  { code, language }: CodeProposal,
  syntax: Syntax,
): Promise<FileEdit | undefined> {
  const given = { answer: codeBlock(code, language), path, text, languageId };
  try {
    return (await editFromAnswer(given, syntax)).edit;
  } catch (error) {
    if (ZoeyError.from(error).code !== 'unusable_answer' || !isNew(code, text)) throw error;
    const edit = await editTo({ file: given, ...appended(code, given) }, syntax);
    const note = 'Nothing like it is in the file: it is added at the end.';
    return edit && { ...edit, notes: [...edit.notes, note] };
  }
}

/** The file with the code at its end, an empty line before it. */
function appended(code: string, given: EditedFile): { source: Source; after: string[] } {
  const source = readSource(given.text);
  const { bodies } = source;
  const last = bodies.findLastIndex((line) => !isBlank(line)) + 1;
  const added = wholeCode(trimBlank(bodiesOf(code)), bodies, given);
  return { source, after: [...bodies.slice(0, last), '', ...added, ...bodies.slice(last)] };
}

/** It defines something, and nothing that the file has. */
function isNew(code: string, text: string): boolean {
  const own = definitionsIn(bodiesOf(code)).map(({ name }) => name);
  const there = new Set(definitionsIn(bodiesOf(text)).map(({ name }) => name));
  return own.length > 0 && own.every((name) => !there.has(name));
}

async function made(path: string, code: string, syntax: Syntax): Promise<FileEdit> {
  const safe = safePath(path);
  if (safe === undefined) throw new ZoeyError('invalid_input', `No file may be made at ${path}.`);
  const text = `${wholeCode(trimBlank(bodiesOf(code)), [], { path: safe }).join('\n')}\n`;
  const { edit, broken } = await newFile({ path: safe, text }, syntax);
  return broken === undefined ? edit : { ...edit, notes: [`Line ${broken} does not parse.`] };
}
