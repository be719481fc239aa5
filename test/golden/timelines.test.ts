// Recordings of a real control plane, replayed: every figure beside ours, with the spread of the runs and the tolerance.
import { describe, expect, test } from 'vitest';
import { Comparison } from './timelines/compare.ts';
import { tableOf } from './timelines/fidelity.ts';
import { recordings } from './timelines/recording.ts';

describe('timelines of a real control plane', () => {
  test.each(recordings().map((one) => [`${one.group}/${one.name}`, one] as const))('%s', (name, recording) => {
    const comparison = new Comparison(recording);
    process.stdout.write(`${tableOf(comparison)}\n`);
    const different = comparison.disagreeing.map(({ phase, figure, theirs, ours, tolerance }) => {
      return `${phase}: ${figure}: theirs ${theirs.join(' ')}, ours ${ours.join(' ')}, ${tolerance?.text ?? ''}`;
    });
    expect(different, name).toEqual([]);
  });
});
