// Figures of ResourceQuotas: what is used of their limits.
import { aggregated, type Figure, qualified } from './figure.ts';

export const quotaFigures: readonly Figure[] = [
  {
    pattern: 'quota.<quota>.used_ratio',
    title: 'Used share of <quota>',
    unit: 'ratio',
    gauge: true,
    wholeRun: false,
    better: 'neither',
    meaning: 'The largest share of any of its limits that is used.',
    measure: ({ span: { from, to }, names, aggregate }, { measure }) =>
      aggregated(measure.quotas.share(qualified(names['quota']), from, to), aggregate),
  },
  {
    pattern: 'quota.<quota>.used.<resource>',
    title: '<resource> used of <quota>',
    unit: 'count',
    gauge: true,
    wholeRun: false,
    better: 'neither',
    meaning:
      'What is used of one of its limits, by its name (`pods`, `requests.cpu`): as a count, in cores or in bytes.',
    measure: ({ span: { from, to }, names, aggregate }, { measure }) =>
      aggregated(measure.quotas.used(qualified(names['quota']), names['resource'], from, to), aggregate),
  },
];
