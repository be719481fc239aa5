// Plugins that are wrong, over all families: each is answered with its file, member and method, what was expected, and the simulated time.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { PluginError } from '../../src/lib/plugin-error.ts';
import { chartsOf, loadPlugins } from '../../src/library/plugins.ts';
import type { pluginTools } from '../../src/library/plugin-tools.ts';
import { expandJobs } from '../../src/scenario/expand.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { runJob } from '../../src/world/run.ts';
import { deployment, scenarioOf, service } from '../support/manifests.ts';

type Tools = typeof pluginTools;

interface Use {
  readonly balancer?: string;
  readonly arrivals?: string;
  readonly policies?: string;
  readonly autoscaling?: string;
  readonly more?: string;
}

const USE: Readonly<Record<string, Use>> = {
  balancers: { balancer: 'Mine' },
  arrivals: { arrivals: '{ Mine: {} }' },
  faults: { more: '  timeline: [{ at: 20s, fault: { Mine: {} } }]' },
  rollouts: {
    more: '  rollouts: { web: Mine }\n  timeline: [{ at: 20s, setImage: { deployment: web, container: main, image: "test/web:v2" } }]',
  },
  jobQueues: { more: '  jobQueue: Mine' },
  nodeAutoscalers: {
    autoscaling: ', autoscaling: { min: 1, max: 5 }',
    more: '  nodeAutoscaler: Mine',
  },
  policies: { policies: '[Mine]' },
  schedulerPlugins: {
    more: '  scheduler: { profiles: [{ plugins: { multiPoint: { enabled: [{ name: Mine }] } } }] }',
  },
};

function scenario({
  balancer = 'Random',
  arrivals = '{ poisson: { rate: 50/s } }',
  policies = '[]',
  autoscaling = '',
  more = '',
}: Use): string {
  const job =
    '---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: work, labels: { kueue.x-k8s.io/queue-name: q } }\n' +
    'spec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: work }] } } }\n';
  const head = scenarioOf(`  duration: 1m
  cluster: { nodePools: [{ name: w, count: 3, zones: [a, b, c]${autoscaling} }] }
  network: { balancer: ${balancer} }
  behaviors: [{ image: test/web, startup: 1s, requests: { service: 5ms, concurrency: 2 } }]
  traffic: [{ name: users, to: web, start: 10s, arrivals: ${arrivals}, policies: ${policies} }]
${more}`);
  return (
    head +
    deployment('web', { replicas: 3, cpu: '500m', image: 'test/web:v1' }) +
    service('web') +
    (more.includes('jobQueue') ? job : '')
  );
}

/** Makes a plugin with one member, whose working part is `part`, and gives what running it says. */
async function answerTo(family: string, part: (tools: Tools, context: never) => unknown): Promise<InputError> {
  const brought = (tools: Tools) => ({
    [family]: [
      {
        name: 'Mine',
        summary: 'A test.',
        args: tools.z.strictObject({}),
        create: (_args: unknown, context: never) => part(tools, context),
      },
    ],
  });
  const { families } = await loadPlugins([brought]);
  const schemas = familySchemas(families);
  try {
    const loaded = loadScenario([{ file: 't.yaml', text: scenario(USE[family]) }], { families: schemas });
    const [job] = expandJobs(loaded, { families: schemas });
    runJob(job, { families, check: true });
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('nothing was said');
}

const balancer =
  (choose: unknown, more: object = {}) =>
  () => ({ countsConnections: false, choose, ...more });
const ended = (): void => undefined;
/** A balancer with a pool. */
const pool = (choose: unknown) => balancer(() => 0, { pool: () => ({ update: () => undefined, choose }) });
/** A scheduler plugin over objects. */
const overObjects = (make: (cluster: { objects(kind: string): unknown }) => object) => (tools: Tools, context: never) =>
  tools
    .schedulerPlugin({
      name: 'Mine',
      summary: 'A test.',
      args: tools.z.strictObject({}),
      create: (_args, cluster) => make(cluster),
    })
    .create({}, context);
const fault = (fire: (context: never) => unknown) => (_tools: Tools, context: never) => ({
  fire: () => fire(context),
});
const rollout =
  (sync: unknown, more: object = {}) =>
  () => ({ sync, ...more });

interface Group {
  increase(by: number): unknown;
  deleteInstances(names: unknown): unknown;
}
/** A node autoscaler that does something to the only group at once. */
const ofGroup =
  (act: (group: Group) => unknown) =>
  (_tools: Tools, { provider }: { provider: { groups: readonly Group[] } }) => ({
    intervalUs: 1e6,
    loop() {
      act(provider.groups[0]);
    },
  });

/** Of the queue q. */
const queue = (decide: (jobs: readonly object[]) => unknown) => () => ({ queues: [{ name: 'q', quota: {} }], decide });

type Part = Parameters<typeof answerTo>[1];

/** What is wrong, the member's working part, the method that is named, and what is said. */
const BAD: readonly (readonly [family: string, what: string, part: Part, method: string, says: RegExp])[] = [
  // Policies.
  [
    'policies',
    'admits with a word',
    () => ({ admit: () => 'yes' }),
    'admit',
    /returned "yes", expected microseconds to wait/,
  ],
  [
    'policies',
    'waits a negative time',
    () => ({ admit: () => -3 }),
    'admit',
    /returned -3, expected microseconds to wait/,
  ],
  [
    'policies',
    'retries at no time',
    () => ({ admit: () => -1, retryUs: () => NaN }),
    'retryUs',
    /returned NaN, expected microseconds/,
  ],
  [
    'policies',
    'is not sure',
    () => ({ admit: () => -1, retryUs: () => 1000, mayRetry: () => 1 }),
    'mayRetry',
    /returned 1, expected true or false/,
  ],
  ['policies', 'invents endpoints', () => ({ uses: () => [] }), 'uses', /something else than some of the endpoints/],
  [
    'policies',
    'knows no number',
    () => ({ state: () => 'open' }),
    'state',
    /returned "open", expected a number from 0 on/,
  ],
  [
    'policies',
    'has a deadline before it begins',
    () => ({ deadlineUs: -5 }),
    'create',
    /returned deadlineUs: -5, expected microseconds from 0 on/,
  ],
  [
    'policies',
    'waits for ever',
    () => ({ admit: () => Infinity }),
    'admit',
    /returned Infinity, expected microseconds/,
  ],
  [
    'policies',
    'delays a connection',
    () => ({ connects: () => 1000 }),
    'connects',
    /returned 1000, expected 0 for yes, -1 for no, or -2/,
  ],
  [
    'policies',
    'hedges without an end',
    () => ({ hedging: { attempts: 0.5, delayUs: 1000, isFatal: () => true } }),
    'create',
    /returned attempts: 0\.5, expected a whole number from 1 on/,
  ],
  [
    'policies',
    'falls back on a whim',
    () => ({ admit: () => -1, fallback: { takesUs: 0, covers: () => 'maybe' } }),
    'covers',
    /returned "maybe", expected true or false/,
  ],
  [
    'policies',
    'hedges with nothing',
    () => ({ hedging: null }),
    'create',
    /returned nothing, expected an object with attempts/,
  ],
  [
    'policies',
    'falls back to a word misspelt',
    () => ({ fallback: { takeUs: 5, covers: () => true } }),
    'create',
    /unknown part "takeUs".*did you mean "takesUs"/,
  ],
  [
    'policies',
    'makes endpoints up',
    () => ({ uses: (endpoints: object) => ({ ...endpoints, pods: new Int32Array([99]) }) }),
    'uses',
    /something else than some of the endpoints/,
  ],
  [
    'policies',
    'resumes nobody',
    (_tools, context: { resume: (ticket: number) => void }) => ({
      begun: () => {
        context.resume(NaN);
      },
    }),
    'resume',
    /was given NaN, expected the ticket of an attempt that waits/,
  ],
  [
    'policies',
    'ejects in words',
    (_tools, context: { ejected: (...args: unknown[]) => void }) => ({
      begun: () => {
        context.ejected('web-0', 'slow', 1);
      },
    }),
    'ejected',
    /was given "web-0", expected the endpoint of an attempt/,
  ],
  // Node autoscalers.
  ['nodeAutoscalers', 'makes a word', () => 'up', 'create', /returned "up", expected an object with intervalUs, loop/],
  ['nodeAutoscalers', 'never loops', () => ({ intervalUs: 1e6 }), 'create', /returned no loop, which is required/],
  [
    'nodeAutoscalers',
    'loops in no time',
    () => ({ intervalUs: 0, loop: () => undefined }),
    'create',
    /returned intervalUs: 0, expected whole microseconds above 0/,
  ],
  [
    'nodeAutoscalers',
    'throws on its way',
    () => ({
      intervalUs: 1e6,
      *loop() {
        yield* [];
        throw new Error('lost');
      },
    }),
    'loop',
    /at 0 s: threw Error: lost/,
  ],
  [
    'nodeAutoscalers',
    'waits for a number',
    () => ({
      intervalUs: 1e6,
      *loop() {
        yield 5;
      },
    }),
    'loop',
    /yielded 5, expected `yield\*` of a method of `cluster`/,
  ],
  [
    'nodeAutoscalers',
    'answers a number',
    () => ({ intervalUs: 1e6, loop: () => 5 }),
    'loop',
    /returned 5, expected nothing or a generator/,
  ],
  [
    'nodeAutoscalers',
    'has a part that is no function',
    () => ({ intervalUs: 1e6, loop: () => undefined, whyKept: 'busy' }),
    'create',
    /returned whyKept: "busy", expected a function/,
  ],
  [
    'nodeAutoscalers',
    'asks for the engine',
    (_tools, context: { engine: unknown }) => ({ intervalUs: 1e6, loop: () => context.engine }),
    'create',
    /asked for context\.engine, which is not for plugins/,
  ],
  [
    'nodeAutoscalers',
    'buys half a machine',
    ofGroup((group) => group.increase(0.5)),
    'loop',
    /group\.increase was given 0\.5, expected a number of machines/,
  ],
  [
    'nodeAutoscalers',
    'gives back one name instead of a list',
    ofGroup((group) => group.deleteInstances('w-0')),
    'loop',
    /group\.deleteInstances was given "w-0", expected a list of names/,
  ],
  // Job queues.
  ['jobQueues', 'has no queues', () => ({ decide: () => [] }), 'create', /returned no queues, which is required/],
  [
    'jobQueues',
    'has a queue without a quota',
    () => ({ queues: [{ name: 'q' }], decide: () => [] }),
    'create',
    /expected a list of `{ name, quota }`/,
  ],
  ['jobQueues', 'decides nothing', queue(() => undefined), 'decide', /returned nothing, expected a list of decisions/],
  [
    'jobQueues',
    'invents a Job',
    queue(() => [{ type: 'admit', job: { name: 'other' } }]),
    'decide',
    /expected one of the Jobs that it was given/,
  ],
  [
    'jobQueues',
    'preempts what waits',
    queue(([job]) => (job === undefined ? [] : [{ type: 'preempt', job, message: 'go' }])),
    'decide',
    /decide for Job default\/work at .*: decided preempt about a Job that is waiting/,
  ],
  [
    'jobQueues',
    'decides twice',
    queue(([job]) =>
      job === undefined
        ? []
        : [
            { type: 'admit', job },
            { type: 'admit', job },
          ],
    ),
    'decide',
    /decided twice about one Job/,
  ],
  // Balancers.
  [
    'balancers',
    'makes nothing',
    () => undefined,
    'create',
    /returned nothing, expected an object with countsConnections/,
  ],
  ['balancers', 'makes a number', () => 7, 'create', /returned 7, expected an object/],
  [
    'balancers',
    'has no choose',
    () => ({ countsConnections: true }),
    'create',
    /returned no choose, which is required/,
  ],
  [
    'balancers',
    'has a part misspelt',
    balancer(() => 0, { chose: () => 0 }),
    'create',
    /unknown part "chose".*did you mean "choose"/,
  ],
  ['balancers', 'forgets to say whether it counts', () => ({ choose: () => 0 }), 'create', /no countsConnections/],
  [
    'balancers',
    'counts in words',
    () => ({ countsConnections: 'yes', choose: () => 0 }),
    'create',
    /expected true or false/,
  ],
  ['balancers', 'has a choose that is none', balancer(3), 'create', /returned choose: 3, expected a function/],
  [
    'balancers',
    'has a board that is never written',
    balancer(() => 0, { boardUs: 0 }),
    'create',
    /boardUs: 0, expected whole microseconds/,
  ],
  [
    'balancers',
    'throws',
    balancer(() => {
      throw new Error('oops');
    }),
    'choose',
    /threw Error: oops/,
  ],
  [
    'balancers',
    'answers nothing',
    balancer(() => undefined),
    'choose',
    /returned nothing, expected the number of an endpoint, 0 to 2/,
  ],
  [
    'balancers',
    'answers one too many',
    balancer((view: { count: number }) => view.count),
    'choose',
    /returned 3, expected the number of an endpoint, 0 to 2/,
  ],
  ['balancers', 'answers NaN', balancer(() => Number.NaN), 'choose', /returned NaN/],
  ['balancers', 'answers half an endpoint', balancer(() => 0.5), 'choose', /returned 0\.5/],
  [
    'balancers',
    'looks at connections that nobody counts',
    balancer((view: { open: (i: number) => number }) => view.open(0)),
    'choose',
    /view\.open without `countsConnections: true`/,
  ],
  [
    'balancers',
    'looks at a board that is not there',
    balancer((view: { reported: (i: number) => number }) => view.reported(0)),
    'choose',
    /view\.reported without `boardUs`/,
  ],
  [
    'balancers',
    'looks beyond the last endpoint',
    () => ({ countsConnections: true, choose: (view: { open: (i: number) => number }) => view.open(9) }),
    'choose',
    /view\.open\(9\), expected an endpoint, 0 to 2/,
  ],
  [
    'balancers',
    'draws out of nothing',
    balancer((view: { random: (n: number) => number }) => view.random(0)),
    'choose',
    /view\.random\(0\), expected a whole number from 1 on/,
  ],
  [
    'balancers',
    'keeps what is no integer',
    balancer((view: { memory: unknown }) => {
      view.memory = 'x';
      return 0;
    }),
    'choose',
    /view\.memory to "x"/,
  ],
  [
    'balancers',
    'has a pool that is none',
    balancer(() => 0, { pool: () => 7 }),
    'pool',
    /returned 7, expected an object with update, choose/,
  ],
  [
    'balancers',
    'has a pool without choice',
    balancer(() => 0, { pool: () => ({ update: () => undefined, chose: () => undefined }) }),
    'pool',
    /unknown part "chose".*did you mean "choose"/,
  ],
  ['balancers', 'chooses beyond its pool', pool(() => ({ endpoint: 3, ended })), 'choose', /endpoint: 3, expected the/],
  ['balancers', 'has a turn that never ends', pool(() => ({ endpoint: 0 })), 'choose', /returned no ended/],
  [
    'balancers',
    'throws at the end of a turn',
    pool(() => ({
      endpoint: 0,
      ended: () => {
        throw new Error('late');
      },
    })),
    'ended',
    /threw Error: late/,
  ],
  [
    'balancers',
    'draws out of nothing in a pool',
    balancer(() => 0, {
      pool: ({ random }: { random: (n: number) => number }) => ({
        update: () => undefined,
        choose: () => ({ endpoint: random(0), ended }),
      }),
    }),
    'pool',
    /called context\.random\(0\)/,
  ],
  // Arrivals.
  ['arrivals', 'has no next', () => ({}), 'create', /returned no next/],
  [
    'arrivals',
    'begins before its start',
    () => ({ next: () => 0 }),
    'next',
    /returned 0, which is before the start of the source \(10000000\)/,
  ],
  [
    'arrivals',
    'goes back in time',
    () => {
      let us = 20e6;
      return { next: () => (us -= 1e6) };
    },
    'next',
    /which is before the arrival before \(19000000\)/,
  ],
  [
    'arrivals',
    'arrives at NaN',
    () => ({ next: () => Number.NaN }),
    'next',
    /returned NaN, expected a time in microseconds/,
  ],
  ['arrivals', 'arrives in words', () => ({ next: () => 'soon' }), 'next', /returned "soon"/],
  [
    'arrivals',
    'throws',
    () => ({
      next: () => {
        throw new TypeError('no');
      },
    }),
    'next',
    /threw TypeError: no/,
  ],
  // Faults.
  ['faults', 'has no fire', () => ({ hit: () => undefined }), 'create', /unknown part "hit", expected (one of )?fire/],
  [
    'faults',
    'throws',
    fault(() => {
      throw new Error('boom');
    }),
    'fire',
    /at 20 s: threw Error: boom/,
  ],
  [
    'faults',
    'asks for the state',
    (_tools, context: { state: unknown }) => ({ fire: () => context.state }),
    'create',
    /context\.cluster reads the cluster/,
  ],
  [
    'faults',
    'holds a node that is not there',
    fault((context: { outages: { hold: (...args: unknown[]) => void } }) => context.outages.hold([7], 1e6, 'x')),
    'hold',
    /the node 7, expected the row of a node, 0 to 2/,
  ],
  [
    'faults',
    'holds no list',
    fault((context: { outages: { hold: (...args: unknown[]) => void } }) => context.outages.hold('w-0', 1e6, 'x')),
    'hold',
    /was given "w-0", expected a list/,
  ],
  [
    'faults',
    'holds for NaN',
    fault((context: { outages: { hold: (...args: unknown[]) => void } }) => context.outages.hold([0], Number.NaN, 'x')),
    'hold',
    /was given NaN, expected microseconds/,
  ],
  [
    'faults',
    'crashes a node by name',
    fault((context: { machinery: { crashNode: (node: unknown) => void } }) => context.machinery.crashNode('w-0')),
    'crashNode',
    /the node "w-0"/,
  ],
  [
    'faults',
    'crashes a pod that is not there',
    fault((context: { machinery: { crashContainer: (...args: unknown[]) => void } }) =>
      context.machinery.crashContainer(99, 1, 0, 1),
    ),
    'crashContainer',
    /the pod 99/,
  ],
  [
    'faults',
    'sets an alarm in the past',
    fault((context: { alarm: (handler: () => void) => (us: number, value: number) => void }) =>
      context.alarm(() => undefined)(-5, 0),
    ),
    'alarm',
    /was given -5/,
  ],
  [
    'faults',
    'throws when the alarm goes off',
    fault((context: { alarm: (handler: () => void) => (us: number, value: number) => void }) =>
      context.alarm(() => {
        throw new Error('late');
      })(5e6, 0),
    ),
    'alarm',
    /at 25 s: threw Error: late/,
  ],
  [
    'faults',
    'draws what is no distribution',
    fault((context: { draw: (spec: unknown) => number }) => context.draw({ kind: 'x' })),
    'draw',
    /expected what the schema `distribution` reads/,
  ],
  [
    'faults',
    'announces nothing',
    fault((context: { announce: (message: unknown) => void }) => context.announce(undefined)),
    'announce',
    /expected a sentence/,
  ],
  [
    'faults',
    'writes to what it may only read',
    fault((context: { cluster: { nodes: () => { name: string }[] } }) => {
      context.cluster.nodes()[0].name = 'x';
    }),
    'fire',
    /threw TypeError: Cannot assign to read only property/,
  ],
  // Rollouts.
  ['rollouts', 'has no sync', () => ({ step: () => undefined }), 'create', /unknown part "step"/],
  [
    'rollouts',
    'has a sync that is no generator',
    rollout(() => undefined),
    'sync',
    /returned nothing, expected a generator/,
  ],
  [
    'rollouts',
    'throws on its way',
    rollout(function* steps(): Generator {
      yield* [];
      throw new Error('stuck');
    }),
    'sync',
    /threw Error: stuck/,
  ],
  [
    'rollouts',
    'waits for nothing',
    rollout(function* steps(): Generator {
      yield 5;
    }),
    'sync',
    /yielded 5, expected `yield\*` of a method of `work`/,
  ],
  [
    'rollouts',
    'wants NaN pods',
    rollout(function* steps(work: {
      revisions: (create: boolean) => Generator<unknown, { newest: unknown }>;
      scaleTo: (...args: unknown[]) => Generator;
    }): Generator {
      const { newest } = yield* work.revisions(true);
      yield* work.scaleTo(newest, Number.NaN);
    }),
    'sync',
    /a ReplicaSet cannot have NaN pods/,
  ],
  [
    'rollouts',
    'surges by half a pod',
    rollout(
      function* steps(work: { most: number }): Generator {
        yield* [];
        return work.most;
      },
      { limits: { maxSurge: () => 0.5, maxUnavailable: () => 0, newSize: () => 0, proportional: false } },
    ),
    'maxSurge',
    /returned 0\.5, expected a number of pods/,
  ],
  [
    'rollouts',
    'has limits in words',
    rollout(
      function* steps(): Generator {
        yield* [];
      },
      { limits: 'few' },
    ),
    'create',
    /returned limits: "few", expected an object/,
  ],
  [
    'rollouts',
    'sets an alarm in the past',
    (_tools, context: { alarm: (us: number) => void }) => ({
      *sync() {
        yield* [];
        context.alarm(-1);
      },
    }),
    'alarm',
    /was given -1, expected a time in microseconds from now/,
  ],
  [
    'rollouts',
    'weighs what is no revision',
    (_tools, context: { setWeights: (...weights: unknown[]) => void }) => ({
      *sync() {
        yield* [];
        context.setWeights(['v2', 1]);
      },
    }),
    'setWeights',
    /expected pairs of a ReplicaSet and its weight/,
  ],
  // Scheduler plugins, over columns.
  [
    'schedulerPlugins',
    'has a point misspelt',
    () => ({ fliter: () => undefined }),
    'create',
    /unknown part "fliter".*did you mean "filter"/,
  ],
  [
    'schedulerPlugins',
    'scores 101',
    () => ({
      score: (_pod: unknown, nodes: { end: number }, scores: Float64Array) => {
        scores.fill(101, 0, nodes.end);
      },
    }),
    'score',
    /score for pod default\/web-\S+ on node w-\d at \S+ s: gave 101, expected 0 to 100/,
  ],
  ['schedulerPlugins', 'leaves scores out', () => ({ score: () => undefined }), 'score', /left no score, or NaN/],
  [
    'schedulerPlugins',
    'answers no status',
    () => ({ preFilter: () => 'fine' }),
    'preFilter',
    /returned "fine", expected a status/,
  ],
  [
    'schedulerPlugins',
    'orders by numbers',
    () => ({ permit: () => ({ code: 99, reasons: [] }) }),
    'permit',
    /expected a status/,
  ],
  [
    'schedulerPlugins',
    'throws in a hint',
    () => ({ registrations: [{ events: 1, hint: 'yes' }] }),
    'create',
    /returned hint: "yes", expected a function/,
  ],
  [
    'schedulerPlugins',
    'says a score for all that is none',
    () => ({
      score: (_pod: unknown, nodes: { end: number }, scores: Float64Array) => {
        scores.fill(1, 0, nodes.end);
      },
      sameForAll: () => -3,
    }),
    'sameForAll',
    /returned -3, expected a score from 0 to 100/,
  ],
  // Over objects.
  [
    'schedulerPlugins',
    'watches a kind that is none',
    overObjects((cluster) => {
      cluster.objects('Deploymnet');
      return {};
    }),
    'create',
    /cluster\.objects\("Deploymnet"\): there is no such kind \(did you mean "Deployment"\?\)/,
  ],
  [
    'schedulerPlugins',
    'watches pods as objects',
    overObjects((cluster) => {
      cluster.objects('Pod');
      return {};
    }),
    'create',
    /cluster\.objects\("Pod"\): pods are in `pods` of a node/,
  ],
];

describe('a plugin that is wrong', () => {
  it.each(BAD)('%s: one that %s', async (family, _what, part, method, says) => {
    const error = await answerTo(family, part);
    expect(error.message).toMatch(says);
    expect(error).toBeInstanceOf(PluginError);
    expect(error).toMatchObject({ file: '<plugin>', member: 'Mine', method });
    expect(error.message).toMatch(/^<plugin>: plugin Mine: /);
  });

  it('is one of at least forty', () => {
    expect(BAD.length).toBeGreaterThanOrEqual(40);
    expect(new Set(BAD.map(([family]) => family))).toEqual(new Set(Object.keys(builtInFamilies)));
  });

  it.each<[string, unknown, RegExp]>([
    ['has no title', { height: 10, option: {} }, /returned no title/],
    ['is of no height', { title: 'x', height: 0, option: {} }, /height: 0, expected pixels above 0/],
    [
      'draws nothing that ECharts knows',
      { title: 'x', height: 10, option: 'bars' },
      /option: "bars", expected an option/,
    ],
    ['is a text', 'bars', /returned "bars", expected an object with title/],
  ])('charts: one that %s', async (_what, drawing, says) => {
    const brought = ({ z }: Tools) => ({
      charts: [{ name: 'mine', summary: 'A test.', args: z.strictObject({}), create: () => drawing }],
    });
    const charts = await chartsOf(await loadPlugins([brought]));
    const draw = (): unknown => charts.create('mine', {}, undefined as never);
    expect(draw).toThrow(PluginError);
    expect(draw).toThrow(says);
  });

  it('is refused when its definition has a part that there is not', async () => {
    const args = (tools: Tools) => tools.z.strictObject({});
    const brought = (tools: Tools) => ({
      balancers: [{ name: 'Mine', summary: '', args: args(tools), create: () => undefined, create2: 1 }],
    });
    await expect(loadPlugins([brought])).rejects.toThrow(
      /balancers\[0\]\.create2: unknown part "create2".*did you mean "create"/,
    );
  });
});
