// A small cluster without a scheduler or controllers: engine, API server and kubelets, for tests of what runs on nodes.
import { ApiClient } from '../../src/api/client.ts';
import { ApiServer } from '../../src/api/server.ts';
import type { ApiSettings } from '../../src/api/settings.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Kubelets } from '../../src/kubelet/kubelets.ts';
import type { BehaviorOf, KubeletSettings } from '../../src/kubelet/settings.ts';
import type { ImageBehavior } from '../../src/model/settings/behavior.ts';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { Processes } from '../../src/model/ports/processes.ts';
import { ClusterState } from '../../src/model/state.ts';
import { HOSTNAME_LABEL, ZONE_LABEL } from '../../src/model/state.ts';
import type { PodRow } from '../../src/model/rows.ts';

const zero = { type: 'constant', value: 0 } as const;
const constant = (value: number) => ({ type: 'constant', value }) as const;

export const idealApi: ApiSettings = {
  mutating: zero,
  read: zero,
  maxMutatingInflight: Infinity,
  etcdCommit: zero,
  watchDelivery: zero,
};

export const plainKubelet: KubeletSettings = {
  client: { qps: Infinity, burst: 1 },
  sandbox: constant(300_000),
  containerStart: constant(200_000),
  mount: constant(200_000),
  imagePull: { bandwidth: 25e6, roundTripUs: 150_000, maxParallel: 1, registry: { qps: Infinity, burst: 1 } },
  cachedImages: ['*'],
  leaseRenewIntervalUs: 10e6,
  relistPeriodUs: 0,
  eviction: { thresholds: [], maxPodGraceUs: 0, transitionUs: 300e6 },
  shutdown: [],
  disk: { systemBytes: 0, imageFileSystemBytes: undefined, unpackedFactor: 1, logBytes: Infinity },
  imageCollection: { highThreshold: 0.85, lowThreshold: 0.8, minimumAgeUs: 120e6, maximumAgeUs: 0 },
  crashLoopBackOff: { initialUs: 10e6, maxUs: 300e6 },
};

export const plainBehavior: ImageBehavior = {
  imageSizeBytes: 100e6,
  layers: [{ name: undefined, bytes: 100e6 }],
  isPrivate: false,
  config: [],
  hooks: {},
  startup: constant(2e6),
  crash: undefined,
  work: undefined,
  training: undefined,
  usage: {
    cpu: [{ atUs: 0, amount: 0 }],
    memoryBytes: [{ atUs: 0, amount: 0 }],
    memoryPerRequestBytes: 0,
    memoryOfRequestsBytes: 0,
    layerBytes: [{ atUs: 0, amount: 0 }],
    logBytes: [{ atUs: 0, amount: 0 }],
    volumeBytes: new Map(),
  },
  drain: true,
};

export interface Rig {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly api: ApiServer;
  readonly kubelets: Kubelets;
  readonly client: ApiClient;
  /** What the kubelets asked of the processes: `started 0/1` (pod, container), … with the time in seconds. */
  readonly heard: string[];
  /** Creates a bare pod on a node at the current time and returns its row once committed. */
  pod(name: string, template: PodTemplateSpec, node: string): void;
}

export function rig(options: {
  nodes?: number;
  /** Of each node's disk; without it nobody knows how large it is. */
  diskBytes?: number;
  api?: ApiSettings;
  kubelet?: Partial<KubeletSettings>;
  behaviors?: Record<string, Partial<ImageBehavior>>;
  /** How long a process takes to finish what it holds; undefined: it never does. */
  drainUs?: number;
}): Rig {
  const engine = new Engine({ seed: 'rig' });
  const state = new ClusterState('rig');
  for (let index = 0; index < (options.nodes ?? 1); index += 1) {
    const disk = options.diskBytes === undefined ? {} : { 'ephemeral-storage': options.diskBytes };
    const resources = { cpu: 4000, memory: 16 * 2 ** 30, pods: 10, ...disk };
    state.addNode(
      {
        name: `node-${index}`,
        labels: { [HOSTNAME_LABEL]: `node-${index}`, [ZONE_LABEL]: 'abc'[index % 3] },
        taints: [],
        unschedulable: false,
        capacity: resources,
        allocatable: resources,
        hourlyCost: 0,
      },
      0,
    );
  }
  const api = new ApiServer(engine, state, options.api ?? idealApi);
  const heard: string[] = [];
  const say = (what: string): void => {
    heard.push(`${engine.now / 1e6} ${what}`);
  };
  const drained = engine.kind('rig.drained', (pod, container) => {
    kubelets.drained(pod as PodRow, state.pods.epoch[pod], container);
  });
  const processes: Processes = {
    started: (pod, _epoch, container) => say(`started ${pod}/${container}`),
    terminate(pod, _epoch, container) {
      say(`terminate ${pod}/${container}`);
      if (options.drainUs !== undefined) engine.after(options.drainUs, drained, pod, container);
    },
    killed: (pod, _epoch, container) => say(`killed ${pod}/${container}`),
    nodeDown: (node) => say(`down ${node}`),
    held: () => 0,
  };
  const behaviorOf: BehaviorOf = (image) => ({ ...plainBehavior, ...options.behaviors?.[image] });
  const kubelets: Kubelets = new Kubelets(engine, api, { ...plainKubelet, ...options.kubelet }, processes, behaviorOf);
  const client = new ApiClient(api, 'kubectl', { qps: Infinity, burst: 1 });
  return {
    engine,
    state,
    api,
    kubelets,
    client,
    heard,
    pod(name, template, node) {
      const spec = { containers: [], ...template.spec, nodeName: node };
      client.createPod(client.podClass('default', { ...template, spec }).id, -1, name);
    },
  };
}

/** The events of a reason so far: `time object: message`, the time in seconds. */
export function eventsOf({ state }: Rig, reason: string): string[] {
  const found: string[] = [];
  for (let row = 0; row < state.events.length; row += 1) {
    if (state.events.messages.get(state.events.message[row]).reason !== reason) continue;
    const { name, message } = state.describeEvent(row);
    found.push(`${state.events.recordedAt[row] / 1e6} ${name}: ${message}`);
  }
  return found;
}

/** A template of one container per image. */
export function template(images: string[], more: object = {}, container: object = {}): PodTemplateSpec {
  return {
    metadata: { labels: { app: 'a' } },
    spec: { containers: images.map((image, index) => ({ name: `c${index}`, image, ...container })), ...more },
  };
}
