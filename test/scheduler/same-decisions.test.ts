// What the scheduler remembers and looks up in indexes changes nothing: decisions about 300 clusters, each made in three ways.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { CounterRandom } from '../../src/engine/counter.ts';
import { family, member } from '../../src/lib/family.ts';
import { Decision } from '../../src/scheduler/decision.ts';
import { schedulePod } from '../../src/scheduler/schedule-pod.ts';
import { fitError } from '../../src/scheduler/framework/fit-error.ts';
import type { Handle, Plugin } from '../../src/scheduler/framework/interface.ts';
import { schedulerPlugins } from '../../src/scheduler/plugins/index.ts';
import type { PodInfo } from '../../src/scheduler/framework/pod-info.ts';
import type { ScoreObserver } from '../../src/scheduler/framework/installed.ts';
import type { Framework } from '../../src/scheduler/framework/runtime/framework.ts';
import { RandomCluster } from '../support/random-clusters.ts';
import { SchedulerCluster } from '../support/scheduler-cluster.ts';
import type { NodeRow } from '../../src/model/rows.ts';

/** Who watches the scores has every plugin asked about every node. */
const plain: ScoreObserver = { raw: () => undefined, normalized: () => undefined };

interface Tally {
  placed: number;
  rejected: number;
  /** Decisions that were looked up. */
  indexed: number;
}

/** Lives through the changes of one cluster; throws at the first difference. `nominating`: pods that were rejected wait for a node. */
function live(seed: number, steps: number, tally: Tally, extra: readonly Plugin[] = [], nominating = false): void {
  const random = new CounterRandom(seed, 'same decisions');
  const drawn = new RandomCluster(random);
  const { nodes, percentageOfNodesToScore } = drawn;
  const cluster = new SchedulerCluster(drawn.surroundings);
  const { cache, state, reasons } = cluster;
  for (let i = 0; i < nodes; i += 1) cluster.setNode(drawn.node(i));
  const framework = withPlugins(cluster, percentageOfNodesToScore, extra);
  const ways = [
    new Decision(cache, 'heap', random, cluster.nominations),
    new Decision(cache, 'heap', random, cluster.nominations, false),
    new Decision(cache, 'heap', random, cluster.nominations),
  ];
  const [indexed, remembering, asking] = ways;
  const running: PodInfo[] = [];
  for (let step = 0; step < steps; step += 1) {
    const pod = cluster.addPod(drawn.pod(step));
    schedulePod(indexed, framework, pod);
    const found = outcome(indexed, framework, cluster);
    tally.indexed += indexed.filtered > 0 && indexed.examined.end === 0 ? 1 : 0;
    schedulePod(remembering, framework, pod);
    const remembered = outcome(remembering, framework, cluster);
    const columns = seen(remembering);
    schedulePod(asking, framework, pod, plain);
    const asked = outcome(asking, framework, cluster);
    const askedColumns = seen(asking);
    // An expectation of each decision would take longer than the decision.
    if (found !== asked || remembered !== asked || columns !== askedColumns) {
      expect(
        { found, remembered, columns },
        `seed ${seed}, pod ${step} of ${JSON.stringify(pod.podClass.spec)}`,
      ).toEqual({
        found: asked,
        remembered: asked,
        columns: askedColumns,
      });
    }
    if (indexed.node >= 0) {
      tally.placed += 1;
      cluster.place(pod, indexed.node, false);
      running.push(pod);
    } else {
      tally.rejected += 1;
    }
    if (nominating) nominate(pod);
    change();
  }

  /** At most three pods are nominated, of a lower priority than most, the same or a higher one. */
  function nominate({ row, epoch, podClass }: PodInfo): void {
    const { nominations } = cluster;
    if (random.int(4) > 0) return;
    const [oldest] = nominations.all();
    if (nominations.size === 3) nominations.remove(oldest.pod);
    if (cache.nodeOf(row, epoch) >= 0) return;
    nominations.add({
      pod: row,
      podClass,
      epoch,
      node: random.int(nodes) as NodeRow,
      priority: podClass.priority + random.int(3) - 1,
    });
  }

  function change(): void {
    const what = random.int(10);
    if (what < 3 && running.length > 0) {
      const [pod] = running.splice(random.int(running.length), 1);
      if (random.int(2) === 0) cache.remove(pod.row);
      else cache.terminating(pod.row, false);
    }
    if (what === 4) cluster.setNode(drawn.node(random.int(nodes)));
    if (what === 5) cache.removeNode(state.findNode(`n-${random.int(nodes)}`));
    if (what === 6) cluster.addObject({ apiVersion: 'v1', kind: 'Service', metadata: { name: `s-${random.u32()}` } });
  }

  function withPlugins(on: SchedulerCluster, percentage: number, plugins: readonly Plugin[]): Framework {
    const members = plugins.map((plugin, i) =>
      member({ name: `Extra${i}`, summary: '', args: z.strictObject({}), create: (_args, _handle: Handle) => plugin }),
    );
    const all = family<Handle, Plugin>('all', '', [...schedulerPlugins.members, ...members]);
    const enabled = members.map(({ name }) => ({ name }));
    const profile = { schedulerName: 'default-scheduler', plugins: { multiPoint: { enabled } } };
    return on.framework({ percentageOfNodesToScore: percentage, profiles: [profile] }, all);
  }

  function outcome(decision: Decision, by: Framework, on: SchedulerCluster): string {
    const { node, filtered, found: feasible, scored, best, nextStart, rejectedBy } = decision;
    const message = node < 0 ? fitError(decision, by, reasons) : '';
    return `${node < 0 ? 'none' : on.state.nodeName(node)}: ${filtered} filtered, ${feasible} feasible, ${scored} scored, total ${best}, next ${nextStart}, rejected by ${rejectedBy} ${message}`;
  }
}

/** Every column of a decision that was not looked up. */
function seen({ examined, verdicts, feasible, totals, scored }: Decision): string {
  const codes = verdicts.codes.subarray(0, examined.end);
  // What a node that passed was said of before has no meaning.
  const because = (column: ArrayLike<number>): number[] => [...codes].map((code, i) => (code === 0 ? 0 : column[i]));
  return [
    examined.rows.subarray(0, examined.end),
    codes,
    because(verdicts.plugins),
    because(verdicts.reasons),
    feasible.rows.subarray(0, feasible.end),
    totals.subarray(0, scored),
  ].join('\n');
}

it('300 clusters decide the same with and without indexes and memory', () => {
  const tally: Tally = { placed: 0, rejected: 0, indexed: 0 };
  for (let seed = 1; seed <= 300; seed += 1) live(seed, 80, tally);
  process.stdout.write(`24,000 decisions in three ways: ${JSON.stringify(tally)}\n`);
  expect(tally.placed).toBeGreaterThan(12_000);
  expect(tally.rejected).toBeGreaterThan(1200);
  expect(tally.indexed).toBeGreaterThan(7000);
});

it('150 clusters decide the same while pods are nominated', () => {
  const tally: Tally = { placed: 0, rejected: 0, indexed: 0 };
  for (let seed = 1; seed <= 150; seed += 1) live(seed, 80, tally, [], true);
  process.stdout.write(`12,000 decisions beside nominated pods: ${JSON.stringify(tally)}\n`);
  expect(tally.indexed).toBeGreaterThan(1500);
});

it('scores that are not whole numbers are added up in one order only', () => {
  const thirds: Plugin = {
    local: true,
    score(_pod, nodes, scores) {
      for (let i = 0; i < nodes.end; i += 1) scores[i] = (nodes.rows[i] % 7) / 3;
    },
  };
  const tally: Tally = { placed: 0, rejected: 0, indexed: 0 };
  for (let seed = 1; seed <= 10; seed += 1) live(seed, 80, tally, [thirds]);
  expect(tally.indexed).toBe(0);
});

it('a plugin whose promise to be local is broken is found out', () => {
  const liar = (): Plugin => {
    let asked = 0;
    return {
      local: true,
      score(_pod, nodes, scores) {
        asked += 1;
        for (let i = 0; i < nodes.end; i += 1) scores[i] = (nodes.rows[i] * asked) % 50;
      },
    };
  };
  expect(() => live(1, 80, { placed: 0, rejected: 0, indexed: 0 }, [liar()])).toThrow('seed 1');
});
