// API servers over etcd against recordings of real ones: what requests and watches meet when members or servers fail.
import { describe, it } from 'vitest';
import { agree } from './harness.ts';
import { comparedFigures, SimulatedRuns } from './timelines-ha/agreement.ts';
import { clusterComparisons } from './timelines-ha/cluster-comparisons.ts';
import { simulateCluster } from './timelines-ha/cluster-run.ts';
import { hasGroup, readRuns } from './timelines-ha/recordings.ts';

const SEEDS = 12;

describe.each(['etcd', 'apiserver'])('%s', (group) => {
  const runs = hasGroup(group) ? readRuns(group) : [];
  const simulated = new SimulatedRuns(SEEDS, (run) => run, simulateCluster);

  it.runIf(hasGroup(group))('does what the real one did', () => {
    agree(`timelines-ha ${group}`, comparedFigures(runs, clusterComparisons), (one) => {
      const of = one.comparison.ofCase === true ? runs.filter((other) => other.case === one.run.case) : [one.run];
      return simulated.disagreement(one, of);
    });
  });
});
