import * as z from 'zod';
import { redact } from '../guard/secrets.ts';
import type { IAgentRuntime } from '../types/runtime.ts';
import { parseLooseJson } from './looseJson.ts';

/** The most that a small model is given to look at, in characters. */
const MAX_TEXT = 6_000;

export interface JsonQuestion<T> {
  /** What to do, and what the answer looks like. */
  instruction: string;
  /** What it is about. Its end is kept where it is too long. */
  text: string;
  schema: z.ZodType<T>;
  /** Bound of the answer, in tokens. */
  maxTokens: number;
}

/**
 * One short question to the small model, answered by JSON that fits the schema. Undefined where the answer
 * does not, after what is nearly JSON was repaired. Rejects where the model fails.
 */
export async function askJson<T>(runtime: IAgentRuntime, question: JsonQuestion<T>): Promise<T | undefined> {
  const { instruction, text, schema, maxTokens } = question;
  const answer = await runtime.useModel('TEXT_SMALL', {
    messages: [
      { role: 'system', content: instruction },
      { role: 'user', content: redact(text).text.slice(-MAX_TEXT) },
    ],
    maxTokens,
    temperature: 0,
    think: false,
    responseFormat: { type: 'json_object' },
    schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  });
  const parsed = schema.safeParse(parseLooseJson(answer));
  return parsed.success ? parsed.data : undefined;
}
