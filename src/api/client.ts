// A rate-limited client of the API server: one a controller, as client-go configures them.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { Signal } from '../engine/script.ts';
import { type EventArgument, EventSubject, type SubjectRow } from '../model/event-log.ts';
import type { EndpointSlice } from '../model/endpoints.ts';
import type { JobPod } from '../model/job-pod.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { QuotaContent } from '../model/objects/admission/quota-recount.ts';
import type { PodClass } from '../model/pod-class.ts';
import { specOfMadePod } from '../model/objects/default/pod.ts';
import { type NamespaceContent, namespaceContent } from './namespace-content.ts';
import { quotaContent } from './quota-content.ts';
import type { Login } from './clients.ts';
import { EventSpamFilter } from './event-spam-filter.ts';
import type { ApiConnection } from './server.ts';
import type { ClientLimits } from '../model/settings/control-plane.ts';
import type { RequestArena } from './requests/arena.ts';
import { createObject } from './requests/create-object.ts';
import { createPinnedPod, createPod } from './requests/create-pod.ts';
import { deleteCollection } from './requests/delete-collection.ts';
import { deleteObject, type Propagation } from './requests/delete-object.ts';
import { deletePod } from './requests/delete-pod.ts';
import { type SliceBody, writeEndpointSlice } from './requests/endpoint-slices.ts';
import { recordNodeEvent, recordObjectEvent, recordPodEvent } from './requests/events.ts';
import { type NodeSpecPatch, updateNodeSpec } from './requests/node-spec.ts';
import { updateNodeStatus } from './requests/node-status.ts';
import { type ObjectOwnerPatch, patchObjectOwner, patchPodOwner, type PodOwnerPatch } from './requests/patch-owner.ts';
import { patchPodStatus, type PodStatusPatch } from './requests/pod-status.ts';
import { read } from './requests/read.ts';
import { untrackPod } from './requests/untrack-pod.ts';
import { updateObject, updateObjectStatus } from './requests/update-object.ts';
import type { ClassRow, IdentityRow, NodeRow, ObjectRow, PodRow } from '../model/rows.ts';

/**
 * How events are sent: each at once, as the scheduler's broadcaster does (events.k8s.io), or in turn, one on its way at a
 * time, as the older broadcaster of the controllers does.
 */
export type EventSending = 'at-once' | 'in-turn';

/** More events than this do not wait for their turn: they are dropped. */
const LONGEST_EVENT_QUEUE = 1000;

/** Verbs for code that waits: each returns a signal that fires with the row or a code of `Refused`. */
export class ApiClient {
  readonly name: string;
  readonly api: ApiConnection;
  readonly bucket: number;
  readonly #requests: RequestArena;
  /** By template: its class, and the version of admission with which it was admitted. */
  readonly #admitted = new WeakMap<object, { readonly version: number; readonly made: PodClass }>();
  readonly #spam: EventSpamFilter;
  /** Reply handler of events that are sent in turn, or -1. */
  readonly #eventReply: number;
  readonly #events: number[] = [];
  /** By sentence: an interned message of this client. */
  readonly #messages = new Map<string, number>();
  #sending = false;

  /** `sources`: how many programs it stands for, each with a spam filter of its own. */
  constructor(
    api: ApiConnection,
    name: string,
    limits: ClientLimits,
    events: EventSending = 'at-once',
    sources?: () => number,
    login?: Login,
  ) {
    this.api = api;
    this.#requests = api.requests;
    this.name = name;
    this.bucket = api.limits(limits, name, login);
    this.#spam = new EventSpamFilter(sources);
    this.#eventReply = events === 'in-turn' ? api.reply(() => this.#nextEvent()) : -1;
  }

  /**
   * The class of the pods that this template makes after admission; the same template object is compiled once. `name` is the
   * pod's, or what its generated name begins with; `claimTemplates` are those of a StatefulSet. Throws Forbidden for what the API server
   * does not admit.
   */
  podClass(
    namespace: string,
    template: PodTemplateSpec,
    name = template.metadata?.name ?? '',
    claimTemplates?: readonly string[],
  ): PodClass {
    const { podAdmission, state } = this.api;
    const known = this.#admitted.get(template);
    if (known?.version === podAdmission.version && known.made.namespace === namespace) return known.made;
    const { spec } = template;
    const whole = spec === undefined ? template : { ...template, spec: specOfMadePod(spec) };
    const finalizers = template.metadata?.finalizers ?? [];
    const made = state.classes.intern(
      namespace,
      podAdmission.admit(namespace, whole, name),
      claimTemplates,
      finalizers.length === 0 ? undefined : finalizers,
    );
    this.#admitted.set(template, { version: podAdmission.version, made });
    return made;
  }

  /** Creates a pod of a class for an owner (its object row, -1 for none); without a name the API server generates one from the owner's. */
  createPod(podClass: ClassRow, owner: ObjectRow, name?: string): Signal<number> {
    return this.#send(createPod(this.#requests, podClass, owner, name === undefined ? undefined : { name }));
  }

  /** Creates a pod of a Job, with the finalizer by which it is counted; its name begins with `generateName` if that is given. */
  createJobPod(podClass: ClassRow, job: ObjectRow, ofJob: JobPod, generateName?: string): Signal<number> {
    const extras = generateName === undefined ? { ofJob } : { ofJob, generateName };
    return this.#send(createPod(this.#requests, podClass, job, extras));
  }

  /** PATCH that takes away the finalizer of a Job's pod: one that is deleted is gone then. */
  untrackPod(pod: PodRow, epoch: number): Signal<number> {
    return this.#send(untrackPod(this.#requests, pod, epoch));
  }

  /** Creates a pod of a class that may run on one node only, as those of a DaemonSet. */
  createPinnedPod(podClass: ClassRow, owner: ObjectRow, node: NodeRow): Signal<number> {
    return this.#send(createPinnedPod(this.#requests, podClass, owner, node));
  }

  /** DELETE with the pod's own grace, or `graceSeconds`. */
  deletePod(pod: PodRow, epoch: number, graceSeconds = -1): Signal<number> {
    return this.#send(deletePod(this.#requests, pod, epoch, graceSeconds));
  }

  patchPodStatus(patch: PodStatusPatch): Signal<number> {
    return this.#send(patchPodStatus(this.#requests, patch));
  }

  /** Makes an object (its row) the pod's controller, or lets the pod go. Conflict: it has another one. */
  patchPodOwner(patch: PodOwnerPatch): Signal<number> {
    return this.#send(patchPodOwner(this.#requests, patch));
  }

  /** The same of an object. */
  patchObjectOwner(patch: ObjectOwnerPatch): Signal<number> {
    return this.#send(patchObjectOwner(this.#requests, patch));
  }

  /** The node's condition Ready (`NodeReady`). */
  updateNodeStatus(node: NodeRow, ready: number): Signal<number> {
    return this.#send(updateNodeStatus(this.#requests, node, ready));
  }

  updateNodeSpec(patch: NodeSpecPatch): Signal<number> {
    return this.#send(updateNodeSpec(this.#requests, patch));
  }

  /** Creates an object; `owner` is the row of its controller, -1 for none. */
  create(object: KubeObject, owner: ObjectRow = -1): Signal<number> {
    return this.#send(createObject(this.#requests, object, owner));
  }

  /** PUT: metadata and spec of `object`, guarded by its resourceVersion. */
  update(row: ObjectRow, object: KubeObject): Signal<number> {
    return this.#send(updateObject(this.#requests, row, object));
  }

  /** PUT of the status subresource, guarded by the object's resourceVersion. */
  updateStatus(row: ObjectRow, object: KubeObject): Signal<number> {
    return this.#send(updateObjectStatus(this.#requests, row, object));
  }

  /** DELETE; `propagation` says what becomes of the dependents. */
  delete(row: ObjectRow, propagation: Propagation = 'Background'): Signal<number> {
    return this.#send(deleteObject(this.#requests, row, propagation));
  }

  /** DELETE of all objects of a kind in a namespace. */
  deleteCollection(kind: string, namespace: string): Signal<number> {
    return this.#send(deleteCollection(this.#requests, kind, namespace));
  }

  /** POST, PUT or DELETE of an EndpointSlice of a Service; fires with the id of the slice. */
  writeEndpointSlice(service: ObjectRow, body: SliceBody): Signal<number> {
    return this.#send(writeEndpointSlice(this.#requests, service, body));
  }

  /** What the answer to a read or a write of an object has: to be asked when the answer is there. Undefined when the object is gone. */
  answered(row: ObjectRow): KubeObject | undefined {
    return this.api.state.objects.get(row);
  }

  /** The row of the controlling owner that the object in such an answer names, -1 for none. */
  answeredOwner(row: ObjectRow): ObjectRow {
    return this.api.state.objects.owner[row];
  }

  /** What the answer to a list of the EndpointSlices of a Service has. */
  answeredSlices(service: ObjectRow): readonly EndpointSlice[] {
    return this.api.state.endpoints.latest(service).slices;
  }

  /** What the answer to lists of a namespace's content has. */
  answeredContent(namespace: string): NamespaceContent {
    return namespaceContent(this.api.state, namespace);
  }

  /** Why a request was refused, from an answer that is `Refused.Forbidden` or below. */
  refusal(answer: number): string {
    return this.api.refusals.sentence(answer);
  }

  /** What the answers to lists of a namespace's objects have, as quotas count them. */
  answeredForQuota(namespace: string): QuotaContent {
    return quotaContent(this.api.state, namespace, this.api.engine.now);
  }

  /** The resource version in the answer to a write of a pod. */
  answeredVersion(pod: PodRow): number {
    return this.api.state.pods.version[pod];
  }

  /** What the answer to a read of a node has; undefined when the node is gone. `taints` is an interned set. */
  answeredNode(node: NodeRow): { readonly taints: number; readonly version: number } | undefined {
    const { alive, taints, version } = this.api.state.nodes;
    return alive[node] === 0 ? undefined : { taints: taints[node], version: version[node] };
  }

  /** GET of one pod, node or object from the server's cache; fires with the row. */
  read(row: number): Signal<number> {
    return this.#send(read(this.#requests, row));
  }

  /** Records an event about the pod with that identity. See `EventMessage` for what `%n` and `%p` stand for. */
  podEvent(
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    identity: IdentityRow,
    argument: EventArgument = -1,
  ): void {
    if (!this.#admits(EventSubject.Pod, identity, type)) return;
    this.#sendEvent(recordPodEvent(this.#requests, this.#messageId(type, reason, message), identity, argument));
  }

  nodeEvent(type: 'Normal' | 'Warning', reason: string, message: string, node: NodeRow): void {
    if (!this.#admits(EventSubject.Node, node, type)) return;
    this.#sendEvent(recordNodeEvent(this.#requests, this.#messageId(type, reason, message), node));
  }

  objectEvent(
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    row: ObjectRow,
    argument: EventArgument = -1,
  ): void {
    if (!this.#admits(EventSubject.Object, row, type)) return;
    this.#sendEvent(recordObjectEvent(this.#requests, this.#messageId(type, reason, message), row, argument));
  }

  /** Whether an event about a subject is sent at all. */
  #admits(subject: number, row: SubjectRow, type: string): boolean {
    const { now } = this.api.engine;
    return this.#spam.admits(subject, row, type === 'Warning', now) && this.#events.length < LONGEST_EVENT_QUEUE;
  }

  /** The interned message; the last one with the same sentence is remembered. */
  #messageId(type: 'Normal' | 'Warning', reason: string, message: string): number {
    const { messages } = this.api.state.events;
    const known = this.#messages.get(message);
    if (known !== undefined) {
      const one = messages.get(known);
      if (one.type === type && one.reason === reason) return known;
    }
    const id = messages.id({ source: this.name, type, reason, message });
    this.#messages.set(message, id);
    return id;
  }

  #sendEvent(request: number): void {
    if (this.#sending) {
      this.#events.push(request);
      return;
    }
    this.#sending = this.#eventReply >= 0;
    this.api.submit(this.bucket, request, this.#eventReply);
  }

  #nextEvent(): void {
    const request = this.#events.shift();
    this.#sending = request !== undefined;
    if (request !== undefined) this.api.submit(this.bucket, request, this.#eventReply);
  }

  #send(request: number): Signal<number> {
    const { slot, signal } = this.api.signal();
    this.api.submit(this.bucket, request, 0, slot);
    return signal;
  }
}
