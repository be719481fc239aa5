// The autoscaler's eyes and hands in the simulation: watches of its own, and a client of the API server.
import type { ConfigMap, Taint } from 'kubernetes-types/core/v1.js';
import type { DaemonSet } from 'kubernetes-types/apps/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { ApiClient } from '../../api/client.ts';
import type { ObjectView } from '../../api/object-view.ts';
import type { PodView } from '../../api/pod-view.ts';
import { Refused } from '../../api/refused.ts';
import { Resources } from '../../api/resources/resources.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Engine } from '../../engine/engine.ts';
import { sleep } from '../../engine/script.ts';
import { Change } from '../../model/change-log.ts';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';
import type { EventType, Hands, Steps } from './hands.ts';
import { ListedCluster } from './listed-cluster.ts';
import type { ControllerReference, ListedBudget, ListedNode, ListedPod, Listing } from './listed.ts';

/** client-go's retry on conflict. */
const TRIES = 5;
const RETRY_US = 10_000;
const NAMESPACE = 'kube-system';
const STATUS = 'cluster-autoscaler-status';
const PRIORITIES = 'cluster-autoscaler-priority-expander';
/** Kinds whose pods are made again by a controller. */
const CONTROLLERS = ['ReplicaSet', 'StatefulSet', 'ReplicationController', 'Job', 'DaemonSet'];

export class WatchedCluster implements Hands {
  readonly #api: ApiServer;
  readonly #client: ApiClient;
  readonly #resources: Resources;
  readonly #pods: PodView;
  readonly #listed: ListedCluster;
  readonly #budgets: ObjectView;
  readonly #configMaps: ObjectView;
  readonly #controllers: ReadonlyMap<string, ObjectView>;
  /** metadata.deletionTimestamp of pods that are being deleted, µs. */
  readonly #deletions = new Map<PodRow, number>();
  #status = -1 as ObjectRow;

  constructor(engine: Engine, api: ApiServer, client: ApiClient) {
    this.#api = api;
    this.#client = client;
    this.#resources = new Resources(client);
    this.#pods = api.watchPods();
    this.#listed = new ListedCluster(api.registry, this.#pods, api.watchNodes(), this.#deletions);
    this.#budgets = api.watchObjects('PodDisruptionBudget');
    this.#configMaps = api.watchObjects('ConfigMap');
    this.#controllers = new Map(CONTROLLERS.map((kind) => [kind, api.watchObjects(kind)]));
    this.#pods.subscribe((pod, _epoch, what) => {
      if ((what & (Change.Removed | Change.Created)) !== 0) this.#deletions.delete(pod);
      else if ((what & Change.Deleting) !== 0)
        this.#deletions.set(pod, engine.now + this.#classOf(pod).runtime.terminationGraceUs);
    });
    engine.spawn('cluster-autoscaler status', this.#createStatus());
  }

  list(): Listing {
    this.#listed.takePods();
    return {
      nodes: this.#listed.nodes(),
      unschedulable: this.#listed.unbound.filter(wantsNode),
      budgets: [...this.#budgets.entries()].map(([row, object]) =>
        listedBudget(this.#api.registry.objects.namespace[row], object as PodDisruptionBudget),
      ),
      daemonSetPods: this.#daemonSetPods(),
      podsOn: (node) => this.#listed.podsOn(node),
      controller: (namespace, reference) => this.#controller(namespace, reference),
    };
  }

  *changeTaints({ row }: ListedNode, change: (taints: readonly Taint[]) => readonly Taint[]): Steps<boolean> {
    const { taintSets } = this.#api.registry;
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (tries > 0) yield* sleep(RETRY_US);
      yield* this.#client.read(row).wait();
      const now = this.#client.answeredNode(row);
      if (now === undefined) return false;
      const taints = taintSets.id(change(taintSets.get(now.taints)));
      if (taints === now.taints) return true;
      const result = yield* this.#client.updateNodeSpec({ node: row, version: now.version, taints }).wait();
      if (result !== Refused.Conflict) return result >= 0;
    }
    return false;
  }

  *evict({ name, podClass }: ListedPod, graceUs: number): Steps<boolean> {
    const options = { gracePeriodSeconds: Math.floor(graceUs / 1e6) };
    const answer = yield* this.#resources.evict(podClass.namespace, name, options).wait();
    return 'object' in answer || answer.failure.code === 404;
  }

  *isOnNode({ name, podClass }: ListedPod, node: ListedNode): Steps<boolean> {
    const metadata = { name, namespace: podClass.namespace };
    const answer = yield* this.#resources.get({ apiVersion: 'v1', kind: 'Pod', metadata }).wait();
    const { spec } = ('object' in answer ? answer.object : {}) as { readonly spec?: { readonly nodeName?: string } };
    return spec?.nodeName === node.name;
  }

  podEvent(type: EventType, reason: string, message: string, { row }: ListedPod): void {
    if (row >= 0) this.#client.podEvent(type, reason, message, this.#api.registry.pods.identity[row]);
  }

  nodeEvent(type: EventType, reason: string, message: string, { row }: ListedNode): void {
    this.#client.nodeEvent(type, reason, message, row);
  }

  event(type: EventType, reason: string, message: string): void {
    if (this.#status >= 0) this.#client.objectEvent(type, reason, message, this.#status);
  }

  priorities(): string | undefined {
    const row = this.#api.registry.objects.find('ConfigMap', NAMESPACE, PRIORITIES);
    return (this.#configMaps.get(row) as ConfigMap | undefined)?.data?.['priorities'];
  }

  /** Events about the autoscaler are of this object. */
  *#createStatus(): Steps {
    const metadata = { name: STATUS, namespace: NAMESPACE };
    const row = yield* this.#client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata }).wait();
    if (row >= 0) this.#status = row as ObjectRow;
  }

  #classOf(pod: PodRow): ListedPod['podClass'] {
    return this.#api.registry.classes.get(this.#pods.podClass[pod]);
  }

  #daemonSetPods(): ListedPod[] {
    return [...(this.#controllers.get('DaemonSet')?.entries() ?? [])].flatMap(([row, object]) => {
      const { metadata, spec } = object as DaemonSet;
      if (spec === undefined) return [];
      const name = metadata?.name ?? '';
      const podClass = this.#client.podClass(this.#api.registry.objects.namespace[row], spec.template, name);
      return [
        {
          row: -1,
          epoch: 0,
          successor: false,
          podClass,
          name,
          owner: -1,
          controller: { kind: 'DaemonSet', name },
          createdUs: 0,
          phase: 'Pending' as const,
          deletionUs: undefined,
          node: -1,
        },
      ];
    });
  }

  #controller(namespace: string, { kind, name }: ControllerReference): ReturnType<Listing['controller']> {
    const view = this.#controllers.get(kind);
    if (view === undefined) return { replicas: undefined };
    const object = view.get(this.#api.registry.objects.find(kind, namespace, name)) as
      | { readonly spec?: { readonly replicas?: number } }
      | undefined;
    if (object === undefined) return 'missing';
    const counts = kind !== 'Job' && kind !== 'DaemonSet';
    return { replicas: counts ? (object.spec?.replicas ?? 1) : undefined };
  }
}

function wantsNode({ deletionUs, podClass }: ListedPod): boolean {
  return deletionUs === undefined && (podClass.spec.schedulingGates ?? []).length === 0;
}

function listedBudget(namespace: string, { spec, status }: PodDisruptionBudget): ListedBudget {
  const selector = compileLabelSelector(spec?.selector);
  return {
    namespace,
    disruptionsAllowed: status?.disruptionsAllowed ?? 0,
    selects: ({ labels }) => selector.matches(labels),
  };
}
