// Clusters at random for the scheduler: any mixture of what plugins look at, nodes that change, pods that come and go.
import type { Container, Node, Pod, PodSpec } from 'kubernetes-types/core/v1.js';
import type { CounterRandom } from '../../src/engine/counter.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import type { Surroundings } from './scheduler-cluster.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';

type Draw = (random: CounterRandom) => boolean;

const oneIn =
  (n: number): Draw =>
  (random) =>
    random.int(n) === 0;

/** What the clusters differ in; each holds for the whole life of one. */
export class RandomCluster {
  readonly nodes: number;
  readonly percentageOfNodesToScore: number;
  readonly surroundings: Surroundings;
  readonly #random: CounterRandom;
  readonly #zones: number;
  readonly #has: Readonly<Record<string, boolean>>;
  readonly #templates: readonly Pod[];

  constructor(random: CounterRandom) {
    this.#random = random;
    const has = (n: number): boolean => oneIn(n)(random);
    this.nodes = random.int(8) === 0 ? 1 + random.int(40) : 60 + random.int(160);
    this.percentageOfNodesToScore = [0, 0, 100, 5, 60][random.int(5)];
    this.#zones = [1, 2, 3, 3, 3, 4, 5, 30, 30, 80][random.int(10)];
    this.#has = {
      zoneless: has(3),
      cordons: has(3),
      taints: has(3),
      dislikes: has(4),
      images: has(4),
      gpus: has(3),
      small: has(2),
    };
    const classes = 1 + random.int(7);
    this.#templates = Array.from({ length: classes }, (_, i) => this.#template(`app-${random.int(4)}`, i));
    this.surroundings = {
      services: has(2) ? [selecting('Service', 'v1', 'app-0')] : [],
      replicaSets: [0, 1, 2, 3].map((i) => selecting('ReplicaSet', 'apps/v1', `app-${i}`)),
    };
  }

  /** A new version of the node of that number. */
  node(index: number): Node {
    const random = this.#random;
    const { zoneless, cordons, taints, dislikes, images, gpus, small } = this.#has;
    const name = `n-${index}`;
    const zone = zoneless && oneIn(4)(random) ? {} : { [ZONE]: `z${random.int(this.#zones)}` };
    const scale = small ? 1 : 4;
    return {
      metadata: { name, labels: { [HOST]: name, ...zone, disk: `${random.int(2)}` } },
      spec: {
        taints: [
          ...(dislikes && oneIn(5)(random) ? [{ key: 'spot', value: 'yes', effect: 'PreferNoSchedule' }] : []),
          ...(taints && oneIn(5)(random) ? [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] : []),
        ],
        ...(cordons && oneIn(6)(random) ? { unschedulable: true } : {}),
      },
      status: {
        allocatable: {
          cpu: `${scale * (1 + random.int(2))}`,
          memory: `${scale * 2}Gi`,
          pods: `${scale * (2 + random.int(3))}`,
          ...(gpus && oneIn(3)(random) ? { 'example.com/gpu': `${random.int(4)}` } : {}),
        },
        images: images && oneIn(3)(random) ? [{ names: ['big:1'], sizeBytes: 400e6 }] : [],
      },
    };
  }

  /** A pod like one of the cluster's few templates. */
  pod(ordinal: number): Pod {
    const template = this.#templates[this.#random.int(this.#templates.length)];
    return { ...template, metadata: { ...template.metadata, name: `p-${ordinal}` } };
  }

  #template(app: string, index: number): Pod {
    const random = this.#random;
    const maybe = (n: number, part: Partial<PodSpec>): Partial<PodSpec> => (oneIn(n)(random) ? part : {});
    const owned = oneIn(2)(random);
    const cpu = `${100 * (1 + random.int(8))}m`;
    const gpu = this.#has.gpus && oneIn(3)(random) ? { 'example.com/gpu': '1' } : {};
    const container: Container = {
      name: 'c',
      image: oneIn(2)(random) ? 'big:1' : 'small',
      ...(oneIn(6)(random) ? { ports: [{ containerPort: 80, hostPort: 8080 + random.int(2) }] } : {}),
      ...(oneIn(5)(random) ? {} : { resources: { requests: { cpu, memory: '100Mi', ...gpu } } }),
    };
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: app, uid: app, controller: true }];
    return {
      metadata: {
        name: '',
        namespace: 'default',
        labels: { app, template: `${index}` },
        ...(owned ? { ownerReferences } : {}),
      },
      spec: {
        containers: [container],
        ...maybe(4, { topologySpreadConstraints: this.#constraints(app) }),
        ...maybe(4, { affinity: this.#affinity(app) }),
        ...maybe(4, { tolerations: [{ operator: 'Exists' }] }),
        ...maybe(12, { nodeSelector: { disk: '1' } }),
        ...maybe(20, { nodeName: 'n-7' }),
      },
    };
  }

  #constraints(app: string): NonNullable<PodSpec['topologySpreadConstraints']> {
    const random = this.#random;
    const labelSelector = { matchLabels: { app } };
    return Array.from({ length: 1 + random.int(3) }, (_, i) => ({
      maxSkew: 1 + random.int(3),
      topologyKey: [ZONE, HOST, 'disk'][i],
      whenUnsatisfiable: oneIn(3)(random) ? 'DoNotSchedule' : 'ScheduleAnyway',
      labelSelector,
    }));
  }

  #affinity(app: string): NonNullable<PodSpec['affinity']> {
    const random = this.#random;
    const podTerm = { topologyKey: oneIn(2)(random) ? ZONE : HOST, labelSelector: { matchLabels: { app } } };
    const onDisk = { matchExpressions: [{ key: 'disk', operator: 'In', values: ['1'] }] };
    switch (random.int(5)) {
      case 0:
        return { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [podTerm] } };
      case 1:
        return {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 40, podAffinityTerm: podTerm }],
          },
        };
      case 2:
        return {
          podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 7, podAffinityTerm: podTerm }] },
        };
      case 3:
        return {
          nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 3, preference: onDisk }] },
        };
      default:
        return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [onDisk] } } };
    }
  }
}

function selecting(kind: string, apiVersion: string, app: string): KubeObject {
  const selector = kind === 'Service' ? { app } : { matchLabels: { app } };
  return { apiVersion, kind, metadata: { name: app, namespace: 'default' }, spec: { selector } };
}
