import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { NATIVE_TARGETS, type NativeTarget } from './native.ts';
import { packageExtension } from './packageExtension.ts';
import { Complaint, main } from './progress.ts';

/** The platform that was asked for; undefined for the package that runs on all. */
function chosenTarget(given: string | undefined): NativeTarget | undefined {
  const target = NATIVE_TARGETS.find((known) => known === given);
  if (given === undefined || target !== undefined) return target;
  throw new Complaint(
    `There is no native runtime for ${given}, only for ${NATIVE_TARGETS.join(', ')}. ` +
      'Without --target, the package runs on all platforms.',
  );
}

main(async () => {
  const { values } = parseArgs({ options: { target: { type: 'string' } } });
  const file = await packageExtension(chosenTarget(values.target));
  const { size } = await stat(file);
  process.stdout.write(`${file} (${(size / 1e6).toFixed(1)} MB)\n`);
  return 0;
});
