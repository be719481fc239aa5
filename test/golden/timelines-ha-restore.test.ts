// Restores of etcd against recordings of real ones: which revision follows which, how long the outage is, and when a leader is there again.
import { describe, it } from 'vitest';
import { agree } from './harness.ts';
import { hasGroup, readRuns } from './timelines-ha/recordings.ts';
import { type Restored, restoreAgain } from './timelines-ha/restore-run.ts';

const GROUP = 'restore';
const BUMP = 1e9;

interface Check {
  readonly figure: string;
  readonly recorded: unknown;
  readonly agrees: (simulated: Restored) => boolean;
}

describe.runIf(hasGroup(GROUP))('a restore', () => {
  const runs = hasGroup(GROUP) ? readRuns(GROUP) : [];

  it('is what the real one is', () => {
    const checks = runs.flatMap((run): (Check & { readonly simulated: Restored })[] => {
      const bump = run.case.includes('bump') ? BUMP : 0;
      const simulated = restoreAgain(run.case, run.index, bump);
      const number = (path: string): number => Number(run.figures.get(path));
      const [snapshot, last, after] = ['snapshot_rv', 'last_rv_before', 'first_rv_after'].map((name) =>
        number(`restore/${name}`),
      );
      const leader = number('raft/first_new_leader_ms');
      const list: Check[] = [
        {
          // What was there after it lies above the snapshot by the bump and a few writes.
          figure: 'restore/first_rv_after',
          recorded: after,
          agrees: ({ afterRv, snapshotRv }) =>
            within(after - snapshot - bump, 0, 200) && within(afterRv - snapshotRv - bump, 0, 200),
        },
        {
          figure: 'restore/last_rv_before',
          recorded: last,
          agrees: ({ lastRv, snapshotRv, afterRv }) =>
            last > snapshot && lastRv > snapshotRv && after > last === afterRv > lastRv,
        },
        {
          figure: 'raft/first_new_leader_ms',
          recorded: leader,
          agrees: ({ leaderMs }) => Math.abs(leaderMs - leader) < 2000,
        },
        {
          figure: 'blind until the revision passes',
          recorded: bump === 0,
          agrees: ({ blind }) => blind === (bump === 0),
        },
      ];
      return list.map((check) => ({ ...check, simulated }));
    });
    agree('timelines-ha restore', checks, ({ figure, recorded, agrees, simulated }) =>
      agrees(simulated) ? undefined : `${figure}: recorded ${String(recorded)}, simulated ${JSON.stringify(simulated)}`,
    );
  });
});

function within(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
