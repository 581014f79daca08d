import { looksSecret } from '../paths.ts';

/** A diff as git prints it, without the files that look like files of secrets. */
export function withoutSecrets(diff: string): string {
  return diff
    .split(/^(?=diff --git )/m)
    .filter((file) => !pathsOf(file).some(looksSecret))
    .join('');
}

/** The paths in the head of a file's diff; git puts those with unusual letters between quotes. */
function pathsOf(file: string): string[] {
  const [head = ''] = file.split('\n', 1);
  return head.split(/\s+"?[ab]\//).map((path) => path.replace(/"$/, ''));
}
