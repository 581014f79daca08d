/** A model worth having for code on a common machine. Bytes are of the download, approximate. */
export interface Suggestion {
  name: string;
  bytes: number;
  note: string;
}

/** What is offered first: a fair answer on a machine with 8 GB of memory and no graphics card. */
export const recommended: Suggestion = {
  name: 'qwen3:4b',
  bytes: 2.5e9,
  note: 'A good start for 8 GB of memory. Can reason.',
};

/** Smallest first. */
export const suggestions: readonly Suggestion[] = [
  { name: 'qwen2.5-coder:1.5b', bytes: 1.0e9, note: 'Small and quick, for code. Runs nearly everywhere.' },
  { name: 'llama3.2:3b', bytes: 2.0e9, note: 'For talk more than for code.' },
  recommended,
  { name: 'qwen2.5-coder:7b', bytes: 4.7e9, note: 'Better at code. Wants 16 GB of memory.' },
  { name: 'gpt-oss:20b', bytes: 13.8e9, note: 'Strong, and reasons. Wants 24 GB of memory.' },
];
