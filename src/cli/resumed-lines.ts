// What --resume says of what it found.
import { counted } from '../lib/plural.ts';
import type { Resumption } from '../sweep/resumption.ts';

/** Nothing where there was nothing. */
export function resumedLines(found: Resumption, jobs: number): string[] {
  const { kept, ofOtherProgram, ofOtherInput, changed, changedSlightly } = found;
  if (kept + ofOtherProgram + ofOtherInput === 0) return [];
  const lines = [`--resume: ${kept} of ${counted(jobs, 'job')} are kept`];
  if (ofOtherProgram > 0)
    lines.push(`  ${counted(ofOtherProgram, 'job')} of another version or build of wavetank: run again`);
  if (ofOtherInput > 0) {
    const what = changed.size === 0 ? 'options have changed' : `${[...changed].join(', ')} changed`;
    lines.push(`  ${counted(ofOtherInput, 'job')} of other input (${what}): run again`);
  }
  if (changedSlightly.size > 0) {
    lines.push(
      `  ${[...changedSlightly].join(', ')} changed, but nothing that decides what happens in the jobs that are kept`,
    );
  }
  return lines;
}
