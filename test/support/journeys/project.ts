/** A small project to ask about: its words are found by search, and its lines can be cited. */
export const project: Readonly<Record<string, string>> = {
  'src/net/client.ts': `import { delay } from './delay';
import type { Options } from './options';

/** Sends requests, and tries again when the server refuses. */
export class Client {
  constructor(private readonly options: Options) {}

  async request(path: string): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await fetch(new URL(path, this.options.origin));
      } catch (error) {
        await delay(100 * 2 ** attempt);
      }
    }
  }
}
`,
  'src/net/options.ts': `export interface Options {
  origin: string;
  /** How often a request is tried before the last error is thrown. */
  retries: number;
}
`,
  'src/net/delay.ts': `export function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
`,
  'src/cart/total.ts': `export interface Item {
  price: number;
  quantity: number;
}

/** The sum of a cart in cents. */
export function total(items: readonly Item[]): number {
  return items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
}
`,
  'README.md': '# Corner shop\n\nA small shop: a cart, and a client that talks to the warehouse.\n',
};

/** What a model could say about it: a citation, a list, and code of a file. */
export const answerText = `The loop in \`request\` never looks at \`options.retries\`, so it **tries again forever** while the server refuses [1].

1. Stop after the number of attempts that the options name.
2. Throw the last error, so that callers hear of it.

\`\`\`ts src/net/client.ts:8-16
async request(path: string): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetch(new URL(path, this.options.origin));
    } catch (error) {
      if (attempt === this.options.retries) throw error;
      await delay(100 * 2 ** attempt);
    }
  }
}
\`\`\`

The waiting time still doubles with each attempt, which spares a server that is busy.`;

/** Search without meaning is enough for most: the weights of the model take a processor for seconds in each window. */
export const BY_WORDS = { 'zoey.embedding.model': 'none/none' };

/** So many different words, that an answer lasts. */
export const longText = (words: number): string =>
  Array.from({ length: words }, (_, index) => `word${index + 1}`).join(' ');
