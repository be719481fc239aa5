// A cluster as scheduler records describe it: v1 objects in the tables, and a scheduler's cache, without a clock.
import type { Container, Node, Pod, PodSpec } from 'kubernetes-types/core/v1.js';
import { ObjectView } from '../../src/api/object-view.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Signal } from '../../src/engine/script.ts';
import { assert } from '../../src/lib/assert.ts';
import { Change } from '../../src/model/change-log.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import { cpuMilli, parseQuantity, wholeUnits } from '../../src/model/parse/quantity.ts';
import { ClusterState } from '../../src/model/state.ts';
import { SchedulerCache } from '../../src/scheduler/cache/cache.ts';
import type { Handle, PodSource } from '../../src/scheduler/framework/interface.ts';
import { Nominations } from '../../src/scheduler/cache/nominations.ts';
import { schedulerPlugins } from '../../src/scheduler/plugins/index.ts';
import { PodInfo } from '../../src/scheduler/framework/pod-info.ts';
import type { Profile } from '../../src/model/settings/scheduler.ts';
import { Framework } from '../../src/scheduler/framework/runtime/framework.ts';
import { reasonLists } from '../../src/scheduler/framework/verdicts.ts';
import { StorageObjects } from '../../src/scheduler/framework/listers/storage-objects.ts';
import type { NodeRow, ObjectRow } from '../../src/model/rows.ts';

/** A KubeSchedulerConfiguration as far as records use it. */
export interface Config {
  readonly percentageOfNodesToScore?: number;
  readonly profiles?: readonly Profile[];
}

/** Objects of a record beside nodes and pods. */
export interface Surroundings {
  readonly namespaces?: readonly KubeObject[];
  readonly services?: readonly KubeObject[];
  readonly replicaSets?: readonly KubeObject[];
  readonly statefulSets?: readonly KubeObject[];
  readonly pvs?: readonly KubeObject[];
  readonly pvcs?: readonly KubeObject[];
  readonly storageClasses?: readonly KubeObject[];
  readonly csinodes?: readonly KubeObject[];
  readonly csiDrivers?: readonly KubeObject[];
  readonly csiStorageCapacities?: readonly KubeObject[];
  readonly pdbs?: readonly KubeObject[];
}

const OWNERS = { ReplicaSet: 'replicaSets', StatefulSet: 'statefulSets' } as const;

export class SchedulerCluster {
  readonly state = new ClusterState('records');
  readonly cache = new SchedulerCache(this.state);
  readonly reasons = reasonLists();
  readonly nominations = new Nominations();
  readonly pods = new Map<string, number>();
  readonly #views = new Map<string, ObjectView>();
  readonly engine: Engine;
  readonly handle: Handle;
  readonly #pods: PodSource;

  constructor(surroundings: Surroundings = {}, seed = 'records') {
    this.engine = new Engine({ seed });
    const objects: [string, readonly KubeObject[] | undefined][] = [
      ['Namespace', surroundings.namespaces],
      ['Service', surroundings.services],
      ['ReplicaSet', surroundings.replicaSets],
      ['StatefulSet', surroundings.statefulSets],
      ['PersistentVolume', surroundings.pvs],
      ['PersistentVolumeClaim', surroundings.pvcs],
      ['StorageClass', surroundings.storageClasses],
      ['CSINode', surroundings.csinodes],
      ['CSIDriver', surroundings.csiDrivers],
      ['CSIStorageCapacity', surroundings.csiStorageCapacities],
      ['PodDisruptionBudget', surroundings.pdbs],
    ];
    for (const [kind, list = []] of objects) for (const one of list) this.addObject({ ...one, kind });
    const { cache, state, reasons } = this;
    this.#pods = {
      alive: new Uint8Array(0),
      epoch: new Int32Array(0),
      state: new Uint16Array(0),
      podClass: state.pods.podClass,
      node: state.pods.node,
      get owner() {
        return state.pods.owner;
      },
      formerClass: -1,
      nominated: state.pods.nominated,
      startedAt: (pod) => state.pods.startedAt[pod],
      subscribe: () => undefined,
    };
    this.handle = {
      engine: this.engine,
      cache,
      storage: new StorageObjects((kind) => this.#view(kind)),
      update: () => new Signal(this.engine),
      answered: (row) => state.objects.get(row),
      reasons,
      labelSets: state.classes.labelSets,
      taintSets: state.taintSets,
      random: this.engine.stream('scheduler'),
      nowUs: () => this.engine.now,
      nodeName: (node) => state.nodeName(node),
      objects: (kind) => this.#view(kind),
      pods: () => this.#pods,
      activate: () => undefined,
      writeBinding: () => undefined,
      bound: () => undefined,
      allow: () => undefined,
      reject: () => undefined,
      nominations: this.nominations,
      isPreempting: () => false,
    };
  }

  framework(config: Config | null, plugins = schedulerPlugins): Framework {
    const profile = config?.profiles?.[0] ?? { schedulerName: 'default-scheduler' };
    return new Framework(profile, this.handle, config?.percentageOfNodesToScore ?? 0, plugins);
  }

  addObject(object: KubeObject): number {
    const row = this.state.objects.add(object, -1, 0);
    const view = this.#view(object.kind);
    view.send(row, object, -1, Change.Created);
    view.advance();
    return row;
  }

  /** Adds a node, or takes over its new version. Returns its row. */
  setNode(node: Node): number {
    const { state, cache } = this;
    const name = node.metadata?.name ?? '';
    const labels = node.metadata?.labels ?? {};
    const taints = node.spec?.taints ?? [];
    const allocatable = amounts(node.status?.allocatable ?? {});
    const unschedulable = node.spec?.unschedulable ?? false;
    let row = state.findNode(name);
    if (row < 0) {
      const spec = { name, labels, taints, unschedulable, capacity: allocatable, allocatable, hourlyCost: 0 };
      row = state.addNode(spec, 0);
    }
    cache.setNode(
      row,
      state.classes.labelSets.id(labels),
      state.taintSets.id(taints),
      unschedulable ? 1 : 0,
      cache.allocatableSets.id(allocatable),
    );
    const images = (node.status?.images ?? []).map(({ names = [], sizeBytes = 0 }) => ({ names, sizeBytes }));
    cache.images.set(row, images);
    return row;
  }

  /** A row for the pod, on no node yet. */
  addPod(pod: Pod): PodInfo {
    const { state } = this;
    const { name = '', namespace = 'default', labels = {}, annotations } = pod.metadata ?? {};
    const template = {
      metadata: { labels, ...(annotations === undefined ? {} : { annotations }) },
      spec: running(pod),
    };
    const podClass = state.classes.intern(namespace, template);
    const row = state.allocatePod();
    state.pods.podClass[row] = podClass.id;
    const owner = this.#owner(pod) as ObjectRow;
    state.pods.owner[row] = owner;
    state.pods.identity[row] = state.identities.named(owner, namespace, name);
    assert(state.pods.identity[row] >= 0, () => `two pods are named ${namespace}/${name}`);
    state.pods.startedAt[row] = pod.status?.startTime === undefined ? -1 : Date.parse(pod.status.startTime) * 1000;
    this.pods.set(`${namespace}/${name}`, row);
    return new PodInfo().point(state.pods, state.classes.get(state.pods.podClass[row]), row, state.pods.owner[row]);
  }

  /** Counts the pod on a node. */
  place(pod: PodInfo, node: NodeRow, terminating: boolean): void {
    this.state.pods.node[pod.row] = node;
    this.cache.add(pod.row, pod.epoch, pod.podClass, node, false, terminating);
  }

  /** A pod that runs on the node that its spec names. */
  addRunning(pod: Pod): PodInfo {
    const { nodeName = '', ...spec } = pod.spec ?? { containers: [] };
    const info = this.addPod({ ...pod, spec });
    const terminating = pod.metadata?.deletionTimestamp !== undefined;
    this.place(info, this.state.findNode(nodeName), terminating);
    const preempted = (pod.status?.conditions ?? []).some(
      ({ type, status, reason }) =>
        type === 'DisruptionTarget' && status === 'True' && reason === 'PreemptionByScheduler',
    );
    if (terminating) this.cache.terminating(info.row, preempted);
    return info;
  }

  /** Nominates a pod to the node in its status, if it names one. */
  nominate(pod: PodInfo, { status }: Pod): void {
    const node = this.state.findNode(status?.nominatedNodeName ?? '');
    if (node < 0) return;
    this.nominations.add({
      pod: pod.row,
      podClass: pod.podClass,
      epoch: pod.epoch,
      node,
      priority: pod.podClass.priority,
    });
  }

  #view(kind: string): ObjectView {
    let view = this.#views.get(kind);
    if (view === undefined) {
      view = new ObjectView(kind);
      this.#views.set(kind, view);
    }
    return view;
  }

  #owner({ metadata }: Pod): number {
    const reference = metadata?.ownerReferences?.find((one) => one.controller === true);
    if (reference === undefined || !Object.hasOwn(OWNERS, reference.kind)) return -1;
    return this.state.objects.find(reference.kind, metadata?.namespace ?? 'default', reference.name);
  }
}

export function amounts(resources: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(resources).map(([name, text]) => [name, name === 'cpu' ? cpuMilli(text) : wholeUnits(text)]),
  );
}

type Texts = Readonly<Record<string, string>>;

/** The spec with the requests that count while a resize is under way: the largest of desired, actuated and allocated ones. */
function running(pod: Pod): PodSpec {
  const spec = pod.spec ?? { containers: [] };
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  if (statuses.length === 0) return spec;
  const infeasible = (pod.status?.conditions ?? []).some(
    (one) => one.type === 'PodResizePending' && one.reason === 'Infeasible',
  );
  const resized = (container: Container): Container => {
    const status = statuses.find((one) => one.name === container.name) as
      | { readonly allocatedResources?: Texts; readonly resources?: { readonly requests?: Texts } }
      | undefined;
    if (status === undefined) return container;
    const lists: Texts[] = [status.allocatedResources ?? {}, status.resources?.requests ?? {}];
    if (!infeasible) lists.push(container.resources?.requests ?? {});
    const requests: Record<string, string> = {};
    for (const [name, text] of lists.flatMap((list) => Object.entries(list))) {
      const most = requests[name];
      if (most === undefined || parseQuantity(text).compare(parseQuantity(most)) > 0) requests[name] = text;
    }
    return { ...container, resources: { ...container.resources, requests } };
  };
  return {
    ...spec,
    containers: spec.containers.map(resized),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(resized) }),
  };
}
