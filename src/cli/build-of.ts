// What this program is, to those who may only share work with an equal one.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { programHash, version } from '../library/package.ts';
import type { Build } from '../sweep/queue/keys.ts';

/** `plugins`: files that were loaded already. */
export function buildOf(plugins: readonly string[]): Build {
  return {
    version: version(),
    program: programHash(),
    plugins: plugins.map((file) => createHash('sha256').update(readFileSync(file)).digest('hex')),
  };
}
