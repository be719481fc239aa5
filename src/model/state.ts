// The committed state of the cluster: every table, the logs of their changes, and the names of rows.
import { ControlPlaneCounts } from './control-plane-counts.ts';
import { assert } from '../lib/assert.ts';
import { ChangeLog } from './change-log.ts';
import { ClosedNamespaces } from './closed-namespaces.ts';
import { ContainerTable } from './containers.ts';
import { EndpointTable } from './endpoint-table.ts';
import { EventLog, EventSubject } from './event-log.ts';
import { canonicalJson, Interner, type Labels } from './interner.ts';
import { MachineClocks } from './clocks.ts';
import { Machines } from './machines.ts';
import { PodIdentities } from './identity/pod-identities.ts';
import { fnv1a, uuid } from './names.ts';
import { type NodeImage, type NodeSpec, NodeTable } from './nodes.ts';
import { ObjectStore } from './object-store.ts';
import { type PodClass, PodClasses } from './pod-class.ts';
import { NodeHistory } from './node-history.ts';
import { PodHistory } from './pod-history.ts';
import { PodTable } from './pods.ts';
import type { Taint } from 'kubernetes-types/core/v1.js';
import type { NodeRow, ObjectRow, PodRow } from './rows.ts';

export const ZONE_LABEL = 'topology.kubernetes.io/zone';
export const REGION_LABEL = 'topology.kubernetes.io/region';
export const HOSTNAME_LABEL = 'kubernetes.io/hostname';

export class ClusterState {
  readonly pods = new PodTable();
  readonly containers = new ContainerTable();
  readonly nodes = new NodeTable();
  readonly objects = new ObjectStore();
  readonly endpoints = new EndpointTable();
  readonly classes = new PodClasses();
  readonly taintSets = new Interner<readonly Taint[]>(canonicalJson);
  /** status.images of nodes; 0 is none. */
  readonly imageLists = new Interner<readonly NodeImage[]>(canonicalJson);
  /** `region/zone` of nodes; 0 is the unnamed zone. */
  readonly zones = new Interner<string>((zone) => zone);
  /** Reasons of pods' status; 0 is none. */
  readonly reasons = new Interner<string>((reason) => reason);
  readonly machines = new Machines();
  readonly clocks = new MachineClocks();
  readonly controlPlane = new ControlPlaneCounts();
  readonly identities: PodIdentities;
  readonly events = new EventLog();
  readonly history = new PodHistory();
  readonly nodeHistory = new NodeHistory();
  /** By pod: annotations that came with its binding, of those that have any. */
  readonly boundWith = new Map<PodRow, Labels>();
  readonly closedNamespaces = new ClosedNamespaces();
  readonly podLog = new ChangeLog();
  readonly nodeLog = new ChangeLog();
  /** The last resource version given. */
  resourceVersion = 0;
  readonly #seed: number;
  readonly #nodeRows = new Map<string, NodeRow>();

  constructor(seed: string) {
    this.#seed = fnv1a(seed);
    this.identities = new PodIdentities(this.objects, this.#seed);
    this.zones.id('');
    this.reasons.id('');
    this.taintSets.id([]);
    this.imageLists.id([]);
  }

  /** A node that exists from the start or registers later; its machine runs. */
  addNode(spec: NodeSpec, nowUs: number): NodeRow {
    const row = this.nodeRow(spec.name);
    assert(this.nodes.alive[row] === 0, () => `node ${spec.name} exists already`);
    this.nodes.add(row, spec, nowUs);
    this.nodes.labels[row] = this.classes.labelSets.id(spec.labels);
    this.nodes.annotations[row] = this.classes.labelSets.id(spec.annotations ?? {});
    this.nodes.taints[row] = this.taintSets.id(spec.taints);
    const region = spec.labels[REGION_LABEL] ?? '';
    const zone = spec.labels[ZONE_LABEL] ?? '';
    this.nodes.zone[row] = region === '' && zone === '' ? 0 : this.zones.id(`${region}/${zone}`);
    this.machines.nodeUp[row] = 1;
    return row;
  }

  /** The row of a node's name, whether there is such a node or not. */
  nodeRow(name: string): NodeRow {
    let row = this.#nodeRows.get(name);
    if (row === undefined) {
      row = this.nodes.allocate(name);
      this.#nodeRows.set(name, row);
      this.machines.ensureNodes(this.nodes.capacity);
    }
    return row;
  }

  /** A pod's row with its machine's columns; the caller fills it and logs the change. */
  allocatePod(): PodRow {
    const row = this.pods.allocate();
    this.machines.ensurePods(this.pods.capacity);
    this.machines.listening[row] = 0;
    return row;
  }

  /** The row of a static pod on a node, which the API server does not know. */
  allocateStaticPod({ id, namespace, runtime }: PodClass, node: NodeRow, name: string): PodRow {
    const { pods, machines, containers, identities } = this;
    const row = pods.allocateStatic();
    machines.ensurePods(pods.capacity);
    machines.listening[row] = 0;
    pods.podClass[row] = id;
    pods.node[row] = node;
    pods.identity[row] = identities.apart(namespace, name);
    pods.firstContainer[row] = containers.allocate(runtime.initContainers.length + runtime.containers.length);
    return row;
  }

  /** Of the pod in a row: the one that lives there, or did last. */
  podName(pod: PodRow): string {
    return this.identities.name(this.pods.identity[pod]);
  }

  podUid(pod: PodRow): string {
    return this.identities.uid(this.pods.identity[pod]);
  }

  objectUid(row: ObjectRow): string {
    return uuid(this.#seed, -1, row);
  }

  nodeUid(row: NodeRow): string {
    return uuid(this.#seed, -2 - this.nodes.incarnation[row], row);
  }

  nodeName(row: NodeRow): string {
    return this.nodes.spec[row].name;
  }

  /** The row of the node of that name, or -1 when there is none now. */
  findNode(name: string): NodeRow {
    const row = this.#nodeRows.get(name) ?? -1;
    return row >= 0 && this.nodes.alive[row] === 1 ? row : -1;
  }

  /** The row of a living pod, or -1. */
  findPod(namespace: string, name: string): PodRow {
    return this.identities.find(namespace, name);
  }

  /** `namespace/name` of an event's subject, its kind, and its sentence. */
  describeEvent(index: number): { kind: string; namespace: string; name: string; message: string } {
    const { events } = this;
    const template = events.messages.get(events.message[index]);
    let kind = '';
    let namespace = '';
    let name = '';
    if (events.subject[index] === EventSubject.Pod) {
      kind = 'Pod';
      const pod = events.podOf(index);
      name = this.identities.name(pod);
      namespace = this.identities.namespace(pod);
    } else if (events.subject[index] === EventSubject.Node) {
      kind = 'Node';
      name = this.nodeName(events.nodeOf(index));
    } else if (events.subject[index] === EventSubject.Object) {
      const row = events.objectOf(index);
      kind = this.objects.kind[row];
      namespace = this.objects.namespace[row];
      name = this.objects.name[row];
    }
    let { message } = template;
    if (message.includes('%s')) message = message.replace('%s', name);
    if (message.includes('%n')) {
      const node = events.argumentNode(index);
      message = message.replace('%n', node < 0 ? '' : this.nodeName(node));
    }
    if (message.includes('%p')) message = message.replace('%p', this.identities.name(events.argumentPod(index)));
    return { kind, namespace, name, message };
  }
}
