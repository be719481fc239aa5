// etcd alone against recordings of the real one: elections, lost writes, hand-over, quorum lost and back.
import { describe, expect, it } from 'vitest';
import { agree } from './harness.ts';
import { comparedFigures, SimulatedRuns } from './timelines-ha/agreement.ts';
import { etcdComparisons } from './timelines-ha/etcd-comparisons.ts';
import { simulateEtcd } from './timelines-ha/etcd-run.ts';
import { hasGroup, readRuns } from './timelines-ha/recordings.ts';

const GROUP = 'etcd-only';
const SEEDS = 12;
const PACE_MS = 100;

describe.runIf(hasGroup(GROUP))('etcd alone', () => {
  const runs = hasGroup(GROUP) ? readRuns(GROUP) : [];
  const simulated = new SimulatedRuns(
    SEEDS,
    (run) => run,
    (run, seed) => simulateEtcd(run, seed, PACE_MS),
  );

  it('does what the real one did', () => {
    const compared = comparedFigures(runs, (run) => etcdComparisons(run, PACE_MS));
    agree('timelines-ha etcd-only', compared, (one) => {
      const of = one.comparison.ofCase === true ? runs.filter((other) => other.case === one.run.case) : [one.run];
      return simulated.disagreement(one, of);
    });
  });

  it('finds a new leader as soon as the real one, on average', () => {
    const elections = runs
      .filter((run) => run.case.includes('leader-kill9'))
      .flatMap((run) => simulated.of(run).map((figures) => figures.get('raft/first_new_leader_ms')))
      .filter((ms): ms is number => typeof ms === 'number');
    const mean = elections.reduce((sum, ms) => sum + ms, 0) / elections.length;
    expect(mean).toBeGreaterThan(1150);
    expect(mean).toBeLessThan(1450);
  });
});
