// The committed state of the cluster: every table, the logs of their changes, and the names of rows.
import { assert } from '../lib/assert.ts';
import { ChangeLog } from './change-log.ts';
import { ContainerTable } from './containers.ts';
import { EndpointTable } from './endpoints.ts';
import { EventLog, EventSubject } from './event-log.ts';
import { canonicalJson, Interner, type Labels } from './interner.ts';
import { Machines } from './machines.ts';
import { fnv1a, nameSuffix, uuid } from './names.ts';
import { type NodeSpec, NodeTable } from './nodes.ts';
import { ObjectStore } from './object-store.ts';
import { PodClasses } from './pod-class.ts';
import { PodHistory } from './pod-history.ts';
import { PodTable } from './pods.ts';
import type { Taint } from 'kubernetes-types/core/v1.js';

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
  /** `region/zone` of nodes; 0 is the unnamed zone. */
  readonly zones = new Interner<string>((zone) => zone);
  /** Reasons of pods' status; 0 is none. */
  readonly reasons = new Interner<string>((reason) => reason);
  readonly machines = new Machines();
  readonly events = new EventLog();
  readonly history = new PodHistory();
  /** By pod: annotations that came with its binding, of those that have any. */
  readonly boundWith = new Map<number, Labels>();
  readonly podLog = new ChangeLog();
  readonly nodeLog = new ChangeLog();
  /** The last resource version given. */
  resourceVersion = 0;
  readonly #seed: number;
  readonly #nodeRows = new Map<string, number>();
  /** Names of bare pods by ordinal: pods without an owner are named by the user. */
  readonly #bareNames: string[] = [];

  constructor(seed: string) {
    this.#seed = fnv1a(seed);
    this.zones.id('');
    this.reasons.id('');
    this.taintSets.id([]);
  }

  /** A node that exists from the start or registers later; its machine runs. */
  addNode(spec: NodeSpec, nowUs: number): number {
    assert(!this.#nodeRows.has(spec.name), () => `node ${spec.name} exists already`);
    const row = this.nodes.allocate(spec);
    this.#nodeRows.set(spec.name, row);
    this.nodes.labels[row] = this.classes.labelSets.id(spec.labels);
    this.nodes.taints[row] = this.taintSets.id(spec.taints);
    const region = spec.labels[REGION_LABEL] ?? '';
    const zone = spec.labels[ZONE_LABEL] ?? '';
    this.nodes.zone[row] = region === '' && zone === '' ? 0 : this.zones.id(`${region}/${zone}`);
    this.nodes.createdAt[row] = nowUs;
    this.nodes.readyAt[row] = nowUs;
    this.machines.ensureNodes(this.nodes.capacity);
    this.machines.nodeUp[row] = 1;
    return row;
  }

  /** A pod's row with its machine's columns; the caller fills it and logs the change. */
  allocatePod(): number {
    const row = this.pods.allocate();
    this.machines.ensurePods(this.pods.capacity);
    this.machines.listening[row] = 0;
    return row;
  }

  /** The ordinal of a bare pod of that name. */
  nameBarePod(name: string): number {
    this.#bareNames.push(name);
    return this.#bareNames.length - 1;
  }

  podName(owner: number, ordinal: number): string {
    if (owner < 0) return this.#bareNames[ordinal];
    return `${this.objects.name[owner]}-${nameSuffix(owner, ordinal)}`;
  }

  podUid(owner: number, ordinal: number): string {
    return uuid(this.#seed, owner + 2, ordinal);
  }

  objectUid(row: number): string {
    return uuid(this.#seed, -1, row);
  }

  nodeUid(row: number): string {
    return uuid(this.#seed, -2, row);
  }

  nodeName(row: number): string {
    return this.nodes.spec[row].name;
  }

  /** The node's row, or -1. */
  findNode(name: string): number {
    return this.#nodeRows.get(name) ?? -1;
  }

  /** The row of a living pod, or -1. Looks through all pods: for people, not for the hot path. */
  findPod(namespace: string, name: string): number {
    const { pods } = this;
    for (let row = 0; row < pods.length; row += 1) {
      if (pods.alive[row] === 0 || this.classes.get(pods.podClass[row]).namespace !== namespace) continue;
      if (this.podName(pods.owner[row], pods.ordinal[row]) === name) return row;
    }
    return -1;
  }

  /** `namespace/name` of an event's subject, its kind, and its sentence. */
  describeEvent(index: number): { kind: string; namespace: string; name: string; message: string } {
    const { events } = this;
    const template = events.messages.get(events.message[index]);
    const first = events.first[index];
    const argument = events.argument[index];
    let kind = '';
    let namespace = '';
    let name = '';
    let podOwner = first;
    if (events.subject[index] === EventSubject.Pod) {
      kind = 'Pod';
      name = this.podName(first, events.second[index]);
      namespace = first < 0 ? '' : this.objects.namespace[first];
    } else if (events.subject[index] === EventSubject.Node) {
      kind = 'Node';
      name = this.nodeName(first);
    } else if (events.subject[index] === EventSubject.Object) {
      kind = this.objects.kind[first];
      namespace = this.objects.namespace[first];
      name = this.objects.name[first];
    } else {
      podOwner = -1;
    }
    let { message } = template;
    if (message.includes('%s')) message = message.replace('%s', name);
    if (message.includes('%n')) message = message.replace('%n', argument < 0 ? '' : this.nodeName(argument));
    if (message.includes('%p')) message = message.replace('%p', this.podName(podOwner, argument));
    return { kind, namespace, name, message };
  }
}
