// What random requests meet on their way: policies, names, connections, classes, users, caches, queues of messages, proxies, NetworkPolicies.
import * as fc from 'fast-check';
import { cache } from '../../src/scenario/schema/cache.ts';
import { callerConnections, connections, serverConnections } from '../../src/scenario/schema/connections.ts';
import { dns } from '../../src/scenario/schema/dns.ts';
import { broker } from '../../src/scenario/schema/message-queues.ts';
import { gatewayKinds } from '../../src/model/settings/gateway.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import { fieldsOf, partOf } from './from-schema.ts';
import { type Length, type Manifest, NAMES } from './workloads.ts';

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
/** In one of so many cases. */
const seldom = <T>(cases: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: cases - 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: value },
  );
/** Without what is absent. */
const given = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Policies that look at what waits at a server, and those that may stand on either side; the others are of callers. */
const AT_SERVERS: ReadonlySet<string> = new Set(['CoDel', 'PriorityShedding', 'QueueLimit']);
const ANYWHERE: ReadonlySet<string> = new Set([
  'AIMDLimit',
  'Gradient2Limit',
  'LeakyBucket',
  'RateLimiter',
  'TokenBucket',
  'VegasLimit',
]);

/** Policies of the family for one side, with arguments from their schemas. */
function policies(length: Length, side: 'callers' | 'servers'): fc.Arbitrary<unknown[]> {
  const fits = (name: string): boolean => ANYWHERE.has(name) || AT_SERVERS.has(name) === (side === 'servers');
  const members = builtInFamilies.policies.members.flatMap(({ name, args }) => {
    if (!fits(name)) return [];
    const fields = fieldsOf(args, length, { names: {}, texts: {}, exclusive: new Set() });
    if (fields === undefined) return [];
    return [fields.filter((written) => args.safeParse(written).success).map((written) => ({ [name]: written }))];
  });
  return fc.array(fc.oneof(...members), { minLength: 1, maxLength: 2 });
}

const keys = fc.record(
  { count: one(1, 20), zipf: one(0, 1), hot: one([{ share: 0.5, from: '10s' }]) },
  { requiredKeys: ['count'] },
);

const users = fc.oneof(
  fc.record({
    count: one<unknown>(1, 5, [
      { at: '10s', users: 4 },
      { at: '30s', users: 1 },
    ]),
    think: one('1s', '10s'),
  }),
  fc.record({ leave: one(0.5, 1), think: one('1s') }),
);

const classes = one(
  [
    { name: 'small', weight: 3 },
    { name: 'large', work: 5, priority: 2 },
  ],
  [{ name: 'other', to: 'c' }, { name: 'same' }],
);

/** What a source or a call may have besides what all have. */
export function ofCallers(length: Length): fc.Arbitrary<object> {
  return fc
    .tuple(
      seldom(4, policies(length, 'callers')),
      seldom(6, partOf(callerConnections, length, ['min'])),
      seldom(4, keys),
    )
    .map(([its, kept, about]) => given({ policies: its, connections: kept, keys: about }));
}

/** What only a source may have; users come in place of arrivals, or with them. */
export function ofSources(length: Length): fc.Arbitrary<object> {
  return fc
    .tuple(ofCallers(length), seldom(5, users), seldom(5, classes), seldom(4, one(1, 7)))
    .map(([its, who, kinds, clients]) => given({ ...its, users: who, classes: kinds, clients }));
}

/** What only a call may have. */
export function ofCalls(length: Length): fc.Arbitrary<object> {
  const store = partOf(cache, length, ['entries']).map((fields) => ({ ...fields, entries: 5 }));
  return fc.tuple(ofCallers(length), seldom(5, store)).map(([its, before]) => given({ ...its, cache: before }));
}

/** What an image that serves may have. */
export function ofServers(length: Length): fc.Arbitrary<object> {
  return fc
    .tuple(seldom(6, policies(length, 'servers')), seldom(8, partOf(serverConnections, length)))
    .map(([its, kept]) => given({ policies: its, connections: kept }));
}

/** Arrival processes of the family, with arguments from their schemas; those of recordings need files. */
export function arrivalsOf(length: Length): fc.Arbitrary<object> {
  const members = builtInFamilies.arrivals.members.flatMap(({ name, args }) => {
    const fields = fieldsOf(args, length, { names: {}, texts: {}, exclusive: new Set() });
    if (fields === undefined) return [];
    return [fields.filter((written) => args.safeParse(written).success).map((written) => ({ [name]: written }))];
  });
  return fc.oneof(...members);
}

const QUEUES: readonly object[] = [
  { name: 'orders', partitions: 3, arrivals: { constant: { rate: '2/s' } }, groups: [{ image: 'img/b:1', batch: 2 }] },
  {
    name: 'orders',
    partitions: 2,
    arrivals: { poisson: { rate: '5/s' } },
    keys: { count: 5 },
    groups: [{ image: 'img/b:1' }, { name: 'audit', image: 'img/a', rebalance: '1s', sessionTimeout: '5s' }],
  },
  { name: 'orders', arrivals: { poisson: { rate: '5/s' } }, groups: [{ image: 'img/b:1', maxDeliveries: 2 }] },
];

/** A queue of messages, which pods of a or b may keep; `publishes` is for the image that fills it. */
function queues(length: Length): fc.Arbitrary<object[]> {
  const kept = fc
    .tuple(one('img/a', 'img/b:1'), partOf(broker, length))
    .map(([image, more]) => ({ image, ...more }))
    .filter((written) => broker.safeParse(written).success);
  return fc.tuple(one(...QUEUES), seldom(2, kept)).map(([queue, its]) => [given({ ...queue, broker: its })]);
}

/** The first image publishes to the queue of the scenario, if there is one. */
export function publishing(behaviors: readonly object[] = [], more: object = {}): readonly object[] {
  if (!('messageQueues' in more)) return behaviors;
  return behaviors.map((its, at) => (at === 0 ? { ...its, publishes: [{ queue: 'orders' }] } : its));
}

/** Parts of the document's spec. */
export function ofSpec(length: Length): fc.Arbitrary<object> {
  return fc
    .tuple(
      seldom(
        5,
        partOf(dns, length, ['service']).map((fields) => ({ ...fields, service: 'b' })),
      ),
      seldom(5, partOf(connections, length, ['callers'])),
      seldom(5, queues(length)),
      seldom(8, one<object>({}, { traces: 2 })),
    )
    .map(([names, kept, messages, tracing]) =>
      given({ dns: names, connections: kept, messageQueues: messages, tracing }),
    );
}

const labelled = (name: string): object => ({ podSelector: { matchLabels: { app: name } } });
const networkPolicy: fc.Arbitrary<Manifest> = fc
  .record(
    {
      podSelector: one({}, { matchLabels: { app: 'b' } }),
      policyTypes: one(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
      ingress: one<object[]>([], [{ from: [labelled('a')] }], [{ ports: [{ port: 80 }] }]),
      egress: one<object[]>([], [{ to: [labelled('b')] }], [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }]),
    },
    { requiredKeys: ['podSelector'] },
  )
  .map((spec) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'n' }, spec }));

const route = (name: string, path: string) => ({
  path,
  pathType: 'Prefix',
  backend: { service: { name, port: { number: 80 } } },
});

/** A proxy in pods, its Ingress and its Service; its image and its source are for the spec. */
function gatewayOf(kind: string, replicas: number, workers: number) {
  const controller = 'example.com/proxy';
  return {
    behavior: {
      image: 'img/proxy',
      gateway: { kind, controller, workers },
      requests: { service: '1ms', concurrency: 100 },
    },
    source: {
      name: 'edge',
      to: 'proxy',
      host: 'shop.example.com',
      arrivals: { constant: { rate: '3/s' } },
      timeout: '1s',
    },
    manifests: [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: { name: 'proxy' },
        spec: { controller },
      },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'shop' },
        spec: {
          ingressClassName: 'proxy',
          rules: [{ host: 'shop.example.com', http: { paths: [route('a', '/'), route(NAMES[2], '/c')] } }],
        },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'proxy' },
        spec: {
          replicas,
          selector: { matchLabels: { app: 'proxy' } },
          template: {
            metadata: { labels: { app: 'proxy' } },
            spec: { containers: [{ name: 'main', image: 'img/proxy' }] },
          },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'proxy' },
        spec: { selector: { app: 'proxy' }, ports: [{ port: 80 }] },
      },
    ],
  };
}

type Gateway = ReturnType<typeof gatewayOf>;

export const gateways: fc.Arbitrary<Gateway | undefined> = seldom(
  6,
  fc.tuple(one(...gatewayKinds), one(1, 2), one(1, 4)).map((args) => gatewayOf(...args)),
);

const experiment = one<object>({ duration: '30s' }, { duration: '1m', progressDeadlineSeconds: 20 }, {}).map(
  (more) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Experiment',
    metadata: { name: 'e' },
    spec: {
      templates: ['one', 'two'].map((name) => ({
        name,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'img/b:1' }] } },
      })),
      ...more,
    },
  }),
);

/** NetworkPolicies, and Experiments of Argo. */
export const onTheWay: fc.Arbitrary<Manifest[]> = fc
  .tuple(seldom(5, networkPolicy), seldom(8, experiment))
  .map((all) => all.filter((object) => object !== undefined));
