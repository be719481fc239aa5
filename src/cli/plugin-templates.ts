// What `wavetank new` writes: of each family a small plugin that works, and a test that runs it in a packaged scenario.

export interface Names {
  readonly file: string;
  /** Its name in a scenario. */
  readonly member: string;
}

interface Template {
  /** Members of the family have names in kebab-case. */
  readonly kebab?: true;
  readonly plugin: (names: Names) => string;
  readonly test: (names: Names) => string;
  /** A command that shows what it does. */
  readonly tryIt: (names: Names) => string;
}

/** A file with one member of a family: the tools that it takes, and the member's parts after its name. */
const pluginFile = (family: string, tools: string, member: string, parts: string): string => `// @ts-check
/** @type {import('wavetank/plugin').Plugin} */
export default ({ ${tools} }) => ({
  ${family}: [
    member({
      name: '${member}',
${parts}    }),
  ],
});
`;

/** A test of the run \`result\` of the packaged scenario hello with these settings. */
const testFile = (
  { file }: Names,
  title: string,
  set: string,
  asserts: string,
): string => `// node --test ${file.replace('.mjs', '.test.mjs')}
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from 'wavetank';
import plugin from './${file}';

test('${title}', async () => {
  const result = await run('hello', { plugins: [plugin], duration: '1m', set: ${set} });
${asserts}});
`;

const balancer: Template = {
  plugin: ({ member }) =>
    pluginFile(
      'balancers',
      'member, z',
      member,
      `      summary: 'Of a few endpoints drawn at random, the one to which the calling sidecar has the fewest connections open.',
      args: z.strictObject({ choices: z.int().min(1).default(2).describe('how many are drawn') }),
      create: ({ choices }) => ({
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
`,
    ),
  test: (names) =>
    testFile(
      names,
      'every request finds an endpoint',
      `{ 'spec.network.balancer': '${names.member}' }`,
      `  assert.ok(result.summary.requests_completed_total > 0);
  assert.equal(result.summary.requests_refused_total, 0);
`,
    ),
  tryIt: ({ file, member }) => `wavetank run hello --plugin ${file} --set spec.network.balancer=${member}`,
};

const arrival: Template = {
  kebab: true,
  plugin: ({ member }) =>
    pluginFile(
      'arrivals',
      'member, rate, z',
      member,
      `      summary: 'Independent pairs of requests at a constant mean rate.',
      args: z.strictObject({ rate: rate.describe('mean number of requests') }),
      create({ rate: perSecond }, { random, startUs }) {
        let timeUs = startUs;
        let second = false;
        return {
          next() {
            if (!second) timeUs += (2e6 / perSecond) * random.exponential();
            second = !second;
            return timeUs;
          },
        };
      },
`,
    ),
  test: (names) =>
    testFile(
      names,
      'comes at the mean rate',
      `{ 'spec.traffic[0].arrivals': { '${names.member}': { rate: '100/s' } } }`,
      `  const { requests_per_second: perSecond } = result.summary;
  assert.ok(perSecond > 80 && perSecond < 120, \`\${perSecond} requests per second\`);
`,
    ),
  tryIt: ({ file, member }) =>
    `wavetank run hello --plugin ${file} --set 'spec.traffic[0].arrivals={ ${member}: { rate: 100/s } }'`,
};

const fault: Template = {
  plugin: ({ member }) =>
    pluginFile(
      'faults',
      'distribution, member, z',
      member,
      `      summary: 'Every n-th machine is silent for a time.',
      args: z.strictObject({
        every: z.int().min(1).default(2).describe('1 is all machines, 2 every other one'),
        for: distribution.optional().describe('how long (default: to the end of the run)'),
      }),
      create: ({ every, for: length }, { cluster, outages, draw }) => ({
        fire() {
          const rows = cluster.nodes().map(({ row }) => row);
          const chosen = rows.filter((_, at) => at % every === 0);
          outages.hold(chosen, length === undefined ? undefined : draw(length), '${member}');
        },
      }),
`,
    ),
  test: (names) =>
    testFile(
      names,
      'takes machines down and lets them come back',
      `{ 'spec.timeline[0]': { at: '30s', fault: { ${names.member}: { for: '10s' } } } }`,
      `  const reasons = result.table('events').map(({ reason }) => reason);
  assert.ok(reasons.includes('FaultStarted'));
  assert.ok(reasons.includes('FaultEnded'));
`,
    ),
  tryIt: ({ file, member }) =>
    `wavetank run hello --plugin ${file} --set 'spec.timeline[0]={ at: 1m, fault: { ${member}: { for: 20s } } }'`,
};

const rollout: Template = {
  plugin: ({ member }) =>
    pluginFile(
      'rollouts',
      'member, z',
      member,
      `      summary: 'Makes all new pods beside the old ones; when every one is available, the old ones end at once.',
      args: z.strictObject({}),
      create: () => ({
        *sync(work) {
          const { newest, old } = yield* work.revisions(true);
          if (newest === undefined) return;
          yield* work.scaleTo(newest, work.desired);
          if ((newest.status?.availableReplicas ?? 0) >= work.desired) {
            for (const set of old) yield* work.scaleTo(set, 0);
          }
          yield* work.cleanUpWhenComplete(old);
          yield* work.reportProgress(newest, old);
        },
      }),
`,
    ),
  test: (names) =>
    testFile(
      names,
      'makes the pods of a Deployment',
      `{ 'spec.rollouts.echo': '${names.member}' }`,
      `  assert.ok(result.summary.kube_pod_status_phase_running > 0);
`,
    ),
  tryIt: ({ file, member }) =>
    `wavetank trace hello --plugin ${file} --set spec.rollouts.echo=${member} --set 'spec.timeline[0]={ at: 1m, rolloutRestart: { deployment: echo } }'`,
};

const nodeAutoscaler: Template = {
  kebab: true,
  plugin: ({ member }) =>
    pluginFile(
      'nodeAutoscalers',
      'duration, member, z',
      member,
      `      summary: 'One machine of the cheapest pool at a time, as long as pods find no place.',
      args: z.strictObject({ every: duration.default(10e6).describe('how often it looks') }),
      create: ({ every }, { cluster, provider }) => ({
        intervalUs: every,
        loop() {
          if (cluster.list().unschedulable.length === 0) return;
          const [cheapest] = provider.groups
            .filter(({ target, max }) => target < max)
            .sort((a, b) => a.hourlyCost - b.hourlyCost);
          cheapest?.increase(1);
        },
      }),
`,
    ),
  test: (names) =>
    testFile(
      names,
      'asks for machines until every pod has a place',
      `{
    'Deployment/echo:/spec/replicas': 70,
    'spec.cluster.nodePools[0].zones': ['a'],
    'spec.cluster.nodePools[0].autoscaling': { max: 5, boot: '1s', register: '1s' },
    'spec.nodeAutoscaler': '${names.member}',
  }`,
      `  assert.equal(result.summary.kube_node_info, 4);
`,
    ),
  tryIt: ({ file, member }) =>
    `wavetank run hello --plugin ${file} --set spec.nodeAutoscaler=${member} --set Deployment/echo:/spec/replicas=70 --set 'spec.cluster.nodePools[0].zones=[a]' --set 'spec.cluster.nodePools[0].autoscaling={ max: 5 }'`,
};

const jobQueue: Template = {
  kebab: true,
  plugin: ({ member }) =>
    pluginFile(
      'jobQueues',
      'member, z',
      member,
      `      summary: 'One Job at a time, the smallest first.',
      args: z.strictObject({ queue: z.string().describe('the label of the Jobs') }),
      create: ({ queue }) => ({
        queues: [{ name: queue, quota: {} }],
        decide(jobs) {
          if (jobs.some(({ state }) => state !== 'waiting')) return [];
          const [smallest] = [...jobs].sort((a, b) => (a.requests.cpu ?? 0) - (b.requests.cpu ?? 0));
          return smallest === undefined ? [] : [{ type: 'admit', job: smallest }];
        },
      }),
`,
    ),
  test: (names) =>
    testFile(
      names,
      'lets one Job in after the other',
      `{
    'Job/import:/metadata/labels': { 'kueue.x-k8s.io/queue-name': 'nightly' },
    'spec.jobQueue': { '${names.member}': { queue: 'nightly' } },
    'spec.expect': ['queue.nightly.admitted == 1'],
  }`,
      `  assert.ok(result.pass);
`,
    ).replace("run('hello'", "run('nightly-batch'"),
  tryIt: ({ file, member }) =>
    `wavetank run nightly-batch --plugin ${file} --set 'spec.jobQueue={ ${member}: { queue: nightly } }' --set 'Job/import:/metadata/labels={ kueue.x-k8s.io/queue-name: nightly }'`,
};

const policy: Template = {
  plugin: ({ member }) =>
    pluginFile(
      'policies',
      'member, z',
      member,
      `      summary: 'Lets every n-th call through.',
      args: z.strictObject({ every: z.int().min(1).default(2).describe('n') }),
      create: ({ every }) => {
        let calls = 0;
        return {
          // Microseconds to wait, 0 for none; -1 for no.
          admit() {
            calls += 1;
            return calls % every === 0 ? 0 : -1;
          },
        };
      },
`,
    ),
  test: (names) =>
    testFile(
      names,
      'lets half of the calls through',
      `{ 'spec.traffic[0].policies': ['${names.member}'], 'spec.expect': [] }`,
      `  const { requests_completed_total: completed, requests_overload_total: refused } = result.summary;
  assert.ok(Math.abs(completed - refused) <= 5);
`,
    ),
  tryIt: ({ file, member }) => `wavetank run hello --plugin ${file} --set 'spec.traffic[0].policies=[${member}]'`,
};

const enabled = ({ member }: Names): string =>
  `[{ plugins: { multiPoint: { enabled: [{ name: ${member}, weight: 5 }] } } }]`;

const schedulerPlugin: Template = {
  plugin: ({ member }) =>
    pluginFile(
      'schedulerPlugins',
      'schedulerPlugin, z',
      member,
      `      summary: 'Prefers nodes with fewer pods.',
      args: z.strictObject({}),
      create: () => ({
        score: (_pod, node) => Math.max(0, 100 - node.pods.length),
      }),
`,
    ).replace('member({', 'schedulerPlugin({'),
  test: (names) =>
    testFile(
      names,
      'finds a node for every pod',
      `{ 'spec.scheduler.profiles': [{ plugins: { multiPoint: { enabled: [{ name: '${names.member}', weight: 5 }] } } }] }`,
      `  assert.equal(result.summary.kube_pod_status_phase_pending, 0);
`,
    ),
  tryIt: (names) =>
    `wavetank explain hello --pod echo --plugin ${names.file} --set 'spec.scheduler.profiles=${enabled(names)}'`,
};

const chart: Template = {
  kebab: true,
  plugin: ({ member }) =>
    pluginFile(
      'charts',
      'hue, member, timeChart, z',
      member,
      `      summary: 'Requests in flight (series.csv).',
      args: z.strictObject({}),
      create(_args, { job, marks }) {
        const series = job.table('series.csv');
        const values = series.numbers('requests_in_flight');
        if (values.every((value) => value === 0)) return undefined;
        const line = { name: 'in flight', color: hue.blue, times: series.numbers('time_seconds'), values };
        return timeChart({
          title: 'Requests in flight',
          subtitle: \`\${job.run.scenario}, seed \${job.run.seed}\`,
          duration: job.run.duration_seconds,
          marks,
          legend: [line],
          panels: [{ name: 'requests', lines: [line], format: String, whole: true }],
        });
      },
`,
    ),
  test: (names) => `// node --test ${names.file.replace('.mjs', '.test.mjs')}
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from 'wavetank';
import plugin from './${names.file}';

test('is drawn', async () => {
  const out = mkdtempSync(join(tmpdir(), '${names.member}-'));
  const { folder } = await run('hello', { plugins: [plugin], duration: '1m', out });
  assert.ok(existsSync(join(folder, 'charts/${names.member}.svg')));
});
`,
  tryIt: ({ file }) => `wavetank run hello --plugin ${file}`,
};

/** By the family's name in the singular. */
export const templates: Readonly<Record<string, Template>> = {
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
