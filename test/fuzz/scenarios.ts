// Random scenarios: small clusters, manifests, faults, traffic and timelines, every part of which may be absent, so that they shrink to what matters.
import * as fc from 'fast-check';
import { dump } from 'js-yaml';
import { computeNames, orderNames } from '../../src/model/settings/traffic.ts';
import { autoscalers, autoscaling } from './autoscalers.ts';
import { apiClients, backupActions, controlPlanes, flows, processFaults } from './control-planes.ts';
import { membersOf, namedBy, pairOf } from './faults.ts';
import { jobActions, jobs } from './jobs.ts';
import { policies, policyActions } from './policies.ts';
import { arrivalsOf, gateways, ofSources, ofSpec, onTheWay, publishing } from './requests.ts';
import { rolloutActions, rollouts } from './rollouts.ts';
import { setActions, sets } from './sets.ts';
import { FILES, surrounded } from './surroundings.ts';
import { behaviors, deployments, NAMES, services } from './workloads.ts';

/** A scenario as plain data: the document's `spec`, and the manifests below it. */
export interface Fuzzed {
  readonly spec: object;
  readonly manifests: readonly object[];
}

/** As a user would write it into one file. */
export function yamlOf({ spec, manifests }: Fuzzed): string {
  const scenario = { apiVersion: 'wavetank/v1', kind: 'Scenario', metadata: { name: 'fuzz' }, spec };
  return [scenario, ...manifests].map((one) => dump(one, { flowLevel: 5, lineWidth: 140, noRefs: true })).join('---\n');
}

const ZONES = ['a', 'b'] as const;
const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
/** Every field may be absent. */
const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] });
const seconds = (max: number) => fc.integer({ min: 0, max: max * 1000 }).map((ms) => (ms === 0 ? 0 : `${ms}ms`));

/** A length that may vary; the longest mean is near `mean` ms. */
export function length(mean: number): fc.Arbitrary<unknown> {
  const duration = fc.integer({ min: 1, max: mean * 1000 }).map((us) => `${us}us`);
  return fc.oneof(
    one<unknown>(0, '1us', `${mean}ms`),
    duration,
    duration.map((value) => ({ exponential: { mean: value } })),
    fc.record({ mean: duration, scv: one(1, 10, 1000) }).map((args) => ({ hyperexponential: args })),
    fc.record({ median: duration, sigma: one(0, 0.5, 2) }).map((args) => ({ lognormal: args })),
    fc.array(duration, { minLength: 1, maxLength: 3 }).map((values) => ({ empirical: { values: ['0', ...values] } })),
  );
}

const poolScaling = some({
  min: one(0, 1),
  boot: length(20_000),
  register: length(10_000),
  failures: fc.array(fc.record({ kind: one('Refused', 'OutOfResources', 'NeverRegisters'), until: one('30s', '2m') }), {
    maxLength: 1,
  }),
}).map((fields) => ({ max: 6, ...fields }));

const cluster = fc.record({
  nodePools: fc.tuple(
    fc
      .record(
        {
          name: fc.constant('node'),
          count: fc.integer({ min: 1, max: 5 }),
          zones: fc.constant(ZONES),
          capacity: fc.record({ cpu: one('500m', '2', '8'), memory: one('1Gi', '4Gi'), pods: one(3, 10, 110) }),
          taints: one(
            [{ key: 'k', value: 'v', effect: 'NoSchedule' }],
            [{ key: 'k', value: 'v', effect: 'NoExecute' }],
          ),
          autoscaling: poolScaling,
          spot: some({
            lifetime: one<unknown>('20s', { exponential: { mean: '40s' } }),
            notice: one<unknown>(0, '5s', '30s'),
            onNotice: one('drain', 'shutdown', 'nothing'),
          }),
        },
        { requiredKeys: ['name', 'count', 'zones'] },
      )
      // A pool that cannot change has no spot machines.
      .map(({ spot, ...pool }) =>
        'autoscaling' in pool ? { ...pool, ...(spot === undefined ? {} : { spot }) } : pool,
      ),
  ),
});

const kubelet = some({
  sandbox: length(1000),
  containerStart: length(1000),
  relistPeriod: one<unknown>(0, '1s', '10s'),
  leaseRenewInterval: one('2s', '10s'),
  cachedImages: one([], ['*']),
  crashLoopBackOff: fc.constant({ initial: '1s', max: '10s' }),
  shutdownGracePeriod: one('5s', '30s'),
  imagePull: some({ serialize: fc.boolean(), bandwidth: one('1MB/s', '1GB/s') }),
});

const balancer = one<unknown>(
  'RoundRobin',
  'PowerOfTwo',
  'JoinIdleQueue',
  { JoinShortestQueue: { choices: 3 } },
  { LoadBoard: { refresh: '100ms', addOwn: true } },
);
const network = some({
  balancer,
  links: some({ sameNode: length(10), sameZone: length(10), otherZone: length(50), client: length(100) }),
  kubeProxy: some({ minSyncPeriod: seconds(5), syncFixed: seconds(1) }),
  timeoutWithoutLimit: one('1s', '127s'),
});

const source = fc.record(
  {
    to: one(...NAMES),
    arrivals: fc.oneof(
      { weight: 2, arbitrary: one('0.3/s', '20/s').map((rate): object => ({ poisson: { rate } })) },
      { weight: 3, arbitrary: arrivalsOf(length) },
    ),
    timeout: one<unknown>(0, '10ms', '1s'),
    retries: fc.record({ max: one(0, 1, 5), backoff: one<unknown>('1us', '10ms', '1s'), jitter: one(0, 0.2, 1) }),
    priority: fc.integer({ min: -3, max: 3 }),
    start: seconds(60),
  },
  { requiredKeys: ['to', 'arrivals'] },
);
/** Who keeps a number of users has no arrivals beside. */
function sourceOf(fields: object, more: object): object {
  const { arrivals, ...rest } = fields as { readonly arrivals: unknown };
  const { users } = more as { readonly users?: { readonly count?: unknown } };
  return { ...rest, ...(users?.count === undefined ? { arrivals } : {}), ...more };
}
const traffic = fc
  .array(fc.tuple(source, ofSources(length)), { maxLength: 3 })
  .map((sources) => sources.map(([fields, more], index) => ({ name: `t${index}`, ...sourceOf(fields, more) })));

const members = membersOf(length).made.map((one) =>
  // Components are names that no schema tells.
  one.name === 'ProcessSignal' ? { ...one, value: processFaults } : one,
);
const fault = fc.oneof(
  { weight: 6, arbitrary: fc.oneof(...members.map(({ value }) => value)) as fc.Arbitrary<object> },
  processFaults,
  // Containers by their index: b has two.
  some({ count: one(1, 2, 9), container: one(0, 1), exitCode: one(0, 137) }).map((args) => ({ PodCrash: args })),
);
const drain = some({
  force: fc.boolean(),
  ignoreDaemonsets: fc.boolean(),
  deleteEmptydirData: fc.boolean(),
  disableEviction: fc.boolean(),
  timeout: one('1s', '1m'),
  gracePeriod: one(0, 3),
}).map((options) => ({ drain: { node: 'node-0', ...options } }));
const target = { deployment: one('a', 'b') };
const taint = one('k=v:NoExecute', 'k=v:NoSchedule', 'k:NoExecute-', 'k:NoSchedule-').map((text) => [text]);
const action = fc.oneof(
  fault.map((args) => ({ fault: args })),
  fc.record({ ...target, replicas: fc.integer({ min: 0, max: 9 }) }).map((scale) => ({ scale })),
  fc.record(target).map((rolloutRestart) => ({ rolloutRestart })),
  fc.record(target).map((rolloutUndo) => ({ rolloutUndo })),
  fc.record(target).map((rolloutPause) => ({ rolloutPause })),
  fc.record(target).map((rolloutResume) => ({ rolloutResume })),
  fc
    .record({ ...target, container: fc.constant('main'), image: one('img/a:2', 'img/b:2') })
    .map((setImage) => ({ setImage })),
  fc.constant({ cordon: { node: 'node-0' } }),
  fc.constant({ uncordon: { node: 'node-0' } }),
  taint.map((taints) => ({ taint: { node: 'node-0', taints } })),
  drain,
  setActions,
  jobActions,
  policyActions,
  backupActions,
  ...rolloutActions,
);
const condition = one(
  'nodes.ready < 2',
  'pods.ready >= 3',
  'deployment.a.available < 2',
  'rollout.a.progress > 50%',
  'requests.error_ratio > 10%',
  'service.b.rate > 1/s',
  'max(pods.running) > 2',
  'events.NodeNotReady >= 1',
);
/** When something holds, once or again and again. */
const awaited = fc
  .tuple(fc.record({ at: seconds(60), again: fc.boolean() }, { requiredKeys: [] }), condition, action)
  .map(([more, when, does]) => ({ ...more, when, ...does }));
const entries = fc.array(
  fc.tuple(seconds(120), action).map(([at, does]) => ({ at, ...does })),
  { maxLength: 5 },
);
const timeline = fc
  .tuple(entries, fc.array(pairOf(fault, fault), { maxLength: 1 }), fc.array(awaited, { maxLength: 1 }))
  .map(([single, pairs, later]): Record<string, unknown>[] => [...single, ...pairs.flat(), ...later]);
/** Every pair of faults, each with itself too. */
export const pairs = members.flatMap(({ value }, index) =>
  members.slice(index).map((other) => pairOf(value as fc.Arbitrary<object>, other.value as fc.Arbitrary<object>)),
);
const randomFaults = fc.array(fc.record({ fault, every: one<unknown>('7s', '1m', { exponential: { mean: '20s' } }) }), {
  maxLength: 2,
});

const anything = fc.record({
  spec: fc.record(
    {
      duration: one('20s', '20s', '1m', '3m', '3m', '10m'),
      interval: one('1s', '7s', '1m'),
      warmup: one('1s', '10s'),
      preset: one('default', 'ideal'),
      cluster,
      controlPlane: controlPlanes(length),
      apiClients,
      staticPods: fc.constant([{ nodePools: ['node'], manifests: [FILES.staticPod] }]),
      kubelet,
      network,
      autoscaling,
      nodeAutoscaler: one<unknown>('cluster-autoscaler', {
        'cluster-autoscaler': {
          scaleDownUnneededTime: '30s',
          scaleDownDelayAfterAdd: '10s',
          maxNodeProvisionTime: '1m',
        },
      }),
      behaviors: behaviors(length, orderNames, computeNames),
      traffic,
      timeline,
      faults: randomFaults,
    },
    { requiredKeys: ['duration', 'cluster'] },
  ),
  more: ofSpec(length),
  gateway: gateways,
  manifests: fc
    .tuple(deployments, services, autoscalers, sets, jobs, policies, rollouts, flows, onTheWay)
    .map((all) => all.flat()),
});

/** The object that a timeline's entry is about, if it says its kind; the StatefulSet for one of its pods. */
function objectOf(entry: object): string | undefined {
  if ('argoRollouts' in entry) return 'Rollout/r';
  const of = Object.values(entry).find((value) => typeof value === 'object' && value !== null && 'kind' in value);
  if (of === undefined) return undefined;
  return of.kind === 'Pod' ? 'StatefulSet/s' : `${of.kind}/${of.name}`;
}

/**
 * Deployments a and b, Services a, b and c, the last of which nobody may be behind, and whatever else a cluster manages. Nothing is done to
 * what is not there: that would be refused. Scenario after scenario has the next pair of faults.
 */
export function fuzzed(index: number): fc.Arbitrary<Fuzzed> {
  const pair = fc.option(pairs[index % pairs.length], { nil: [], freq: 9 });
  return fc.tuple(anything, pair).map(([{ spec, more, gateway, manifests }, both]) => {
    const there = new Set([undefined, ...manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`)]);
    const [{ spot }] = spec.cluster.nodePools as { spot?: object }[];
    const possible = (one: object): boolean =>
      (spot !== undefined || !JSON.stringify(one).includes('SpotReclaim')) &&
      (!('fault' in one) || namedBy(one.fault as object).every((name) => there.has(name)));
    const all = [...(spec.timeline ?? []), ...both];
    const done = all.filter((entry) => there.has(objectOf(entry)) && possible(entry));
    const atRandom = spec.faults?.filter(possible);
    return surrounded({
      spec: {
        ...spec,
        behaviors: [...publishing(spec.behaviors, more), ...(gateway === undefined ? [] : [gateway.behavior])],
        ...more,
        ...(gateway === undefined ? {} : { traffic: [...(spec.traffic ?? []), gateway.source] }),
        timeline: done,
        ...(atRandom === undefined ? {} : { faults: atRandom }),
      },
      manifests: [...manifests, ...(gateway?.manifests ?? [])],
    });
  });
}
