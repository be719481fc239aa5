// How many nodes there are.
import { aggregated, type Figure } from './figure.ts';

export const nodeFigures: readonly Figure[] = [
  {
    pattern: 'nodes.count',
    title: 'Nodes',
    unit: 'count',
    gauge: true,
    wholeRun: false,
    better: 'lower',
    meaning: 'Nodes that have registered, ready or not.',
    measure: ({ span: { from, to }, aggregate }, { measure }) =>
      aggregated(measure.nodePools.nodeCounts.slice(from, to), aggregate),
  },
];
