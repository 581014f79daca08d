import type { RunContext } from '../types/components.ts';
import type {
  GenerateTextParams,
  ModelInput,
  ModelTypeName,
  SamplingParams,
  TextModelTypeName,
} from '../types/model.ts';
import type { SettingValue } from '../types/runtime.ts';

const TEXT_TYPES: Record<TextModelTypeName, string> = {
  TEXT_SMALL: 'TEXT_SMALL',
  TEXT_LARGE: 'TEXT_LARGE',
  REASONING_SMALL: 'TEXT_REASONING_SMALL',
  REASONING_LARGE: 'TEXT_REASONING_LARGE',
  TEXT_COMPLETION: 'TEXT_COMPLETION',
};

/** Each parameter, and how it is called in settings. */
const SAMPLING: Record<keyof SamplingParams, string> = {
  maxTokens: 'MAX_TOKENS',
  temperature: 'TEMPERATURE',
  topP: 'TOP_P',
  topK: 'TOP_K',
  minP: 'MIN_P',
  seed: 'SEED',
  repetitionPenalty: 'REPETITION_PENALTY',
  frequencyPenalty: 'FREQUENCY_PENALTY',
  presencePenalty: 'PRESENCE_PENALTY',
};

export function isTextType(type: ModelTypeName): type is TextModelTypeName {
  return Object.hasOwn(TEXT_TYPES, type);
}

/**
 * What a text model's handler is given. What the call says beats what is set for its type
 * (`TEXT_SMALL_TEMPERATURE`), which beats what is set for all (`DEFAULT_TEMPERATURE`).
 */
export function textParams(
  type: TextModelTypeName,
  input: ModelInput<TextModelTypeName>,
  { run, getSetting }: { run: RunContext; getSetting(key: string): SettingValue },
): GenerateTextParams {
  const set: SamplingParams = {};
  for (const [param, name] of Object.entries(SAMPLING) as [keyof SamplingParams, string][]) {
    const value =
      numberOf(getSetting(`${TEXT_TYPES[type]}_${name}`)) ?? numberOf(getSetting(`DEFAULT_${name}`));
    if (value !== undefined) set[param] = value;
  }
  const said = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const prompt = input.messages?.map(({ role, content }) => `${role}: ${content}`).join('\n\n') ?? '';
  return { prompt, ...set, ...said, run };
}

function numberOf(value: SettingValue): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
