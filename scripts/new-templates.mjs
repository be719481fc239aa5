// What `npm run new` writes: of each family a small member that works, and a test that asserts what it does.

const balancer = {
  says: 'picks an endpoint for a new connection',
  folder: 'src/network/balancers',
  memberName: 'pascal',
  source: ({
    constant,
    member,
  }) => `// Hot dialect: ${member}: the endpoint with the fewest open connections of a few drawn at random.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Balancer } from './balancer.ts';

export const ${constant} = member({
  name: '${member}',
  summary: 'Of a few endpoints drawn at random, the one to which the calling sidecar has the fewest connections open.',
  args: z.strictObject({ choices: z.int().min(1).default(2).describe('how many are drawn') }),
  create: ({ choices }): Balancer => ({
    countsConnections: true,
    choose(view) {
      let best = view.random(view.count);
      for (let drawn = 1; drawn < choices; drawn += 1) {
        const other = view.random(view.count);
        if (view.open(other) < view.open(best)) best = other;
      }
      return best;
    },
  }),
});
`,
  test: ({ member }) => `// Which endpoint ${member} picks.
import { expect, it } from 'vitest';
import { CounterRandom } from '../../engine/counter.ts';
import { balancers } from './index.ts';

it('takes the least loaded of those drawn', () => {
  const random = new CounterRandom(1, '${member}');
  const open = [9, 6, 4, 1];
  const view = {
    count: 4,
    random: (n: number) => random.int(n),
    open: (i: number) => open[i],
    reported: () => 0,
    sent: () => 0,
    memory: 0,
  };
  const balancer = balancers.create('${member}', { choices: 2 }, { nowUs: () => 0 });
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 16_000; i += 1) counts[balancer.choose(view)] += 1;
  // Of 16 pairs, endpoint i is the least loaded in 2i + 1; four standard errors of 16,000 draws are at most 253.
  for (const [i, count] of counts.entries()) expect(Math.abs(count - 1000 * (2 * i + 1))).toBeLessThan(253);
});
`,
};

const arrival = {
  says: 'says when requests come from outside',
  folder: 'src/traffic/arrivals',
  memberName: 'kebab',
  source: ({ constant, member }) => `// Hot dialect: ${member}: requests in pairs, the second at once after the first.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { rate } from '../../lib/units.ts';
import type { ArrivalContext, Arrivals } from './arrivals.ts';

export const ${constant} = member({
  name: '${member}',
  summary: 'Independent pairs of requests at a constant mean rate.',
  args: z.strictObject({
    rate: rate.refine((perSecond) => perSecond > 0, 'must be above 0').describe('mean number of requests'),
  }),
  create({ rate }, { random, startUs }: ArrivalContext): Arrivals {
    const meanUs = 2e6 / rate;
    let timeUs = startUs;
    let second = false;
    return {
      next() {
        if (!second) timeUs += meanUs * random.exponential();
        second = !second;
        return timeUs;
      },
    };
  },
});
`,
  test: ({ member }) => `// When ${member} lets requests arrive.
import { expect, it } from 'vitest';
import { CounterRandom } from '../../engine/counter.ts';
import { arrivals } from './index.ts';

it('comes in pairs, at the mean rate', () => {
  const random = new CounterRandom(1, '${member}');
  const process = arrivals.create('${member}', { rate: '100/s' }, { random, startUs: 5e6, nowUs: () => 0 });
  const times = Array.from({ length: 20_000 }, () => process.next());
  for (let i = 0; i < times.length; i += 2) expect(times[i + 1]).toBe(times[i]);
  // 20,000 at 100/s take 200 s; the standard error of 10,000 exponential gaps is 1 %.
  expect(Math.abs((times.at(-1) ?? 0) - 205e6)).toBeLessThan(8e6);
});
`,
};

const fault = {
  says: 'breaks something, at a time or at random',
  folder: 'src/faults/models',
  memberName: 'pascal',
  source: ({ constant, member }) => `// ${member}: every n-th machine stops for a time.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';

const args = z.strictObject({
  every: z.int().min(1).default(2).describe('1 is all machines, 2 every other one'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const ${constant} = member<FaultContext, Fault, typeof args>({
  name: '${member}',
  summary: 'Every n-th machine is silent for a time.',
  args,
  create({ every, for: length }, context) {
    const { cluster, outages } = context;
    return {
      fire() {
        const rows = cluster.nodes().map(({ row }) => row);
        const members = rows.filter((_, at) => at % every === 0);
        outages.hold(members, length === undefined ? undefined : context.draw(length), '${member}');
      },
    };
  },
});
`,
  test: ({ member }) => `// What ${member} takes down.
import { expect, it } from 'vitest';
import { CounterRandom } from '../../engine/counter.ts';
import { ClusterState } from '../../model/state.ts';
import { ClusterReader } from '../cluster-reader.ts';
import type { FaultContext } from '../fault.ts';
import { faults } from './index.ts';

it('holds every n-th machine', () => {
  const state = new ClusterState('1');
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    const amounts = { cpu: 1000, memory: 2 ** 30, pods: 110 };
    const spec = { taints: [], unschedulable: false, capacity: amounts, allocatable: amounts, hourlyCost: 0 };
    state.addNode({ name, labels: {}, ...spec }, 0);
  }
  const held: unknown[] = [];
  const context: FaultContext = {
    state,
    cluster: new ClusterReader(state),
    nowUs: () => 0,
    machinery: {
      crashNode: () => undefined,
      scrapNode: () => undefined,
      recoverNode: () => undefined,
      crashContainer: () => undefined,
      shutDownNode: () => undefined,
      stopKubelet: () => undefined,
      startKubelet: () => undefined,
      cutOff: () => undefined,
      reconnect: () => undefined,
    },
    outages: { hold: (nodes, forUs, what) => held.push([nodes, forUs, what]), grip: () => () => undefined, release: () => undefined, holdExternal: () => undefined },
    network: { disturb: () => () => undefined, fillConntrack: () => () => undefined, slowNames: () => () => undefined },
    strike: () => undefined,
    get powers(): never {
      throw new Error('not asked for');
    },
    processes: {
      list: [],
      find: () => undefined,
      signal: () => undefined,
      hold: () => undefined,
      letGo: () => undefined,
      slowDisk: () => () => undefined,
      expire: () => () => undefined,
      serves: () => true,
    },
    hosts: [],
    spot: { pools: [], running: () => [], reclaim: () => undefined },
    onJoin: () => undefined,
    alarm: () => () => undefined,
    random: new CounterRandom(1, '${member}'),
    knows: () => true,
    draw: () => 30e6,
    announce: () => undefined,
  };
  faults.create('${member}', { for: '30s' }, context).fire();
  faults.create('${member}', { every: 3 }, context).fire();
  expect(held).toEqual([
    [[0, 2, 4], 30e6, '${member}'],
    [[0, 3], undefined, '${member}'],
  ]);
});
`,
};

const rollout = {
  says: 'replaces the pods of a Deployment',
  folder: 'src/controllers/deployment/rollouts',
  memberName: 'pascal',
  source: ({
    constant,
    member,
  }) => `// ${member}: all new pods beside the old ones, then every request to the new ones, and after a time the old ones end.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { duration } from '../../../lib/units.ts';
import { isActiveSet } from '../../kit/deployment-objects.ts';
import type { Steps } from '../../kit/sync.ts';
import type { DeploymentSync } from '../deployment-sync.ts';
import type { Rollout, RolloutContext } from './rollout.ts';

export const ${constant} = member({
  name: '${member}',
  summary: 'Makes all new pods beside the old ones, sends every request to the new ones, and ends the old ones later.',
  args: z.strictObject({ keep: duration.default(30e6).describe('how long the old pods stay without requests') }),
  create({ keep }, context: RolloutContext): Rollout {
    let green = { name: '', endsUs: Infinity };
    return {
      *sync(work: DeploymentSync): Steps {
        const { newest, old } = yield* work.revisions(true);
        if (newest === undefined) return;
        if (newest.metadata.name !== green.name) green = { name: newest.metadata.name, endsUs: Infinity };
        yield* work.scaleTo(newest, work.desired);
        const available = newest.status?.availableReplicas ?? 0;
        const blue = old.find(isActiveSet);
        if (blue === undefined) context.setWeights();
        else if (available < work.desired && green.endsUs === Infinity) context.setWeights([blue, 1]);
        else {
          green.endsUs = Math.min(green.endsUs, context.nowUs + keep);
          context.setWeights([newest, 1]);
          if (context.nowUs < green.endsUs) context.alarm(green.endsUs);
          else for (const set of old) yield* work.scaleTo(set, 0);
        }
        yield* work.cleanUpWhenComplete(old);
        yield* work.reportProgress(newest, old);
      },
    };
  },
});
`,
  test: ({ member }) => `// How ${member} replaces pods, in a whole run.
import { expect, it } from 'vitest';
import { deployment, scenario, service } from '../../../../test/support/manifests.ts';
import { runScenario } from '../../../../test/support/world-rig.ts';

it('keeps the old pods for the time after the new ones are available', () => {
  const spec = \`  duration: 2m
  interval: 5s
  rollouts: { web: { ${member}: { keep: 30s } } }
  timeline: [{ at: 1m, rolloutRestart: { deployment: web } }]\`;
  const { world } = runScenario(scenario(2, spec) + deployment('web', { replicas: 3 }) + service('web'));
  const replicas = (seconds: number): number[] =>
    world.measure.revisions
      .filter(({ time_seconds }) => time_seconds === seconds)
      .map((row) => row.kube_replicaset_status_replicas);
  expect([55, 75, 110].map(replicas)).toEqual([[3], [3, 3], [3]]);
});
`,
};

const nodeAutoscaler = {
  says: 'makes node pools larger and smaller',
  folder: 'src/autoscaler/members',
  memberName: 'kebab',
  source: ({
    constant,
    member,
  }) => `// ${member}: a machine of the cheapest group at a time, as long as pods find no place; nothing is given back.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { someDuration } from '../../lib/units.ts';
import type { NodeAutoscaler, NodeAutoscalerContext } from '../node-autoscaler.ts';

export const ${constant} = member({
  name: '${member}',
  summary: 'One machine of the cheapest pool at a time, as long as pods find no place.',
  args: z.strictObject({ every: someDuration.default(10e6).describe('how often it looks') }),
  create: ({ every }, { cluster, provider }: NodeAutoscalerContext): NodeAutoscaler => ({
    intervalUs: every,
    loop() {
      if (cluster.list().unschedulable.length === 0) return;
      const [cheapest] = provider.groups
        .filter(({ target, max }) => target < max)
        .sort((a, b) => a.hourlyCost - b.hourlyCost);
      cheapest?.increase(1);
    },
  }),
});
`,
  test: ({ member }) => `// When ${member} asks for machines, in a whole run.
import { expect, it } from 'vitest';
import { deployment, scenarioOf } from '../../../test/support/manifests.ts';
import { runScenario } from '../../../test/support/world-rig.ts';

it('asks until every pod has a place', () => {
  const spec = \`  duration: 5m
  cluster:
    nodePools:
      - { name: pool, count: 1, capacity: { cpu: 4, memory: 16Gi, pods: 4 }, autoscaling: { max: 5, boot: 1s, register: 1s } }
  nodeAutoscaler: { ${member}: { every: 20s } }\`;
  const { summary } = runScenario(scenarioOf(spec) + deployment('web', { replicas: 11 }));
  expect(summary.kube_node_info).toBe(3);
  expect(summary.kube_pod_status_phase_running).toBe(11);
});
`,
};

const jobQueue = {
  says: 'lets Jobs in that wait in queues',
  folder: 'src/job-queues/members',
  memberName: 'kebab',
  source: ({ constant, member }) => `// ${member}: one Job at a time, the smallest first.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { JobQueue, JobQueueContext } from '../job-queue.ts';

const args = z.strictObject({ queue: z.string().describe('the label of the Jobs') });

export const ${constant} = member<JobQueueContext, JobQueue, typeof args>({
  name: '${member}',
  summary: 'One Job at a time, the smallest first.',
  args,
  create: ({ queue }) => ({
    queues: [{ name: queue, quota: {} }],
    decide(jobs) {
      if (jobs.some(({ state }) => state !== 'waiting')) return [];
      const [smallest] = [...jobs].sort((a, b) => (a.requests['cpu'] ?? 0) - (b.requests['cpu'] ?? 0));
      return smallest === undefined ? [] : [{ type: 'admit', job: smallest }];
    },
  }),
});
`,
  test: ({ member }) =>
    `// In which order ${member} lets Jobs in, in a whole run.
import { expect, it } from 'vitest';
import { scenarioOf } from '../../../test/support/manifests.ts';
import { runScenario } from '../../../test/support/world-rig.ts';

const job = (name: string, cpu: number): string => \`---
apiVersion: batch/v1
kind: Job
metadata: { name: \${name}, labels: { kueue.x-k8s.io/queue-name: all } }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: c, image: work, resources: { requests: { cpu: \${cpu} } } }]
\`;

it('lets the smallest in first, one at a time', () => {
  const spec = \`  duration: 5m
  preset: ideal
  cluster: { nodePools: [{ name: node, count: 1, capacity: { cpu: 16, memory: 16Gi } }] }
  behaviors: [{ image: work, run: { length: 1m } }]
  jobQueue: { ${member}: { queue: all } }\`;
  const { world } = runScenario(scenarioOf(spec) + job('large', 3) + job('small', 1) + job('mid', 2));
  const ends = [...world.measure.jobs.runs].sort((a, b) => a.finishedUs - b.finishedUs);
  expect(ends.map(({ name }) => name)).toEqual(['large', 'small', 'mid']);
});
`,
};

const schedulerPlugin = {
  says: 'filters and scores nodes, or extends another point of kube-scheduler',
  folder: 'src/scheduler/plugins',
  memberName: 'pascal',
  source: ({ constant, member }) => `// ${member}: a score that prefers nodes with fewer pods.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Handle, Plugin } from '../framework/interface.ts';

export const ${constant} = member({
  name: '${member}',
  summary: 'Prefers nodes with fewer pods.',
  args: z.strictObject({}),
  create(_args, { cache }: Handle): Plugin {
    return {
      score(_pod, nodes, scores) {
        for (let i = nodes.start; i < nodes.end; i += 1) {
          scores[i] = Math.max(0, 100 - cache.podCount[nodes.rows[i]]);
        }
      },
    };
  },
});
`,
  test: ({ member }) => `// What ${member} makes of nodes; test/support/scheduler-cluster.ts has a whole scheduler.
import { expect, it } from 'vitest';
import type { NodeRow, RowColumn } from '../../model/rows.ts';
import type { Handle } from '../framework/interface.ts';
import { NodeList } from '../framework/node-list.ts';
import { PodInfo } from '../framework/pod-info.ts';
import { schedulerPlugins } from './index.ts';

it('scores nodes by their pods', () => {
  const handle = { cache: { podCount: Int32Array.of(3, 0, 250) } } as unknown as Handle;
  const nodes = new NodeList();
  nodes.rows = Int32Array.of(2, 0, 1) as RowColumn<NodeRow>;
  nodes.end = 3;
  const scores = new Float64Array(3);
  schedulerPlugins.create('${member}', {}, handle).score?.(new PodInfo(), nodes, scores);
  expect([...scores]).toEqual([0, 97, 100]);
});
`,
};

const chart = {
  says: 'draws a picture of a job from its CSV files',
  folder: 'src/report/charts',
  memberName: 'kebab',
  source: ({ constant, member }) => `// Requests under way over time.
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, ends, some, subtitle } from './chart.ts';

export const ${constant} = chart('${member}', 'Requests under way (series.csv).', (job, marks) => {
  const series = job.table('series.csv');
  const values = series.numbers('requests_in_flight');
  if (!some(values)) return undefined;
  const line = { name: 'under way', color: hue.blue, times: ends(series), values };
  return timeChart({
    title: 'Requests under way',
    subtitle: subtitle(job),
    duration: job.run.duration_seconds,
    marks,
    legend: [line],
    panels: [{ name: 'requests', lines: [line], format: formatCount, whole: true }],
  });
});
`,
  test: ({ member }) => `// The chart ${member}: drawn where there is something to show.
import { expect, it } from 'vitest';
import type { JobResults } from '../read.ts';
import { charts } from './index.ts';

function jobWith(inFlight: number): JobResults {
  const columns: Record<string, number> = { time_seconds: 10, requests_in_flight: inFlight };
  const table = { numbers: (column: string) => Float64Array.of(columns[column]) };
  const run = { scenario: 'test', seed: '1', duration_seconds: 10, series_interval_seconds: 10 };
  return { folder: '', run, table: () => table } as unknown as JobResults;
}

it('shows requests under way, and nothing where there are none', () => {
  expect(charts.create('${member}', {}, { job: jobWith(3), marks: [] })?.title).toBe('Requests under way');
  expect(charts.create('${member}', {}, { job: jobWith(0), marks: [] })).toBeUndefined();
});
`,
};

const policy = {
  says: 'says what callers and servers do about failures and overload',
  folder: 'src/traffic/policies',
  memberName: 'pascal',
  source: ({ constant, member }) => `// ${member}: every n-th call goes.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { type Policy, REJECTED } from './policy.ts';

export const ${constant} = member({
  name: '${member}',
  summary: 'Lets every n-th call through.',
  args: z.strictObject({ every: z.int().min(1).default(2).describe('n') }),
  create({ every }): Policy {
    let calls = 0;
    return {
      admit() {
        calls += 1;
        return calls % every === 0 ? 0 : REJECTED;
      },
    };
  },
});
`,
  test: ({ member }) => `// What ${member} lets through.
import { expect, it } from 'vitest';
import { behavior, source, TrafficRig } from '../../../test/support/traffic-rig.ts';

it('lets every second call through', () => {
  const rig = new TrafficRig({
    services: { web: 1 },
    behaviors: [behavior('web', { service: { type: 'constant', value: 1000 }, concurrency: 10 })],
    traffic: [source('users', 'web', '100/s', { policies: [{ name: '${member}', args: {} }] })],
  });
  rig.engine.run(10e6);
  rig.traffic.check();
  const [{ permitted, rejected }] = rig.traffic.policing?.places.all ?? [];
  expect(permitted).toBeGreaterThan(400);
  expect(Math.abs(permitted - rejected)).toBeLessThanOrEqual(1);
});
`,
};

export const families = {
  balancer,
  arrival,
  fault,
  rollout,
  'node-autoscaler': nodeAutoscaler,
  'job-queue': jobQueue,
  policy,
  'scheduler-plugin': schedulerPlugin,
  chart,
};
