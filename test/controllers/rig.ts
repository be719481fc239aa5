// A cluster for tests of the controllers: real engine, API server and manager; a round-robin scheduler and simple kubelets.
import type { Deployment as PublishedDeployment } from 'kubernetes-types/apps/v1.js';
import { ApiClient } from '../../src/api/client.ts';
import { ApiServer } from '../../src/api/server.ts';
import type { ApiSettings } from '../../src/api/settings.ts';
import { bindPod } from '../../src/api/requests/bind-pod.ts';
import { removePod } from '../../src/api/requests/delete-pod.ts';
import { patchPodStatus } from '../../src/api/requests/pod-status.ts';
import { ControllerManager } from '../../src/controllers/controller-manager.ts';
import type { Deployment, ReplicaSet } from '../../src/controllers/kit/deployment-objects.ts';
import { type ControllerSettings, defaultControllerSettings } from '../../src/controllers/settings.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Change } from '../../src/model/change-log.ts';
import { NodeReady } from '../../src/model/nodes.ts';
import { PodBit, PodPhase } from '../../src/model/pods.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import { ClusterState, HOSTNAME_LABEL, ZONE_LABEL } from '../../src/model/state.ts';
import type { RolloutChoice } from '../../src/controllers/deployment/rollouts/choice.ts';
import type { MetricsSources } from '../../src/controllers/horizontal-pod-autoscaler/horizontal-pod-autoscaler-controller.ts';
import { noMetrics } from '../support/no-metrics.ts';
import { rolloutsWithoutTraffic } from '../support/rollout-ports.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../src/model/rows.ts';

const zero = { type: 'constant', value: 0 } as const;

export const idealApi: ApiSettings = {
  mutating: zero,
  read: zero,
  maxMutatingInflight: 1e9,
  etcdCommit: zero,
  watchDelivery: zero,
};

/** The model's defaults. */
export const usualApi: ApiSettings = {
  mutating: { type: 'lognormal', median: 1000, sigma: 0.5 },
  read: { type: 'lognormal', median: 500, sigma: 0.5 },
  maxMutatingInflight: 200,
  etcdCommit: { type: 'lognormal', median: 1600, sigma: 0.5 },
  watchDelivery: { type: 'lognormal', median: 1500, sigma: 0.6 },
};

export const idealControllers: Partial<ControllerSettings> = { clients: { qps: 0, burst: 0 }, syncWorkUs: 0 };

const RUNNING =
  PodPhase.Running | PodBit.Initialized | PodBit.HasIp | PodBit.ContainersReady | PodBit.Ready | PodBit.Scheduled;

export interface RigOptions {
  readonly nodes?: number;
  readonly zones?: number;
  readonly api?: ApiSettings;
  readonly controllers?: Partial<ControllerSettings>;
  /** From binding to Ready; Infinity: never. By image where it is a function. */
  readonly readyUs?: number | ((image: string) => number);
  readonly goneUs?: number;
  /** Without them nothing is divided and nothing measured. */
  readonly rollouts?: RolloutChoice;
  /** Without them autoscalers find no metrics. */
  readonly metrics?: MetricsSources;
}

export class Rig {
  readonly engine = new Engine({ seed: 1 });
  readonly state = new ClusterState('1');
  readonly api: ApiServer;
  readonly manager: ControllerManager;
  readonly user: ApiClient;
  /** `time in s, name of the ReplicaSet's image, size` at each change of a size. */
  readonly sizes: { readonly atUs: number; readonly image: string; readonly size: number }[] = [];
  readonly #silentSince = new Map<NodeRow, number>();
  readonly #phases: number[] = [];
  readonly #bucket: number;
  readonly #sizeOf = new Map<number, number>();
  #turn = 0;

  constructor(options: RigOptions) {
    const { engine, state } = this;
    const zones = options.zones ?? 1;
    for (let i = 0; i < (options.nodes ?? 3); i += 1) {
      const amounts = { cpu: 8000, memory: 32 * 2 ** 30, pods: 110 };
      const labels = { [HOSTNAME_LABEL]: `n${i}`, [ZONE_LABEL]: `z${i % zones}` };
      const spec = { taints: [], unschedulable: false, capacity: amounts, allocatable: amounts, hourlyCost: 0 };
      state.addNode({ name: `n${i}`, labels, ...spec }, 0);
      this.#phases.push(-i * 1e6);
    }
    this.api = new ApiServer(engine, state, options.api ?? idealApi);
    this.#bucket = this.api.limits({ qps: 0, burst: 0 });
    this.user = new ApiClient(this.api, 'kubectl', { qps: 0, burst: 0 });
    this.#runKubelets(options);
    const settings = { ...defaultControllerSettings, ...options.controllers };
    const renewal = (node: NodeRow): number => this.#renewal(node);
    const leases = { lastRenewalUs: renewal, silent: { [Symbol.iterator]: () => this.#silentSince.keys() } };
    this.manager = new ControllerManager(
      engine,
      this.api,
      settings,
      leases,
      options.rollouts ?? rolloutsWithoutTraffic(),
      options.metrics ?? noMetrics,
      { divide: () => undefined },
    );
    this.api.objectCommits.push((row) => this.#noteSize(row));
  }

  #runKubelets({ readyUs = 1e6, goneUs = 1e6 }: RigOptions): void {
    const { engine, state, api } = this;
    const { pods, machines } = state;
    const alive = (pod: PodRow, epoch: number): boolean =>
      pods.alive[pod] === 1 && pods.epoch[pod] === epoch && machines.nodeUp[pods.node[pod]] === 1;
    const ready = engine.kind('rig.ready', (pod, epoch) => {
      if (!alive(pod as PodRow, epoch)) return;
      const patch = { pod: pod as PodRow, epoch, mask: RUNNING, bits: RUNNING };
      api.submit(this.#bucket, patchPodStatus(api.requests, patch));
    });
    const gone = engine.kind('rig.gone', (pod, epoch) => {
      if (alive(pod as PodRow, epoch)) api.submit(this.#bucket, removePod(api.requests, pod as PodRow, epoch));
    });
    api.podCommits.push((pod, epoch, what) => {
      if ((what & Change.Created) !== 0 && pods.node[pod] < 0) this.#bind(pod, epoch);
    });
    api.kubelets.feed.push((pod, epoch, what) => {
      const image = state.classes.get(pods.podClass[pod]).runtime.containers[0].image ?? '';
      const delay = typeof readyUs === 'number' ? readyUs : readyUs(image);
      if (what === Change.Deleting) engine.after(goneUs, gone, pod, epoch);
      else if (delay < Infinity) engine.after(delay, ready, pod, epoch);
    });
  }

  #bind(pod: PodRow, epoch: number): void {
    const { nodes, taintSets } = this.state;
    for (let tries = 0; tries < nodes.length; tries += 1) {
      this.#turn = (this.#turn + 1) % nodes.length;
      if (taintSets.get(nodes.taints[this.#turn]).length === 0) break;
    }
    this.api.submit(this.#bucket, bindPod(this.api.requests, pod, epoch, this.#turn as NodeRow));
  }

  #renewal(node: NodeRow): number {
    const at = this.#silentSince.get(node) ?? this.engine.now;
    return this.#phases[node] + Math.floor((at - this.#phases[node]) / 10e6) * 10e6;
  }

  #noteSize(row: ObjectRow): void {
    const object = this.state.objects.get(row);
    if (object?.kind !== 'ReplicaSet') return;
    const { spec } = object as ReplicaSet;
    const size = spec.replicas ?? 1;
    if (this.#sizeOf.get(row) === size) return;
    this.#sizeOf.set(row, size);
    this.sizes.push({ atUs: this.engine.now, image: spec.template?.spec?.containers[0].image ?? '', size });
  }

  /** The machine stops: no heartbeat, no kubelet. */
  stopNode(node: NodeRow): void {
    this.state.machines.nodeUp[node] = 0;
    this.#silentSince.set(node, this.engine.now);
  }

  /** It is back: a heartbeat and a status at once. */
  startNode(node: NodeRow): void {
    this.state.machines.nodeUp[node] = 1;
    this.#silentSince.delete(node);
    this.#phases[node] = this.engine.now;
    this.user.updateNodeStatus(node, NodeReady.True);
  }

  /** Runs for so many seconds. */
  run(seconds: number): void {
    this.engine.run(this.engine.now + seconds * 1e6);
  }

  apply(object: KubeObject): number {
    this.user.create(object);
    this.run(0.01);
    return this.state.objects.find(object.kind, object.metadata.namespace, object.metadata.name);
  }

  deployment(row: ObjectRow): Deployment {
    return this.state.objects.get(row) as Deployment;
  }

  /** kubectl edit. */
  edit(row: ObjectRow, change: (spec: Deployment['spec']) => Deployment['spec']): void {
    const current = this.deployment(row);
    const { resourceVersion: _version, ...metadata } = current.metadata;
    this.user.update(row, { ...current, metadata, spec: change(current.spec) });
  }

  setImage(row: ObjectRow, image: string): void {
    this.edit(row, (spec) => ({ ...spec, template: templateOf(image, spec.template.spec) }));
  }

  annotate(row: ObjectRow, annotations: Record<string, string>): void {
    const current = this.deployment(row);
    const { resourceVersion: _version, ...metadata } = current.metadata;
    this.user.update(row, {
      ...current,
      metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
    });
  }

  /** Sentences of the event log: `reason: message`. */
  events(reason: string): { readonly atUs: number; readonly name: string; readonly message: string }[] {
    const { events } = this.state;
    return events.time.flatMap((atUs, index) => {
      if (events.messages.get(events.message[index]).reason !== reason) return [];
      const { name, message } = this.state.describeEvent(index);
      return [{ atUs, name, message }];
    });
  }

  /** Living pods for which `is` holds, by row. */
  pods(is: (pod: PodRow) => boolean = () => true): number[] {
    const { pods } = this.state;
    return Array.from({ length: pods.length }, (_, pod) => pod).filter(
      (pod) => pods.alive[pod] === 1 && is(pod as PodRow),
    );
  }
}

export function templateOf(
  image: string,
  spec?: PublishedDeploymentTemplateSpec,
): NonNullable<PublishedDeployment['spec']>['template'] {
  const more = { terminationGracePeriodSeconds: 30, ...spec, containers: [{ name: 'c', image }] };
  return { metadata: { labels: { app: 'web' } }, spec: more };
}

type PublishedDeploymentTemplateSpec = NonNullable<PublishedDeployment['spec']>['template']['spec'];

/** A Deployment `web` of `image` with the API server's defaults. */
export function deploymentOf(replicas: number, image = 'v1', more: Partial<Deployment['spec']> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas,
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      selector: { matchLabels: { app: 'web' } },
      template: templateOf(image),
      ...more,
    },
  };
}
