// A rate-limited client of the API server: one a controller, as client-go configures them.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { Signal } from '../engine/script.ts';
import { EventSubject } from '../model/event-log.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { PodClass } from '../model/pod-class.ts';
import { specOfMadePod } from '../model/objects/default/pod.ts';
import { admitPodTemplate } from './admission.ts';
import type { EndpointsBody, PodStatusBody } from './commits.ts';
import { EventSpamFilter } from './event-spam-filter.ts';
import type { ApiServer } from './server.ts';
import type { ClientLimits } from '../model/settings/control-plane.ts';
import { Verb } from './writes.ts';

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
  readonly api: ApiServer;
  readonly bucket: number;
  /** By template: its class, and the version of the priority classes with which it was admitted. */
  readonly #admitted = new WeakMap<object, { readonly version: number; readonly made: PodClass }>();
  readonly #spam: EventSpamFilter;
  /** Reply handler of events that are sent in turn, or -1. */
  readonly #eventReply: number;
  readonly #events: number[] = [];
  /** By sentence: an interned message of this client. */
  readonly #messages = new Map<string, number>();
  #sending = false;

  constructor(api: ApiServer, name: string, limits: ClientLimits, events: EventSending = 'at-once') {
    this.api = api;
    this.name = name;
    this.bucket = api.limits(limits);
    this.#spam = new EventSpamFilter();
    this.#eventReply = events === 'in-turn' ? api.reply(() => this.#nextEvent()) : -1;
  }

  /**
   * The class of the pods that this template makes after admission; the same template object is compiled once. `name` is the
   * pod's, or what its generated name begins with. Throws Forbidden for what the API server does not admit.
   */
  podClass(namespace: string, template: PodTemplateSpec, name = template.metadata?.name ?? ''): PodClass {
    const { priorityClasses, state } = this.api;
    const known = this.#admitted.get(template);
    if (known?.version === priorityClasses.version && known.made.namespace === namespace) return known.made;
    const { spec } = template;
    const whole = spec === undefined ? template : { ...template, spec: specOfMadePod(spec) };
    const made = state.classes.intern(namespace, admitPodTemplate(whole, name, priorityClasses));
    this.#admitted.set(template, { version: priorityClasses.version, made });
    return made;
  }

  /** Creates a pod of a class for an owner (its object row); a bare pod has owner -1 and the ordinal of its name. */
  createPod(podClass: number, owner: number, bareOrdinal = 0): Signal<number> {
    return this.#send(Verb.CreatePod, owner, 0, (write) => {
      this.api.writes.a[write] = podClass;
      this.api.writes.b[write] = bareOrdinal;
    });
  }

  /** DELETE with the pod's own grace, or `graceSeconds`. */
  deletePod(pod: number, epoch: number, graceSeconds = -1): Signal<number> {
    return this.#send(Verb.DeletePod, pod, epoch, (write) => {
      this.api.writes.c[write] = graceSeconds;
    });
  }

  /** PATCH of status bits (`PodBit`) under a mask, and of what `body` says. */
  patchPodStatus(pod: number, epoch: number, mask: number, bits: number, body?: PodStatusBody): Signal<number> {
    return this.#send(Verb.PodStatus, pod, epoch, (write) => {
      const { writes, engine } = this.api;
      writes.body[write] = body;
      writes.a[write] = mask;
      writes.b[write] = bits;
      writes.c[write] = -1;
      writes.time[write] = engine.now;
    });
  }

  /** The node's condition Ready (`NodeReady`). */
  updateNodeStatus(node: number, ready: number): Signal<number> {
    return this.#send(Verb.NodeStatus, node, 0, (write) => {
      this.api.writes.a[write] = ready;
      this.api.writes.time[write] = this.api.engine.now;
    });
  }

  /** Taints (an interned set, or -1) and spec.unschedulable (0, 1 or -1), guarded by the version read (0: none). */
  updateNodeSpec(node: number, expected: number, taints: number, unschedulable: number): Signal<number> {
    return this.#send(Verb.NodeSpec, node, 0, (write) => {
      const { writes } = this.api;
      writes.expected[write] = expected;
      writes.a[write] = taints;
      writes.b[write] = unschedulable;
    });
  }

  /** Creates an object; `owner` is the row of its controller, -1 for none. */
  create(object: KubeObject, owner = -1): Signal<number> {
    return this.#send(Verb.CreateObject, -1, 0, (write) => {
      this.api.writes.body[write] = { object, owner };
    });
  }

  /** PUT: metadata and spec of `object`, guarded by its resourceVersion. */
  update(row: number, object: KubeObject): Signal<number> {
    return this.#put(Verb.UpdateObject, row, object);
  }

  /** PUT of the status subresource, guarded by the object's resourceVersion. */
  updateStatus(row: number, object: KubeObject): Signal<number> {
    return this.#put(Verb.UpdateStatus, row, object);
  }

  /** DELETE with background propagation. */
  delete(row: number): Signal<number> {
    return this.#send(Verb.DeleteObject, row, 0, () => undefined);
  }

  updateEndpoints(service: number, body: EndpointsBody): Signal<number> {
    return this.#send(Verb.Endpoints, service, 0, (write) => {
      this.api.writes.body[write] = body;
    });
  }

  /** GET of one object from the server's cache; fires with the row. */
  read(row: number): Signal<number> {
    return this.#send(Verb.Read, row, 0, () => undefined);
  }

  /** Records an event about a pod. See `EventMessage` for what `%n` and `%p` stand for. */
  podEvent(
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    owner: number,
    ordinal: number,
    argument = -1,
  ): void {
    this.#event(type, reason, message, EventSubject.Pod, owner, ordinal, argument);
  }

  nodeEvent(type: 'Normal' | 'Warning', reason: string, message: string, node: number): void {
    this.#event(type, reason, message, EventSubject.Node, node, 0, -1);
  }

  objectEvent(type: 'Normal' | 'Warning', reason: string, message: string, row: number, argument = -1): void {
    this.#event(type, reason, message, EventSubject.Object, row, 0, argument);
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

  #event(
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    subject: number,
    first: number,
    second: number,
    argument: number,
  ): void {
    const { api } = this;
    if (!this.#spam.admits(subject, first, second, api.engine.now)) return;
    if (this.#events.length >= LONGEST_EVENT_QUEUE) return;
    const write = api.writes.allocate(Verb.Event, first, subject, this.#eventReply, 0);
    api.writes.a[write] = this.#messageId(type, reason, message);
    api.writes.b[write] = second;
    api.writes.c[write] = argument;
    if (this.#sending) {
      this.#events.push(write);
      return;
    }
    this.#sending = this.#eventReply >= 0;
    api.submit(this.bucket, write);
  }

  #nextEvent(): void {
    const write = this.#events.shift();
    this.#sending = write !== undefined;
    if (write !== undefined) this.api.submit(this.bucket, write);
  }

  #put(verb: number, row: number, object: KubeObject): Signal<number> {
    return this.#send(verb, row, 0, (write) => {
      this.api.writes.expected[write] = Number(object.metadata.resourceVersion ?? 0);
      this.api.writes.body[write] = object;
    });
  }

  #send(verb: number, target: number, epoch: number, fill: (write: number) => void): Signal<number> {
    const { api } = this;
    const { slot, signal } = api.signal();
    const write = api.writes.allocate(verb, target, epoch, 0, slot);
    fill(write);
    api.submit(this.bucket, write);
    return signal;
  }
}
