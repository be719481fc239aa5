// The figure of what NetworkPolicies forbade.
import { sum } from 'd3-array';
import type { Figure } from './figure.ts';

export const denialFigures: readonly Figure[] = [
  {
    pattern: 'network.denied',
    title: 'Connections that NetworkPolicies forbade',
    unit: 'count',
    gauge: false,
    wholeRun: false,
    better: 'lower',
    meaning: 'Connections that NetworkPolicies forbade, of pods and of clients outside.',
    measure: ({ span: { from, to } }, { measure }) => {
      const intervals = measure.denials?.byInterval.slice(from, to) ?? [];
      return intervals.length === 0 ? undefined : sum(intervals.flat(), ({ connections }) => connections);
    },
  },
];
