// What became of etcd and of the requests to the API servers, where they may fail.
import type { ClusterState } from '../../model/state.ts';
import type { Figure } from './figure.ts';

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

export const controlPlaneFigures: readonly Figure[] = [
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
