// Figures of gangs that train: how far they are, how many work together, what was lost.
import type { Gang } from '../../training/gang.ts';
import { aggregated, type Figure, qualified } from './figure.ts';

const gauge = (
  part: string,
  title: string,
  column: 'progress_ratio' | 'members',
  unit: Figure['unit'],
  meaning: string,
): Figure => ({
  pattern: `training.<workload>.${part}`,
  title,
  unit,
  gauge: true,
  wholeRun: false,
  better: 'higher',
  meaning,
  measure: ({ span: { from, to }, names, aggregate }, { measure }) =>
    aggregated(measure.training.values(qualified(names['workload']), column, from, to), aggregate),
});

const whole = (
  part: string,
  title: string,
  unit: Figure['unit'],
  better: Figure['better'],
  meaning: string,
  of: (gang: Gang, endUs: number) => number | undefined,
): Figure => ({
  pattern: `training.<workload>.${part}`,
  title,
  unit,
  gauge: false,
  wholeRun: true,
  better,
  meaning,
  measure: ({ names }, { measure, durationUs }) => {
    const gang = measure.training.gangOf(qualified(names['workload']));
    return gang === undefined ? undefined : of(gang, durationUs);
  },
});

/** A share of the time that steps took. */
const ofSteps = (us: number, { computeUs, reduceUs }: Gang): number | undefined =>
  computeUs + reduceUs === 0 ? undefined : us / (computeUs + reduceUs);

export const trainingFigures: readonly Figure[] = [
  gauge('progress', 'Training of <workload>, progress', 'progress_ratio', 'ratio', 'Steps done, as a share of all.'),
  gauge('members', 'Members of <workload>', 'members', 'count', 'Pods that train together; 0 while some are missing.'),
  whole(
    'duration',
    'Training of <workload>, duration',
    'us',
    'lower',
    'From the first member to the last step.',
    ({ startedUs, finishedUs }) => (finishedUs < 0 ? Infinity : finishedUs - startedUs),
  ),
  whole(
    'lostWork',
    'Training of <workload>, lost work',
    'us',
    'lower',
    'Time since the last checkpoint when a member was lost, summed up.',
    ({ lostUs }) => lostUs,
  ),
  whole(
    'begins',
    'Training of <workload>, begun',
    'count',
    'lower',
    'Times training has started, the first included.',
    ({ begins }) => begins,
  ),
  whole(
    'goodput',
    'Training of <workload>, goodput',
    'ratio',
    'higher',
    'Share of the time since the first member that went into steps which counted.',
    ({ startedUs, finishedUs, keptUs }, endUs) => {
      const took = (finishedUs < 0 ? endUs : finishedUs) - startedUs;
      return took === 0 ? undefined : keptUs / took;
    },
  ),
  whole(
    'stragglers',
    'Training of <workload>, waiting for the slowest',
    'ratio',
    'lower',
    'Share of the time of steps in which members on average waited for the slowest of them.',
    (gang) => ofSteps(gang.stragglerUs, gang),
  ),
  whole(
    'allReduce',
    'Training of <workload>, all-reduce',
    'ratio',
    'lower',
    'Share of the time of steps that went into all-reduce.',
    (gang) => ofSteps(gang.reduceUs, gang),
  ),
];
