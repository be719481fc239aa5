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
  /** How many pods are placed with everything on, and by the naive loop. */
  readonly pods: number;
  readonly naivePods: number;
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
    spec: nothing,
  },
  'bare-all': {
    title: 'pods without owner, every node scored',
    percentageOfNodesToScore: 100,
    owned: false,
    floor: 100_000,
    pods: 300_000,
    naivePods: 1000,
    spec: nothing,
  },
  'zone-spread': {
    title: 'hard spread over zones',
    percentageOfNodesToScore: 0,
    owned: false,
    floor: 20_000,
    pods: 60_000,
    naivePods: 6000,
    spec: zoneSpread,
  },
  'host-anti-affinity': {
    title: 'preferred anti-affinity over hosts',
    percentageOfNodesToScore: 0,
    owned: false,
    floor: 10_000,
    pods: 30_000,
    naivePods: 6000,
    spec: apartByHost,
  },
};

/** The cluster, empty, and one pod of each class. */
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
  const owner = (name: string) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: name, controller: true });
  const samples = apps.map((app, i): Pod => {
    const requests = { cpu: `${100 + 10 * i}m`, memory: `${128 + 16 * i}Mi` };
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
