// What is scheduled in each row of the table: 5,000 nodes in three zones, ten classes of pods, the whole default profile.
import type { Pod, PodSpec } from 'kubernetes-types/core/v1.js';
import { SchedulerCluster } from '../../test/support/scheduler-cluster.ts';

export const NODES = 5000;
export const CLASSES = 10;
const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';

export interface Load {
  readonly title: string;
  /** 0 is adaptive: a tenth of 5,000 nodes. */
  readonly percentageOfNodesToScore: number;
  /** Whether ReplicaSets own the pods, so that they are spread by default. */
  readonly owned: boolean;
  /** Pods a second: what must be reached, and what would be good. */
  readonly floor: number;
  readonly goal?: number;
  /** How many pods are placed with everything on, and by the naive loop; and before the former to warm up. */
  readonly pods: number;
  readonly naivePods: number;
  readonly warmUp: number;
  /** Whether every node is full of less important pods, four of them. */
  readonly full?: boolean;
  /** What the pods of a class have beside their container. */
  spec(app: string): Partial<PodSpec>;
}

const nothing = (): Partial<PodSpec> => ({});

function zoneSpread(app: string): Partial<PodSpec> {
  const labelSelector = { matchLabels: { app } };
  return {
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule', labelSelector }],
  };
}

function apartByHost(app: string): Partial<PodSpec> {
  const podAffinityTerm = { topologyKey: HOST, labelSelector: { matchLabels: { app } } };
  return {
    affinity: {
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] },
    },
  };
}

export const loads: Readonly<Record<string, Load>> = {
  spreading: {
    title: 'pods of ReplicaSets, adaptive sampling',
    percentageOfNodesToScore: 0,
    owned: true,
    floor: 30_000,
    goal: 100_000,
    pods: 200_000,
    naivePods: 6000,
    warmUp: 10_000,
    spec: nothing,
  },
  'spreading-all': {
    title: 'pods of ReplicaSets, every node scored',
    percentageOfNodesToScore: 100,
    owned: true,
    floor: 10_000,
    goal: 50_000,
    pods: 100_000,
    naivePods: 1000,
    warmUp: 10_000,
    spec: nothing,
  },
  bare: {
    title: 'pods without owner, adaptive sampling',
    percentageOfNodesToScore: 0,
    owned: false,
    floor: 200_000,
    goal: 1_000_000,
    pods: 300_000,
    naivePods: 10_000,
    warmUp: 10_000,
    spec: nothing,
  },
  'bare-all': {
    title: 'pods without owner, every node scored',
    percentageOfNodesToScore: 100,
    owned: false,
    floor: 100_000,
    pods: 300_000,
    naivePods: 1000,
    warmUp: 10_000,
    spec: nothing,
  },
  'zone-spread': {
    title: 'hard spread over zones',
    percentageOfNodesToScore: 0,
    owned: false,
    floor: 20_000,
    pods: 60_000,
    naivePods: 6000,
    warmUp: 10_000,
    spec: zoneSpread,
  },
  'host-anti-affinity': {
    title: 'preferred anti-affinity over hosts',
    percentageOfNodesToScore: 0,
    owned: false,
    floor: 10_000,
    pods: 30_000,
    naivePods: 6000,
    warmUp: 10_000,
    spec: apartByHost,
  },
  preemption: {
    title: 'preemption on a full cluster',
    percentageOfNodesToScore: 0,
    owned: false,
    floor: 2000,
    pods: 6000,
    naivePods: 400,
    warmUp: 2000,
    full: true,
    spec: () => ({ priority: 100 }),
  },
};

/** Four of them fill a node. */
const FOURTH = { cpu: '8', memory: '64Gi' };

/** The cluster, empty unless the load says otherwise, and one pod of each class. */
export function build(load: Load): { cluster: SchedulerCluster; samples: readonly Pod[] } {
  const apps = Array.from({ length: CLASSES }, (_, i) => `app-${i}`);
  const cluster = new SchedulerCluster({
    replicaSets: apps.map((app) => ({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: app, namespace: 'default' },
      spec: { selector: { matchLabels: { app } } },
    })),
  });
  for (let i = 0; i < NODES; i += 1) {
    cluster.setNode({
      metadata: { name: `node-${i}`, labels: { [HOST]: `node-${i}`, [ZONE]: `zone-${i % 3}` } },
      status: { allocatable: { cpu: '32', memory: '256Gi', pods: '110' } },
    });
  }
  const filler = { containers: [{ name: 'filler', image: 'example/filler', resources: { requests: FOURTH } }] };
  for (let i = 0; load.full === true && i < 4 * NODES; i += 1) {
    cluster.addRunning({
      metadata: { name: `filler-${i}`, namespace: 'default' },
      spec: { ...filler, priority: i % 4, nodeName: `node-${i >> 2}` },
    });
  }
  const owner = (name: string) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: name, controller: true });
  const samples = apps.map((app, i): Pod => {
    const requests = load.full === true ? FOURTH : { cpu: `${100 + 10 * i}m`, memory: `${128 + 16 * i}Mi` };
    return {
      metadata: {
        name: app,
        namespace: 'default',
        labels: { app },
        ...(load.owned ? { ownerReferences: [owner(app)] } : {}),
      },
      spec: { containers: [{ name: 'app', image: `example/${app}`, resources: { requests } }], ...load.spec(app) },
    };
  });
  return { cluster, samples };
}
