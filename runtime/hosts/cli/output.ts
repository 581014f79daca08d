import type { Writable } from 'node:stream';

/** Nobody reads what is written any more, as after `| head -1`. */
export class OutputClosed extends Error {}

/** Writes text and waits until it is taken. */
export type Write = (text: string) => Promise<void>;

/** Throws OutputClosed once the reader has gone. */
export function writerTo(stream: Writable): Write {
  // The callback below tells; without a listener the same error would end the process.
  stream.on('error', () => {});
  return (text) =>
    new Promise((resolve, reject) => {
      stream.write(text, (error) => {
        if (error) reject(new OutputClosed('The output is closed.', { cause: error }));
        else resolve();
      });
    });
}
