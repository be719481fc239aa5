// Whether results can be written where they would be.
import { existsSync, mkdtempSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { writeReason } from '../../lib/write-reason.ts';
import { shown } from '../shown-path.ts';
import { type Finding, note, ok, problem } from './finding.ts';

/** A sweep of some hundred jobs leaves so much. */
const FEW_BYTES = 2 ** 30;

/** Tries what a run does: a folder, a file in it, its final name. Leaves nothing behind, and does not make `folder`. */
export function folderFinding(folder: string): Finding {
  let there = resolve(folder);
  while (!existsSync(there) && there !== dirname(there)) there = dirname(there);
  const check = 'results';
  let own: string | undefined;
  try {
    own = mkdtempSync(join(there, '.wavetank-doctor-'));
    writeFileSync(join(own, 'a.partial'), 'a');
    renameSync(join(own, 'a.partial'), join(own, 'a'));
  } catch (error) {
    return problem(
      check,
      `${shown(resolve(folder))} cannot be written: ${writeReason(error)}`,
      'Name a folder of yours with --out.',
    );
  } finally {
    if (own !== undefined) rmSync(own, { recursive: true, force: true });
  }
  const { bavail, bsize } = statfsSync(there);
  const free = bavail * bsize;
  const found = `${shown(resolve(folder))} can be written; ${(free / 2 ** 30).toFixed(1)} GiB are free`;
  if (free < FEW_BYTES) return note(check, found, 'Use --summaries-only for large sweeps, or another disk with --out.');
  return ok(check, found);
}
