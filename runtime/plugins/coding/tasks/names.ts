import * as z from 'zod';
import { ZoeyError } from '../../../kernel/errors.ts';
import { parseLooseJson } from '../../../pipeline/looseJson.ts';
import { askModel } from '../ask.ts';
import type { Task } from '../parts.ts';
import { rename } from '../prompts/rename.ts';
import { fill } from '../prompts/template.ts';
import { surroundings } from '../surroundings.ts';
import { placeOf, readTarget } from '../target.ts';
import { quotedCode } from '../wording.ts';

const MAX_NAMES = 5;
const ANSWER_TOKENS = 150;
const Names = z.object({ names: z.array(z.string().max(100)).max(20) });
const IDENTIFIER = /^[$@#]?[\p{L}_$][\p{L}\p{N}_$]*[?!]?$/u;

/** Better names for a symbol, in the style of the present one. */
export const suggestNames: Task = async (context) => {
  const present = context.request.instruction.trim();
  if (!IDENTIFIER.test(present)) {
    throw new ZoeyError('invalid_input', 'There is no name here to change.', {
      hint: 'Put the cursor on a name.',
    });
  }
  const target = await readTarget(context);
  const { text, references, dropped, model, usage } = await askModel(context, {
    system: rename.system,
    text: `${quotedCode(target)}\n\n${fill(rename.ask, { instruction: present, place: placeOf(target) })}`,
    pieces: await surroundings(context, target),
    schema: z.toJSONSchema(Names, { io: 'input' }),
    answerTokens: ANSWER_TOKENS,
  });
  const names = namesIn(text, present);
  if (names.length === 0)
    throw new ZoeyError('unusable_answer', 'The answer holds no name that could be used.');
  return { kind: 'names', names, references, dropped, model, ...(usage && { usage }) };
};

/** The names of an answer that are names, each once, written as the present one is. */
export function namesIn(answer: string, present: string): string[] {
  const json = parseLooseJson(answer);
  const read = Names.safeParse(Array.isArray(json) ? { names: json } : json);
  const given = read.success
    ? read.data.names
    : [...answer.matchAll(/`([^`\s]+)`/g)].map(([, name]) => name ?? '');
  const styled = given.map((name) => inStyle(name.trim().replace(/\(\)$/, ''), present));
  return [...new Set(styled)].filter((name) => IDENTIFIER.test(name) && name !== present).slice(0, MAX_NAMES);
}

/** `snake_case`, `camelCase`, `PascalCase` or `SCREAMING_CASE`, whichever the present name is. */
function inStyle(name: string, present: string): string {
  const lead = /^[$@#_]*/.exec(present)?.[0] ?? '';
  const bare = present.slice(lead.length);
  const own = name.replace(/^[$@#_]+/, '');
  const words = own
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
    .split(/[_\s-]+/)
    .filter(Boolean);
  const low = words.map((word) => word.toLowerCase());
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
  if (/^[\p{Lu}\d_]+$/u.test(bare) && bare.length > 1) return lead + low.join('_').toUpperCase();
  if (bare.includes('_')) return lead + low.join('_');
  if (/^\p{Lu}/u.test(bare)) return lead + words.map(capital).join('');
  if (/^\p{Ll}+$/u.test(bare) && own.includes('_')) return lead + low.join('_');
  return lead + words.map((word, i) => (i === 0 ? word.toLowerCase() : capital(word))).join('');
}
