// Strategies against the unit tests of kubernetes-sigs/descheduler (0.34), as facts: nodes, pods, and how many or which ones are evicted.
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { describe, expect, it } from 'vitest';
import { PodClasses } from '../model/pod-class.ts';
import type { IdentityRow } from '../model/rows.ts';
import type { EvictorArgs, StrategyArgs, StrategyName } from '../model/settings/descheduler.ts';
import { descheduled } from './descheduler.ts';
import { EvictionCounts } from './evictor.ts';
import type { SeenNode, SeenPod, Steps } from './seen.ts';

const classes = new PodClasses();

interface PodFacts {
  readonly node?: string;
  readonly cpu?: number;
  readonly memory?: number;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  /** Kind of the owner; null: none. */
  readonly owner?: string | null;
  readonly image?: string;
  readonly images?: readonly string[];
  readonly spec?: Partial<PodSpec>;
  readonly terminating?: boolean;
  readonly ageS?: number;
  readonly restarts?: number;
}

const NOW_US = 100_000e6;

function pod(name: string, facts: PodFacts = {}): SeenPod {
  const { node = 'n1', cpu = 400, memory = 0, namespace = 'default', owner = 'ReplicaSet', image = 'i' } = facts;
  const { images = [image] } = facts;
  const requests = { cpu: `${cpu}m`, memory: String(memory) };
  const containers = images.map((one, index) => ({
    name: `c${index}`,
    image: one,
    ...(index === 0 && cpu > 0 ? { resources: { requests } } : {}),
  }));
  const metadata = { labels: facts.labels ?? {}, annotations: facts.annotations ?? {} };
  return {
    identity: 0 as IdentityRow,
    name,
    node,
    podClass: classes.intern(namespace, { metadata, spec: { containers, ...facts.spec } }),
    owner: owner === null ? undefined : { kind: owner, name: `${owner.toLowerCase()}-1` },
    phase: 'Running',
    terminating: facts.terminating ?? false,
    createdUs: NOW_US - (facts.ageS ?? 60) * 1e6,
    startedUs: NOW_US - (facts.ageS ?? 60) * 1e6,
    restarts: facts.restarts ?? 0,
  };
}

function node(name: string, cpu = 4000, memory = 3000, pods = 10, more: Partial<SeenNode> = {}): SeenNode {
  return { name, labels: {}, taints: [], unschedulable: false, allocatable: { cpu, memory, pods }, ...more };
}

const many = (count: number, facts: PodFacts, prefix = `${facts.node ?? 'n1'}-`): SeenPod[] =>
  Array.from({ length: count }, (_, index) => pod(`${prefix}${index}`, facts));

const EVICTOR: EvictorArgs = {
  nodeFit: false,
  minReplicas: 0,
  minPodAgeUs: 0,
  evictLocalStoragePods: false,
  evictDaemonSetPods: false,
  evictSystemCriticalPods: false,
  ignorePvcPods: false,
  evictFailedBarePods: false,
};
const NO_LIMITS = {
  intervalUs: 0,
  startUs: 0,
  mostPerNode: Infinity,
  mostPerNamespace: Infinity,
  mostInTotal: Infinity,
};

interface Given<Name extends StrategyName> {
  readonly strategy: Name;
  readonly args: StrategyArgs[Name];
  readonly nodes: readonly SeenNode[];
  readonly pods: readonly SeenPod[];
  readonly evictor?: Partial<EvictorArgs>;
  readonly limits?: Partial<typeof NO_LIMITS>;
  /** Budgets let none of these go. */
  readonly refused?: readonly string[];
}

/** The API's answer, without a wait. */
function* answer({ name }: SeenPod, refused: readonly string[], evicted: string[]): Steps<boolean> {
  if (refused.includes(name)) return false;
  evicted.push(name);
  yield* [];
  return true;
}

/** Names of the pods that are evicted, in order. */
function evictions<Name extends StrategyName>(given: Given<Name>): string[] {
  const { strategy, args, nodes, pods, evictor = {}, limits = {}, refused = [] } = given;
  const use = { name: strategy, args } as unknown as Parameters<typeof descheduled>[0]['balance'][number];
  const profile = { name: 'p', evictor: { ...EVICTOR, ...evictor }, deschedule: [], balance: [use] };
  const settings = { ...NO_LIMITS, ...limits, profiles: [profile] };
  const look = { nowUs: NOW_US, nodes, pods, podsOn: (name: string) => pods.filter((one) => one.node === name) };
  const evicted: string[] = [];
  const evict = (one: SeenPod): Steps<boolean> => answer(one, refused, evicted);
  const steps = descheduled(profile, settings, look, new EvictionCounts(), evict);
  while (steps.next().done !== true);
  return evicted;
}

const local = { volumes: [{ name: 'sample', hostPath: { path: 'somePath' } }] };
const mirror = { 'kubernetes.io/config.mirror': '' };
const CRITICAL = 2_000_000_000;

describe('LowNodeUtilization', () => {
  const nodes = [node('n1', 4000, 3000, 9), node('n2'), node('n3', 4000, 3000, 10, { unschedulable: true })];
  const args = {
    thresholds: { cpu: 30, pods: 30 },
    targetThresholds: { cpu: 50, pods: 50 },
    numberOfNodes: 0,
    useDeviationThresholds: false,
  };
  const fixed = [
    pod('p6', { owner: 'DaemonSet' }),
    pod('p7', { spec: local, annotations: mirror }),
    pod('p8', { namespace: 'kube-system', spec: { priority: CRITICAL } }),
    pod('p9', { node: 'n2' }),
  ];
  const five = [1, 2, 3, 4, 5].map((at) => pod(`p${at}`));
  const low = (
    pods: readonly SeenPod[],
    more: object = {},
    rest: Partial<Given<'LowNodeUtilization'>> = {},
  ): string[] => evictions({ strategy: 'LowNodeUtilization', args: { ...args, ...more }, nodes, pods, ...rest });

  it('evicts nobody where nobody may go', () => {
    const pods = [1, 2, 3, 4].map((at) => pod(`p${at}`, { owner: 'DaemonSet' }));
    expect(low([...pods, ...fixed.slice(1)])).toEqual([]);
  });

  it('without priorities evicts four, down to the target', () => {
    // 8 of 9 pods on n1; the target is 4 (half of 9, rounded down).
    expect(low([...five, ...fixed])).toHaveLength(4);
  });

  it('leaves excluded namespaces alone', () => {
    const pods = [1, 2, 3, 4, 5].map((at) => pod(`p${at}`, { namespace: 'namespace1' }));
    expect(low([...pods, ...fixed], { evictableNamespaces: { exclude: ['namespace1'] } })).toEqual([]);
  });

  it('takes low priorities first, and best effort pods first among equals', () => {
    const ranked = [1, 2, 3, 4].map((at) => pod(`p${at}`, { spec: { priority: 10_000 } }));
    expect(low([...ranked, pod('p5', { spec: { priority: 0 } }), ...fixed])[0]).toBe('p5');
    expect(low([...five.slice(0, 4), pod('best-effort', { cpu: 0 }), ...fixed])[0]).toBe('best-effort');
  });

  it('stops at a limit for the node', () => {
    expect(low([...five, ...fixed], { evictionLimits: { node: 1 } })).toHaveLength(1);
    expect(low([...five, ...fixed], {}, { limits: { mostPerNode: 2 } })).toHaveLength(2);
    expect(low([...five, ...fixed], {}, { limits: { mostInTotal: 3 } })).toHaveLength(3);
  });

  it('goes on with others where a budget refuses one', () => {
    expect(low([...five, ...fixed], {}, { refused: ['p1'] })).toEqual(['p2', 'p3', 'p4', 'p5']);
  });

  it('does nothing where all are low, none is high, or too few are low', () => {
    expect(low([pod('a'), pod('b', { node: 'n2' })])).toEqual([]);
    expect(low(many(8, { node: 'n1', cpu: 100 }), { targetThresholds: { cpu: 50, pods: 90 } })).toEqual([]);
    expect(low([...five, ...fixed], { numberOfNodes: 1 })).toEqual([]);
  });

  it('does not evict a pod for nodes whose taints it does not tolerate', () => {
    const taints = [{ key: 'key', value: 'value', effect: 'NoSchedule' }];
    const tainted = [nodes[0], node('n2', 4000, 3000, 10, { taints })];
    const tolerations = [{ key: 'key', operator: 'Equal', value: 'value', effect: 'NoSchedule' }];
    const pods = [...five.slice(0, 4), pod('tolerant', { spec: { tolerations } }), ...fixed];
    expect(low(pods, {}, { nodes: tainted })).toEqual(['tolerant']);
  });

  it('may take thresholds as deviations from the mean', () => {
    // Means: cpu (80 + 20) / 2 = 50, so below 40 and above 60 count.
    const pods = [...many(8, { node: 'n1' }), ...many(2, { node: 'n2' })];
    const by = { thresholds: { cpu: 10 }, targetThresholds: { cpu: 10 }, useDeviationThresholds: true };
    // 3200 down to 2400 is two pods.
    expect(low(pods, by, { nodes: [node('n1'), node('n2')] })).toHaveLength(2);
  });
});

describe('HighNodeUtilization', () => {
  const high = (
    nodes: readonly SeenNode[],
    pods: readonly SeenPod[],
    thresholds: Record<string, number>,
    more: Partial<Given<'HighNodeUtilization'>> = {},
  ): string[] =>
    evictions({
      strategy: 'HighNodeUtilization',
      args: { thresholds, numberOfNodes: 0 },
      nodes,
      pods,
      ...more,
    });

  it('empties nodes below the thresholds', () => {
    const nodes = [node('n1'), node('n2'), node('n3')];
    const pods = [pod('p1'), pod('p2', { node: 'n2' }), pod('p3', { node: 'n2' }), ...many(8, { node: 'n3' })];
    // n1 has 10 and n2 20 per cent: below 40. n3 has 20 per cent of its CPU left, and room for two pods.
    expect(high(nodes, pods, { cpu: 40, pods: 40 })).toEqual(['p1', 'p2']);
  });

  it('does nothing where all or none are empty', () => {
    const nodes = [node('n1'), node('n2')];
    expect(high(nodes, [pod('p1')], { cpu: 40 })).toEqual([]);
    expect(high(nodes, [...many(8, { node: 'n1' }), ...many(8, { node: 'n2' })], { cpu: 40 })).toEqual([]);
  });
});

describe('RemoveDuplicates', () => {
  const nodes = [node('n1', 2000), node('n2', 2000)];
  const duplicates = (pods: readonly SeenPod[], more: Partial<Given<'RemoveDuplicates'>> = {}): number =>
    evictions({ strategy: 'RemoveDuplicates', args: { excludeOwnerKinds: [] }, nodes, pods, ...more }).length;
  const three = (namespace: string): SeenPod[] => many(3, { namespace, cpu: 100 }, `${namespace}-`);
  const east = node('n4', 2000, 3000, 10, { labels: { datacenter: 'east' } });
  const tainted = node('n3', 2000, 3000, 10, { taints: [{ key: 'hardware', value: 'gpu', effect: 'NoSchedule' }] });
  const west = many(3, { cpu: 100, spec: { nodeSelector: { datacenter: 'west' } } });
  const small = node('n6', 200, 200);

  it.each<[string, SeenPod[], number, Partial<Given<'RemoveDuplicates'>>]>([
    ['three of one ReplicaSet: one', three('dev'), 1, {}],
    ['of a kind that is excluded: none', three('dev'), 0, { args: { excludeOwnerKinds: ['ReplicaSet'] } }],
    ['in two namespaces: two', [...three('dev'), ...three('test')], 2, {}],
    [
      'pods that may not go: none',
      [
        pod('p4', { owner: 'DaemonSet' }),
        pod('p5', { spec: local }),
        pod('p6', { annotations: mirror }),
        pod('p7', { spec: { priority: CRITICAL } }),
      ],
      0,
      {},
    ],
    ['other images: none', [pod('p11', { image: 'foo' }), pod('p12', { image: 'bar' })], 0, {}],
    ['not all images the same: none', [pod('p11', { image: 'foo' }), pod('p13', { images: ['i', 'foo'] })], 0, {}],
    [
      'no other node without the taint: none',
      three('dev'),
      0,
      { nodes: [nodes[0], tainted], evictor: { nodeFit: true } },
    ],
    ['no other node with the label: none', west, 0, { nodes: [nodes[0], east], evictor: { nodeFit: true } }],
    [
      'the other node is closed: none',
      three('dev'),
      0,
      { nodes: [nodes[0], node('n5', 2000, 3000, 10, { unschedulable: true })], evictor: { nodeFit: true } },
    ],
    [
      'the other node has no CPU: none',
      [...three('dev'), pod('eater', { node: 'n6', cpu: 150, namespace: 'test', owner: null })],
      0,
      { nodes: [nodes[0], small], evictor: { nodeFit: true } },
    ],
    [
      'the other node has just enough: one',
      [...three('dev'), pod('saver', { node: 'n6', cpu: 100, namespace: 'test', owner: null })],
      1,
      { nodes: [nodes[0], small], evictor: { nodeFit: true } },
    ],
    // (5, 3, 1) → (3, 3, 3)
    [
      'evenly over three nodes',
      [...many(5, { node: 'n1' }), ...many(3, { node: 'n2' }), pod('one', { node: 'n3' })],
      2,
      { nodes: ['n1', 'n2', 'n3'].map((name) => node(name, 2000)) },
    ],
  ])('%s', (_, pods, count, more) => {
    expect(duplicates(pods, more)).toBe(count);
  });
});

describe('RemovePodsViolatingTopologySpreadConstraint', () => {
  const zones = [
    node('n1', 2000, 3000, 10, { labels: { zone: 'zoneA' } }),
    node('n2', 2000, 3000, 10, { labels: { zone: 'zoneB' } }),
  ];
  const labels = { foo: 'bar' };
  const spread = (topologyKey: string, more: object = {}) => ({
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: labels }, ...more },
    ],
  });
  const of = (count: number, on: string, spec: Partial<PodSpec> = {}, more: PodFacts = {}): SeenPod[] =>
    many(
      count,
      { node: on, cpu: 100, labels, namespace: 'ns1', spec, ...more },
      `${on}-${JSON.stringify(spec).length}-`,
    );
  const args = { constraints: ['DoNotSchedule'], topologyBalanceNodeFit: true };
  const evicted = (
    pods: readonly SeenPod[],
    more: Partial<Given<'RemovePodsViolatingTopologySpreadConstraint'>> = {},
  ): number =>
    evictions({ strategy: 'RemovePodsViolatingTopologySpreadConstraint', args, nodes: zones, pods, ...more }).length;
  const first = spread('zone');
  const soft = spread('zone', { whenUnsatisfiable: 'ScheduleAnyway' });

  it.each<[string, SeenPod[], number, Partial<Given<'RemovePodsViolatingTopologySpreadConstraint'>>]>([
    ['[2,1]: none', [...of(1, 'n1', first), ...of(1, 'n1'), ...of(1, 'n2')], 0, {}],
    ['[3,1]: one', [...of(1, 'n1', first), ...of(2, 'n1'), ...of(1, 'n2')], 1, {}],
    ['[3,1], soft: none', [...of(1, 'n1', soft), ...of(2, 'n1'), ...of(1, 'n2')], 0, {}],
    [
      '[3,1], soft ones too: one',
      [...of(1, 'n1', soft), ...of(2, 'n1'), ...of(1, 'n2')],
      1,
      { args: { ...args, constraints: ['DoNotSchedule', 'ScheduleAnyway'] } },
    ],
    [
      '[3,1], nobody may go: none',
      [
        ...of(1, 'n1', first, { owner: null }),
        ...of(2, 'n1', {}, { owner: null }),
        ...of(1, 'n2', {}, { owner: null }),
      ],
      0,
      {},
    ],
    ['[5,2]: one', [...of(1, 'n1', first), ...of(4, 'n1'), ...of(2, 'n2')], 1, {}],
    ['[4,0]: two', [...of(1, 'n1', first), ...of(3, 'n1')], 2, {}],
  ])('%s', (_, pods, count, more) => {
    expect(evicted(pods, more)).toBe(count);
  });

  const os = (name: string, domain: string, system: string) =>
    node(name, 2000, 3000, 10, { labels: { node: domain, os: system } });
  const systems = [
    ...['A', 'B', 'C'].map((letter, at) => os(`n${at + 1}`, `linNode${letter}`, 'linux')),
    ...['A', 'B', 'C'].map((letter, at) => os(`n${at + 4}`, `winNode${letter}`, 'windows')),
  ];
  const windows = { ...spread('node'), nodeSelector: { os: 'windows' } };

  it('counts only domains that the pods may use', () => {
    const balanced = [...of(3, 'n4', windows), ...of(3, 'n5', windows), ...of(2, 'n6', windows)];
    expect(evicted(balanced, { nodes: systems })).toBe(0);
    expect(evicted(balanced, { nodes: [...systems, os('n7', 'winNodeD', 'windows')] })).toBe(2);
    const uneven = [...of(4, 'n4', windows), ...of(3, 'n5', windows), ...of(1, 'n6', windows)];
    expect(evicted(uneven, { nodes: systems })).toBe(1);
  });
});

describe('single pods', () => {
  const two = [
    node('n1', 4000, 3000, 10, { labels: { disk: 'hdd' } }),
    node('n2', 4000, 3000, 10, { labels: { disk: 'ssd' } }),
  ];

  it('leave a node that lacks what they require, where another one has it', () => {
    const args = { nodeAffinityType: ['requiredDuringSchedulingIgnoredDuringExecution'] };
    const pods = [
      pod('ssd', { spec: { nodeSelector: { disk: 'ssd' } } }),
      pod('tape', { spec: { nodeSelector: { disk: 'tape' } } }),
    ];
    expect(evictions({ strategy: 'RemovePodsViolatingNodeAffinity', args, nodes: two, pods })).toEqual(['ssd']);
  });

  it('leave a node with a taint that they do not tolerate', () => {
    const tainted = (effect: string) => [
      node('n1', 4000, 3000, 10, { taints: [{ key: 'k', value: 'v', effect }] }),
      two[1],
    ];
    const pods = [pod('p'), pod('tolerant', { spec: { tolerations: [{ key: 'k', operator: 'Exists' }] } })];
    const args = { includePreferNoSchedule: false, excludedTaints: [], includedTaints: [] };
    const strategy = 'RemovePodsViolatingNodeTaints';
    expect(evictions({ strategy, args, nodes: tainted('NoSchedule'), pods })).toEqual(['p']);
    expect(evictions({ strategy, args, nodes: tainted('PreferNoSchedule'), pods })).toEqual([]);
    const soft = { ...args, includePreferNoSchedule: true };
    expect(evictions({ strategy, args: soft, nodes: tainted('PreferNoSchedule'), pods })).toEqual(['p']);
    const excluded = { ...args, excludedTaints: ['k=v'] };
    expect(evictions({ strategy, args: excluded, nodes: tainted('NoSchedule'), pods })).toEqual([]);
  });

  it('leave those that they do not want beside them, all but one', () => {
    const affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'disk', labelSelector: { matchLabels: { foo: 'bar' } } },
        ],
      },
    };
    const pods = [1, 2, 3].map((at) => pod(`p${at}`, { labels: { foo: 'bar' }, spec: { affinity, priority: at } }));
    const strategy = 'RemovePodsViolatingInterPodAntiAffinity';
    expect(evictions({ strategy, args: {}, nodes: two, pods })).toEqual(['p1', 'p2']);
  });

  it('go after too many restarts, and when they are too old, the oldest first', () => {
    const pods = [
      pod('young', { ageS: 10 }),
      pod('old', { ageS: 700, restarts: 4 }),
      pod('oldest', { ageS: 900, restarts: 3 }),
    ];
    const restarts = { podRestartThreshold: 4 };
    expect(evictions({ strategy: 'RemovePodsHavingTooManyRestarts', args: restarts, nodes: two, pods })).toEqual([
      'old',
    ]);
    const life = { maxPodLifeTimeUs: 600e6, states: [] };
    expect(evictions({ strategy: 'PodLifeTime', args: life, nodes: two, pods })).toEqual(['oldest', 'old']);
  });
});

describe('DefaultEvictor', () => {
  const life = (pods: readonly SeenPod[], evictor: Partial<EvictorArgs> = {}): string[] =>
    evictions({
      strategy: 'PodLifeTime',
      args: { maxPodLifeTimeUs: 1, states: [] },
      nodes: [node('n1')],
      pods,
      evictor,
    });
  const claim = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };

  it.each<[string, PodFacts, Partial<EvictorArgs>, boolean]>([
    ['a bare pod stays', { owner: null }, {}, false],
    [
      'one with the annotation goes',
      { owner: null, annotations: { 'descheduler.alpha.kubernetes.io/evict': 'true' } },
      {},
      true,
    ],
    ['local storage stays', { spec: local }, {}, false],
    ['… unless it may go', { spec: local }, { evictLocalStoragePods: true }, true],
    ['a DaemonSet’s stays', { owner: 'DaemonSet' }, {}, false],
    ['… unless it may go', { owner: 'DaemonSet' }, { evictDaemonSetPods: true }, true],
    ['a critical one stays', { spec: { priority: CRITICAL } }, {}, false],
    ['… unless it may go', { spec: { priority: CRITICAL } }, { evictSystemCriticalPods: true }, true],
    [
      'one of a priority at the threshold stays',
      { spec: { priority: 100 } },
      { priorityThreshold: { value: 100 } },
      false,
    ],
    ['one below it goes', { spec: { priority: 99 } }, { priorityThreshold: { value: 100 } }, true],
    ['a claim goes', { spec: claim }, {}, true],
    ['… unless it may not', { spec: claim }, { ignorePvcPods: true }, false],
    ['one that is terminating stays', { terminating: true }, {}, false],
    ['one of too few replicas stays', {}, { minReplicas: 2 }, false],
    ['a young one stays', { ageS: 30 }, { minPodAgeUs: 60e6 }, false],
    ['one without the label stays', {}, { labelSelector: { matchLabels: { app: 'web' } } }, false],
  ])('%s', (_, facts, evictor, goes) => {
    expect(life([pod('p', facts)], evictor)).toEqual(goes ? ['p'] : []);
  });
});
