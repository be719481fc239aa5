// What became of etcd and of the requests to the API servers, where they may fail.
import type { ClusterState } from '../../model/state.ts';
import { aggregated, type Figure } from './figure.ts';

function total(
  pattern: string,
  title: string,
  unit: Figure['unit'],
  meaning: string,
  of: (counts: ClusterState['controlPlane'], durationUs: number) => number,
): Figure {
  return {
    pattern,
    title,
    unit,
    gauge: false,
    wholeRun: true,
    better: 'lower',
    meaning,
    measure: (_question, { state, durationUs }) => of(state.controlPlane, durationUs),
  };
}

const ofDatabase = 'Where the control plane may die.';

export const controlPlaneFigures: readonly Figure[] = [
  {
    pattern: 'etcd.size',
    title: 'Size of the database of etcd',
    unit: 'count',
    gauge: true,
    wholeRun: false,
    better: 'lower',
    meaning: `Size of the database of etcd, in bytes. ${ofDatabase}`,
    measure: ({ span: { from, to }, aggregate }, { measure }) =>
      measure.etcd === undefined ? undefined : aggregated(measure.etcd.sizes(from, to), aggregate),
  },
  {
    pattern: 'etcd.alarms',
    title: 'Alarms NOSPACE of etcd',
    unit: 'count',
    gauge: false,
    wholeRun: true,
    better: 'lower',
    meaning: `How often the database of etcd was full. ${ofDatabase}`,
    measure: (_question, { measure }) => measure.etcd?.alarms,
  },
  {
    pattern: 'etcd.without_space',
    title: 'Time in which etcd refused writes for want of space',
    unit: 'us',
    gauge: false,
    wholeRun: true,
    better: 'lower',
    meaning: `Time in which the database of etcd was full and writes were refused. ${ofDatabase}`,
    measure: (_question, { measure }) => measure.etcd?.fullUs,
  },
  total(
    'etcd.leader_changes',
    'Leaders of etcd elected',
    'count',
    'Leaders that the members of etcd elected since the start.',
    ({ leaderChanges }) => leaderChanges,
  ),
  total(
    'etcd.without_quorum',
    'Time without a quorum of etcd',
    'us',
    'Time in which etcd could not commit a write: too few members, or no leader yet.',
    ({ withoutQuorumUs, lostQuorumUs }, durationUs) =>
      withoutQuorumUs + (lostQuorumUs < 0 ? 0 : durationUs - lostQuorumUs),
  ),
  total(
    'api.failed_writes',
    'Writes that failed with a server or etcd',
    'count',
    'Writes to the API server that failed because a server could not be reached, or etcd did not answer.',
    ({ failedWrites }) => failedWrites,
  ),
  total(
    'api.failed_reads',
    'Reads that failed with a server or etcd',
    'count',
    'Reads from the API server that failed because a server could not be reached, or etcd did not answer.',
    ({ failedReads }) => failedReads,
  ),
];
