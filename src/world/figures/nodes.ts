// How many nodes there are, and how many were taken back.
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
  {
    pattern: 'nodes.reclaimed',
    title: 'Spot machines taken back',
    unit: 'count',
    gauge: false,
    wholeRun: false,
    better: 'lower',
    meaning: 'Spot machines that the provider has taken back.',
    measure({ span: { from, to } }, { measure: { nodePools } }) {
      const until = nodePools.reclaims.at(to - 1);
      return to === 0 || until === undefined ? undefined : until - (from === 0 ? 0 : nodePools.reclaims[from - 1]);
    },
  },
];
