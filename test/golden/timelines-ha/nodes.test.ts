// Recorded: kubelets that are cut off from the control plane for 30 s and for 120 s. All figures of all runs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { agree, goldenFolder, hasRecords } from '../harness.ts';
import { type Figures, phasesOf, replay } from './partition-run.ts';

const FOLDER = 'timelines-ha/nodes';
const CASES = ['partition-3of10-30s', 'partition-3of10-120s'];
/** How long an instant of the recordings may be off that a busy machine delays: in run 6 of 120 s a request takes 2 s, and there are two. */
const BUSY_MS = 4000;
/** The node monitor looks every so often. */
const MONITOR_MS = 5000;

type Value = number | readonly number[] | null;
interface Summary {
  readonly figures: Readonly<Record<string, { readonly values: readonly Value[] }>>;
}
interface Setup {
  readonly actions_of_each_run: readonly (readonly { readonly t: number; readonly what: string }[])[];
}

interface Compared {
  readonly run: string;
  readonly figure: string;
  readonly recorded: number | readonly number[];
  readonly simulated: Figures;
  readonly recordedRun: Figures;
  readonly healMs: number;
}

/** What is said of the recording itself, of the leaders and of etcd, or holds other things than numbers. */
const OTHER = /^(quality|lease|raft)\/|outcomes|gap_from|gap_to|created_to_scheduled/;

/** Distance of an instant to what brings it about: both of the recording and of the simulation lie between these. */
const AFTER: Readonly<Record<string, readonly [string, number, number]>> = {
  'evictions/first_ms': ['nodes/first_noexecute_ms', 29_900, 30_500],
  'evictions/last_ms': ['nodes/first_noexecute_ms', 49_000, 51_500],
  'pods/created_first_ms': ['evictions/first_ms', 0, 500],
  'pods/unready_first_ms': ['nodes/ready_unknown_ms', -100, 500],
};

const first = (value: number | readonly number[]): number => (typeof value === 'number' ? value : Math.min(...value));

function judge({ figure, recorded, simulated, recordedRun, healMs }: Compared): string | undefined {
  const got = simulated[figure];
  const differs = `recorded ${JSON.stringify(recorded)}, simulated ${JSON.stringify(got)}`;
  const near = (most: number): string | undefined => {
    const [a, b] = [recorded, got].map((value) =>
      typeof value === 'number' ? [value] : [...value].sort((x, y) => x - y),
    );
    return a.length === b.length && a.every((value, i) => Math.abs(value - b[i]) <= most) ? undefined : differs;
  };
  const after = AFTER[figure];
  if (after !== undefined) {
    const [cause, least, most] = after;
    const outside = [recordedRun, simulated].some((run) => {
      const us = first(run[figure]) - first(run[cause]);
      return us < least || us > most;
    });
    return outside ? `${differs}; expected ${least} to ${most} ms after ${cause}` : undefined;
  }
  switch (figure) {
    case 'nodes/last_renewal_to_unknown_ms': {
      const values = got as readonly number[];
      const wrong =
        values.length !== (recorded as readonly number[]).length || values.some((ms) => ms < 50_000 || ms > 56_000);
      return wrong ? differs : undefined;
    }
    case 'nodes/ready_unknown_ms':
      return near(MONITOR_MS + 700);
    case 'nodes/first_noexecute_ms': {
      // Ten seconds from one to the next, and the first with the first node that is Unknown (or the limiter's next token).
      const wrong = [recordedRun, simulated].some((run) => {
        const at = [...(run[figure] as readonly number[])].sort((a, b) => a - b);
        const waits = at[0] - first(run['nodes/ready_unknown_ms']);
        return waits < 0 || waits > 10_500 || at.slice(1).some((ms, i) => Math.abs(ms - at[i] - 10_000) > 500);
      });
      return wrong || (got as readonly number[]).length !== (recorded as readonly number[]).length
        ? differs
        : undefined;
    }
    case 'nodes/ready_again_ms': {
      const early = (got as readonly number[]).some((ms) => ms < healMs);
      return early ? differs : near(BUSY_MS);
    }
    case 'pods/deleted_first_ms':
      // The watch dials with a back-off that has jitter.
      return first(got) < healMs ? differs : near(6000);
    case 'pods_scheduled/longest_gap_ms':
    case 'pods_created_by_replicaset/longest_gap_ms':
      // Where pods were created before the cut, the gap is the time without any.
      return (recorded as number) > 50_000 ? undefined : near(500);
    case 'kubelets/closed_first_ms':
      return near(300);
    case 'kubelets/failed_requests':
    case 'kubelets/closed_all_connections_n':
      return near(4);
    default:
      return near(0);
  }
}

function compared(name: string): Compared[] {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(goldenFolder(), FOLDER, name, file), 'utf8'));
  const { figures } = read('summary.json') as Summary;
  const runs = (read('setup.json') as Setup).actions_of_each_run;
  return runs.flatMap((actions, index) => {
    const healMs = actions.find(({ what }) => what === 'heal')?.t ?? Number.NaN;
    const forMs = healMs - (actions.find(({ what }) => what === 'partition')?.t ?? Number.NaN);
    const simulated = replay(phasesOf(`${FOLDER}/${name}/runs/run${index + 1}.jsonl.gz`), forMs);
    const all = Object.entries(figures).flatMap(([figure, { values }]) => {
      const value = values.at(index);
      return OTHER.test(figure) || value === null || value === undefined ? [] : [[figure, value] as const];
    });
    const recordedRun = Object.fromEntries(all);
    // The nodes had no pods left of an earlier run: nothing is evicted there.
    const hadPods = recordedRun['evictions/deleting_n'] !== 0;
    return all
      .filter(([figure]) => hadPods || !/^(pods|evictions)/.test(figure))
      .map(([figure, recorded]) => ({ run: `${name} ${index + 1}`, figure, recorded, simulated, recordedRun, healMs }));
  });
}

it.skipIf(!hasRecords(FOLDER))(
  'kubelets that are cut off: every figure of every run',
  () => {
    agree('timelines-ha nodes/partition', CASES.flatMap(compared), judge);
  },
  120_000,
);
