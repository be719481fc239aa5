// Leaders that die, freeze, wake up and come back, against recordings of real control planes.
import { describe, expect, it } from 'vitest';
import { agree } from './harness.ts';
import { comparedFigures, SimulatedRuns } from './timelines-ha/agreement.ts';
import { leaderComparisons } from './timelines-ha/leader-comparisons.ts';
import { simulateLeaders } from './timelines-ha/leader-run.ts';
import { hasGroup, readRuns, type Run } from './timelines-ha/recordings.ts';

const SEEDS = 10;
/** So many are enough for a mean over all cases, and for a bound. */
const SOME_SEEDS = 5;

/** Runs of one case differ in their chance only. */
const simulated = new SimulatedRuns(SEEDS, (run) => run.case, simulateLeaders);

const compare = (group: string, runs: readonly Run[]): void =>
  agree(`timelines-ha ${group}`, comparedFigures(runs, leaderComparisons), (compared) =>
    simulated.disagreement(compared),
  );

describe.runIf(hasGroup('leader-election'))('leader election', () => {
  const runs = hasGroup('leader-election') ? readRuns('leader-election') : [];

  it('does what the real one did', () => compare('leader-election', runs), 120_000);

  it('takes over as late as the real one, on average', () => {
    const ms = runs
      .filter((run) => run.index === 0 && /-kill9$|kcm-stop/.test(run.case) && !run.case.includes('down60'))
      .flatMap((run) =>
        simulated.of(run, SOME_SEEDS).flatMap((figures) => {
          const component = run.case.startsWith('kcm') ? 'kcm' : 'sched';
          return Number(figures.get(`lease/${component}/last_renewal_to_taken_ms`));
        }),
      );
    expect(Math.min(...ms)).toBeGreaterThan(15_000);
    expect(Math.max(...ms)).toBeLessThan(24_000);
    const mean = ms.reduce((sum, one) => sum + one, 0) / ms.length;
    expect(mean).toBeGreaterThan(17_700);
    expect(mean).toBeLessThan(19_100);
  });

  it('binds no more pods a second than its client may, once the burst is used up', () => {
    const run = runs.find((one) => one.case.includes('200pods'));
    for (const figures of run === undefined ? [] : simulated.of(run, SOME_SEEDS))
      expect(figures.get('burst/rate_after_first_100_per_s')).toBeLessThan(55);
  });
});

describe.runIf(hasGroup('nodes'))('nodes that die while nobody watches them', () => {
  const runs = hasGroup('nodes') ? readRuns('nodes').filter((run) => run.case.includes('nodes-die')) : [];

  it(
    'are found by the next controller manager as by the real one',
    () => compare('nodes/kcm-down90-nodes-die', runs),
    120_000,
  );
});
