// Queue orders and backfilling in whole worlds: the examples of the papers that they come from.
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../src/engine/counter.ts';
import { PodHeap } from '../../src/scheduler/queue/pod-heap.ts';
import type { Profile } from '../../src/model/settings/scheduler.ts';
import { QueuedPods } from '../../src/scheduler/framework/queued-pods.ts';
import { podsOf, runScenario } from '../support/world-rig.ts';
import type { PodRow } from '../../src/model/rows.ts';

interface Job {
  readonly name: string;
  readonly namespace?: string;
  readonly cpu: number;
  readonly memory?: string;
  /** Minutes that it says it will run, and that it runs; undefined: it says nothing, and never ends. */
  readonly says?: number;
  readonly runs?: number;
  /** Of a PriorityClass with value 100. */
  readonly important?: boolean;
  /** Seconds after its creation at which somebody deletes it. */
  readonly deleted?: number;
}

/** One node of so many CPUs and so much memory, to the byte; jobs come in their order, a second apart. */
function runJobs(
  scheduler: string | Profile,
  jobs: readonly Job[],
  { cpu = 4, memory = '16Gi', nodes = 1, gap = 1, cycle = '0', duration = '2h' } = {},
) {
  const chosen = typeof scheduler === 'string' ? { policy: { [scheduler]: {} } } : { profiles: [scheduler] };
  const behaviors = jobs.map(({ name, runs }) => {
    const ends = runs === undefined ? '' : `, crash: { after: ${runs}m, exitCode: 0 }`;
    return `    - { image: "job/${name}"${ends} }\n`;
  });
  const entries = jobs.map(
    ({ name, namespace = 'default', cpu: wanted, memory: some = '1Mi', says, important, deleted }, at) => {
      const annotations = says === undefined ? {} : { annotations: { 'wavetank/run-length': `${says}m` } };
      const object = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace, ...annotations },
        spec: {
          restartPolicy: 'Never',
          ...(important === true ? { priorityClassName: 'important' } : {}),
          containers: [
            { name: 'main', image: `job/${name}`, resources: { requests: { cpu: String(wanted), memory: some } } },
          ],
        },
      };
      const created = `    - { at: ${10 + at * gap}s, apply: ${JSON.stringify(object)} }\n`;
      if (deleted === undefined) return created;
      return `${created}    - { at: ${10 + at * gap + deleted}s, delete: { kind: Pod, name: ${name} } }\n`;
    },
  );
  const outcome = runScenario(`apiVersion: wavetank/v1
kind: Scenario
metadata: { name: jobs }
spec:
  duration: ${duration}
  interval: 1m
  preset: ideal
  cluster:
    nodePools:
      - name: node
        count: ${nodes}
        zones: [a]
        capacity: { cpu: ${cpu}, memory: ${memory}, pods: 110 }
        systemReserved: { cpu: 0, memory: 0 }
        evictionHard: { memory: 0, ephemeral-storage: 0 }
  scheduler: ${JSON.stringify({ ...chosen, cycle: { fixed: cycle } })}
  behaviors:
${behaviors.join('')}  timeline:
${entries.join('')}---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: important }
value: 100
`);
  const rows = podsOf(outcome);
  return {
    rows,
    /** Minutes from the first job's creation to a job's binding; infinite for one that is never bound. */
    startOf: (name: string): number => {
      const at = rows.find(({ pod }) => pod === name)?.scheduled_seconds ?? null;
      return at === null ? Infinity : (at - 10) / 60;
    },
  };
}

/** Back-offs are at most 10 s, and end with a whole second. */
const BACKOFF = 12 / 60;

describe('EASY backfilling', () => {
  // One machine of 4. `wide` waits for `first`, which ends after 10 minutes.
  const first: Job = { name: 'first', cpu: 3, says: 10, runs: 10 };
  const wide: Job = { name: 'wide', cpu: 4, says: 10, runs: 10 };
  const short: Job = { name: 'short', cpu: 1, says: 5, runs: 5 };
  const long: Job = { name: 'long', cpu: 1, says: 30, runs: 30 };

  it('lets a later pod go first that has ended when the head begins, and no other', () => {
    const { startOf } = runJobs('EasyBackfilling', [first, wide, long, short]);
    expect(startOf('short')).toBeLessThan(1);
    expect(startOf('wide')).toBeGreaterThanOrEqual(10);
    expect(startOf('wide')).toBeLessThan(10 + BACKOFF);
    // Not before the head, which takes the whole machine until 20.
    expect(startOf('long')).toBeGreaterThanOrEqual(20);
  });

  it('does what kube-scheduler does not: without it the head waits for the long one', () => {
    const { startOf } = runJobs('default', [first, wide, long, short]);
    expect(startOf('long')).toBeLessThan(1);
    expect(startOf('wide')).toBeGreaterThan(30);
  });

  it('lets a long pod go first that fits beside the reservation', () => {
    // At 10 minutes 4 are free and the head takes 3: one more may run for as long as it likes, a second one may not.
    const jobs = [{ ...first, cpu: 2 }, { ...wide, cpu: 3 }, long, { ...long, name: 'longer' }];
    const { startOf } = runJobs('EasyBackfilling', jobs);
    expect(startOf('long')).toBeLessThan(1);
    expect(startOf('wide')).toBeLessThan(10 + BACKOFF);
    expect(startOf('longer')).toBeGreaterThanOrEqual(10);
  });

  it('leaves the other nodes alone', () => {
    // The head will fit on the node of `first`, after 10 minutes; on the other one only after 30.
    const jobs = [first, { ...long, name: 'other', cpu: 3 }, wide, long];
    const { startOf, rows } = runJobs('EasyBackfilling', jobs, { nodes: 2 });
    expect(startOf('long')).toBeLessThan(1);
    expect(startOf('wide')).toBeLessThan(10 + BACKOFF);
    const nodeOf = (name: string) => rows.find(({ pod }) => pod === name)?.node;
    expect(nodeOf('wide')).toBe(nodeOf('first'));
    expect(nodeOf('long')).toBe(nodeOf('other'));
  });

  it('reserves for the next one when the head has begun', () => {
    // `wide` runs from 10 to 20; `second` (4 CPUs) comes next and must not wait for `long`.
    const second: Job = { ...wide, name: 'second' };
    const { startOf } = runJobs('EasyBackfilling', [first, wide, second, long]);
    expect(startOf('wide')).toBeLessThan(10 + BACKOFF);
    expect(startOf('second')).toBeLessThan(20 + 2 * BACKOFF);
    expect(startOf('long')).toBeGreaterThanOrEqual(30);
  });

  it('does not hold up a more important pod', () => {
    const { startOf } = runJobs('EasyBackfilling', [first, wide, { ...long, name: 'vip', important: true }]);
    expect(startOf('vip')).toBeLessThan(1);
  });

  it('reserves nothing where nobody can say when it will be', () => {
    const { startOf } = runJobs('EasyBackfilling', [{ name: 'endless', cpu: 3 }, wide, long]);
    expect(startOf('long')).toBeLessThan(1);
    expect(startOf('wide')).toBe(Infinity);
  });

  it('takes an overdue pod for one that may end at any moment', () => {
    // `first` says 10 minutes and runs 40: from 10 on, nobody may take what the head needs, however short.
    const late: Job = { ...short, name: 'late' };
    const { startOf } = runJobs('EasyBackfilling', [{ ...first, runs: 40 }, wide, late], { gap: 11 * 60 });
    expect(startOf('late')).toBeGreaterThanOrEqual(40);
    expect(startOf('wide')).toBeLessThan(40 + BACKOFF);
  });

  it('forgets a head that is deleted', () => {
    const jobs = [first, { ...wide, deleted: 3 }, { ...long, name: 'before' }, { ...long, name: 'after' }];
    const { startOf } = runJobs('EasyBackfilling', jobs, { gap: 2 });
    expect(startOf('after')).toBeLessThan(1);
    // Whoever was held back is asked again when something changes in the cluster, and there is no room then until `first` has ended.
    expect(startOf('before')).toBeGreaterThanOrEqual(10);
    expect(startOf('before')).toBeLessThan(10 + BACKOFF);
  });

  describe('never delays the first pod that has to wait, whatever comes behind', () => {
    const random = new CounterRandom(11, 'jobs');
    const cases = Array.from({ length: 16 }, (_, at) => {
      const jobs = Array.from({ length: 12 }, (__, index): Job => {
        const minutes = 2 + random.int(8);
        return { name: `j${index}`, cpu: 1 + random.int(5), says: minutes, runs: minutes };
      });
      return [at, jobs] as const;
    });
    const CPUS = 8;
    const GAP = 1;
    /** As long as it takes until all have begun. */
    const SHORT = { cpu: CPUS, gap: GAP, duration: '50m' };

    /** The first job that does not fit beside those before it, and when it will: in minutes since the first one came. */
    const firstBlocked = (jobs: readonly Job[]) => {
      let used = 0;
      const at = jobs.findIndex(({ cpu }) => {
        used += cpu;
        return used > CPUS;
      });
      if (at < 0) return undefined;
      const running = jobs.slice(0, at).map(({ cpu, runs = 0 }, index) => ({ cpu, end: runs + (index * GAP) / 60 }));
      let free = CPUS - running.reduce((sum, { cpu }) => sum + cpu, 0);
      for (const { cpu, end } of running.toSorted((one, other) => one.end - other.end)) {
        free += cpu;
        if (free >= jobs[at].cpu) return { name: jobs[at].name, shadow: end };
      }
      return undefined;
    };
    // A process is seen to have ended within a second, and its pod starts within one as well.
    const SLACK = BACKOFF + 3 / 60;

    it.each(cases)('jobs %i', (_, jobs) => {
      const blocked = firstBlocked(jobs);
      if (blocked === undefined) return;
      const { startOf } = runJobs('EasyBackfilling', jobs, SHORT);
      expect(startOf(blocked.name)).toBeLessThanOrEqual(blocked.shadow + SLACK);
      expect(jobs.every(({ name }) => startOf(name) < Infinity)).toBe(true);
    });

    it('which happens without it', () => {
      const late = cases.slice(0, 8).filter(([, jobs]) => {
        const blocked = firstBlocked(jobs);
        return blocked && runJobs('default', jobs, SHORT).startOf(blocked.name) > blocked.shadow + SLACK;
      });
      expect(late.length).toBeGreaterThan(1);
    });
  });

  it('says what is wrong with a length', () => {
    expect(() => runJobs('EasyBackfilling', [{ ...first, says: -1 }])).toThrow(
      /wavetank\/run-length.*expected a duration/,
    );
  });
});

describe('conservative backfilling', () => {
  // One machine of 4. `first` ends at 10, `head` (2 CPUs) is to run from 10 to 20, `all` (4) from 20 to 30. `long` (1) fits beside `first` and `head`, and not beside `all`.
  const first: Job = { name: 'first', cpu: 3, says: 10, runs: 10 };
  const head: Job = { name: 'head', cpu: 2, says: 10, runs: 10 };
  const all: Job = { name: 'all', cpu: 4, says: 10, runs: 10 };
  const long: Job = { name: 'long', cpu: 1, says: 30, runs: 30 };
  const short: Job = { name: 'short', cpu: 1, says: 5, runs: 5 };
  const jobs = [first, head, all, long, short];

  it('delays none of those that wait, where EASY delays all but the first', () => {
    const { startOf } = runJobs('ConservativeBackfilling', jobs);
    expect(startOf('short')).toBeLessThan(1);
    expect(startOf('head')).toBeLessThan(10 + BACKOFF);
    expect(startOf('all')).toBeGreaterThanOrEqual(20);
    expect(startOf('all')).toBeLessThan(20 + 2 * BACKOFF);
    expect(startOf('long')).toBeGreaterThanOrEqual(30);
    const easy = runJobs('EasyBackfilling', jobs);
    expect(easy.startOf('long')).toBeLessThan(1);
    expect(easy.startOf('head')).toBeLessThan(10 + BACKOFF);
    expect(easy.startOf('all')).toBeGreaterThanOrEqual(30);
  });

  it('moves everybody forward where a pod ends early', () => {
    const { startOf } = runJobs('ConservativeBackfilling', [{ ...first, runs: 2 }, head, all, long]);
    expect(startOf('head')).toBeLessThan(2 + BACKOFF);
    expect(startOf('all')).toBeLessThan(12 + 2 * BACKOFF);
    expect(startOf('long')).toBeGreaterThanOrEqual(22);
  });

  it('reserves on each node', () => {
    // `head` goes where `first` was, at 10; `all` where `other` ends at 15. `long` may not hold up either.
    const other: Job = { ...first, name: 'other', says: 15, runs: 15 };
    const { startOf, rows } = runJobs('ConservativeBackfilling', [first, other, { ...all, name: 'head' }, all, long], {
      nodes: 2,
    });
    const nodeOf = (name: string) => rows.find(({ pod }) => pod === name)?.node;
    expect([nodeOf('head'), nodeOf('all')]).toEqual([nodeOf('first'), nodeOf('other')]);
    expect(startOf('all')).toBeLessThan(15 + BACKOFF);
    expect(startOf('long')).toBeGreaterThanOrEqual(20);
  });

  it('does not hold up a more important pod', () => {
    expect(
      runJobs('ConservativeBackfilling', [first, head, { ...long, important: true }]).startOf('long'),
    ).toBeLessThan(1);
  });

  describe('with lengths that are right, each job starts when it could be said at its arrival', () => {
    const CPUS = 8;
    const GAP = 1;
    const SHORT = { cpu: CPUS, gap: GAP, duration: '50m' };
    const random = new CounterRandom(12, 'jobs');
    const cases = Array.from({ length: 4 }, (_, at) => {
      const some = Array.from({ length: 10 }, (__, index): Job => {
        const minutes = 2 + random.int(10);
        return { name: `j${index}`, cpu: 1 + random.int(6), says: minutes, runs: minutes };
      });
      return [at, some] as const;
    });

    /** Minutes, by a profile of what is taken when: each job in turn as early as those before it allow. */
    const promised = (some: readonly Job[]): number[] => {
      const planned: { from: number; to: number; cpu: number }[] = [];
      for (const [index, { cpu, runs = 0 }] of some.entries()) {
        const arrival = (index * GAP) / 60;
        const taken = (at: number): number =>
          planned.reduce((sum, one) => sum + (one.from <= at && at < one.to ? one.cpu : 0), 0);
        const fits = (from: number): boolean =>
          [from, ...planned.map((one) => one.from).filter((at) => at > from && at < from + runs)].every(
            (at) => taken(at) + cpu <= CPUS,
          );
        const from = [arrival, ...planned.map(({ to }) => to)]
          .filter((at) => at >= arrival)
          .sort((a, b) => a - b)
          .find(fits);
        planned.push({ from: from ?? Infinity, to: (from ?? Infinity) + runs, cpu });
      }
      return planned.map(({ from }) => from);
    };
    /** Each end is seen, and answered, some seconds late: so often at most as there were jobs before. */
    const late = (index: number): number => index * (BACKOFF + 3 / 60);

    it.each(cases)('jobs %i', (_, some) => {
      const { startOf } = runJobs('ConservativeBackfilling', some, SHORT);
      for (const [index, from] of promised(some).entries()) {
        expect(startOf(`j${index}`), `j${index}`).toBeLessThanOrEqual(from + late(index) + 0.1);
      }
    });

    it('which EASY does not keep', () => {
      const broken = cases.filter(([, some]) => {
        const { startOf } = runJobs('EasyBackfilling', some, SHORT);
        return promised(some).some((from, index) => startOf(`j${index}`) > from + late(index) + 0.1);
      });
      expect(broken.length).toBeGreaterThan(0);
    });
  });
});

describe('dominant resource fairness', () => {
  // Ghodsi et al., section 4.1: 9 CPUs and 18 GB; tasks of A take (1, 4), tasks of B (3, 1).
  const jobs = ['a', 'b'].flatMap((namespace) =>
    Array.from({ length: 8 }, (_, index): Job => {
      const task = namespace === 'a' ? { cpu: 1, memory: '4Gi' } : { cpu: 3, memory: '1Gi' };
      return { name: `${namespace}${index}`, namespace, ...task };
    }),
  );
  /** Users in the order in which their pods were bound. All pods wait when the first of them is taken. */
  const bound = (scheduler: string | Profile): string => {
    const { rows } = runJobs(scheduler, jobs, { cpu: 9, memory: '18Gi', gap: 0, cycle: '1s' });
    const placed = rows.filter((row) => row.scheduled_seconds !== null);
    return placed
      .toSorted((one, other) => (one.scheduled_seconds ?? 0) - (other.scheduled_seconds ?? 0))
      .map(({ namespace }) => namespace.toUpperCase())
      .join('');
  };
  const name = 'DominantResourceFairness';
  const weighted = (weights: Readonly<Record<string, number>>): Profile => ({
    schedulerName: 'default-scheduler',
    plugins: { queueSort: { disabled: [{ name: '*' }], enabled: [{ name }] } },
    pluginConfig: [{ name, args: { weights } }],
  });

  it('gives A three tasks and B two, as in the paper, in the order of their dominant shares', () => {
    // Shares after each: A 4/18; B 3/9; A 8/18; B 6/9 (3/9 < 8/18); A 12/18. Then neither fits.
    expect(bound(name)).toBe('ABABA');
  });

  it('differs from the order of arrival, in which A takes all the memory that it can', () => {
    expect(bound('default')).toBe('AAAAB');
  });

  it('shares by weight', () => {
    // B three times as important: A 4/18; B 1/9, then 2/9. A third one does not fit beside the first of A.
    expect(bound(weighted({ b: 3 }))).toBe('ABBAA');
    // B has had its one task, 1/3; A is a thousandth of its share as long as there is memory.
    expect(bound(weighted({ a: 1000 }))).toBe('ABAAA');
  });
});

it('a heap whose order has changed pops in the new order', () => {
  const random = new CounterRandom(3, 'heap');
  for (let size = 0; size < 60; size += 1) {
    const pods = new QueuedPods();
    pods.ensure(64 as PodRow);
    const keys = Array.from({ length: size }, () => random.int(20));
    const heap = new PodHeap(pods, (a, b) => (keys[a] !== keys[b] ? keys[a] < keys[b] : a < b));
    for (let row = 0; row < size; row += 1) heap.push(row as PodRow);
    for (let row = 0; row < size; row += 1) keys[row] = random.int(20);
    heap.reorder();
    const popped: number[] = [];
    while (heap.head >= 0) {
      popped.push(keys[heap.head]);
      heap.remove(heap.head);
    }
    expect(popped).toEqual(keys.toSorted((a, b) => a - b));
  }
});
