/** Does one step of a script: says that it begins, and how many seconds it took. */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  process.stdout.write(`${name}\n`);
  const start = performance.now();
  const result = await work();
  process.stdout.write(`  done in ${seconds(start)} s\n`);
  return result;
}

/** Seconds since `start` (of `performance.now()`), with one decimal. */
export const seconds = (start: number): string => ((performance.now() - start) / 1000).toFixed(1);

/** Something that the person at the terminal can mend: shown without a stack. */
export class Complaint extends Error {}

/** Runs a script's main function and turns what it throws into a message and exit status 1. */
export function main(work: () => Promise<number>): void {
  work().then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      const text = error instanceof Error && !(error instanceof Complaint) ? error.stack : String(error);
      process.stderr.write(`${(text ?? '').replace(/^Error: /, '')}\n`);
      process.exitCode = 1;
    },
  );
}
