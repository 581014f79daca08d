import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/lib/folders.ts';

export interface Source {
  /** Relative to the checkout, with forward slashes. */
  file: string;
  text: string;
}

/** The texts of the checkout, those not committed yet included; what git ignores is left out. */
export function sources(pattern: RegExp): Source[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16_000_000,
  });
  return list
    .split('\0')
    .filter((file) => pattern.test(file))
    .flatMap((file) => {
      try {
        return [{ file, text: readFileSync(path.join(root, file), 'utf8') }];
      } catch {
        return []; // Deleted, and not committed yet.
      }
    });
}
