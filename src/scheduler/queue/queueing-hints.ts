// Hot dialect: whether an event makes it worth trying a rejected pod again: the hints of the plugins that rejected it.
import type { PodClasses } from '../../model/pod-class.ts';
import type { Registry } from '../../model/registry.ts';
import { type ClusterEvent, Happening } from '../framework/cluster-events.ts';
import type { EventRegistration, PodSource } from '../framework/interface.ts';
import { PodInfo } from '../framework/pod-info.ts';
import type { QueuedPods } from '../framework/queued-pods.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';

/** What to do with a pod after an event. */
export const Requeue = { Skip: 0, AfterBackoff: 1, Immediately: 2 } as const;

interface Hint {
  /** Bit of the plugin in the profile. */
  readonly plugin: number;
  readonly registration: EventRegistration;
}

const KINDS = 32;

export class QueueingHints {
  /** By profile and kind of event: who waits for it. */
  readonly #byKind: readonly (readonly Hint[])[][];
  /** Bits of all events that any plugin waits for. */
  readonly interest: number;
  readonly #gating: readonly (readonly number[])[];
  readonly #pods: QueuedPods;
  readonly #table: Registry['pods'];
  readonly #seen: Pick<PodSource, 'owner'>;
  readonly #classes: PodClasses;
  readonly #pod: PodInfo;
  /** The last answer to a class during one event: pods of one class get the same. */
  #stamp = 0;
  #stamps: number[] = [];
  #masks: number[] = [];
  #owners: ObjectRow[] = [];
  #answers: number[] = [];

  /** Bits of those that reject pods and register no events. */
  readonly #unknown: number;

  /** `registrations` by profile and number of the plugin; `unknown`: bits of those who say nothing of events: any of them may help. */
  constructor(
    registrations: readonly (readonly (readonly EventRegistration[])[])[],
    pods: QueuedPods,
    table: Registry['pods'],
    seen: Pick<PodSource, 'owner'>,
    classes: PodClasses,
    unknown = 0,
  ) {
    this.#unknown = unknown;
    this.#pods = pods;
    this.#table = table;
    this.#seen = seen;
    this.#classes = classes;
    this.#pod = new PodInfo();
    let interest: number = Happening.Wildcard;
    const all = registrations.map((plugins) => plugins.map(withTaints));
    this.#byKind = all.map((plugins) =>
      Array.from({ length: KINDS }, (_, kind) =>
        plugins.flatMap((list, plugin) =>
          list
            .filter((one) => (one.events & (1 << kind)) !== 0)
            .map((registration) => ({ plugin: 1 << plugin, registration })),
        ),
      ),
    );
    this.#gating = all.map((plugins) => plugins.map((list) => list.reduce((bits, one) => bits | one.events, 0)));
    for (const bits of this.#gating.flat()) interest |= bits;
    this.interest = unknown === 0 ? interest : -1;
  }

  /** True when the plugin that gates the pod waits for such an event. */
  opensGate(row: PodRow, event: ClusterEvent): boolean {
    const { gatedBy, profile } = this.#pods;
    return (event.kind & this.#gating[profile[row]][gatedBy[row]]) !== 0;
  }

  /** A new event: answers to the one before are forgotten. */
  begin(): void {
    this.#stamp += 1;
  }

  /** `Requeue` for a pod and the current event. */
  worth(row: PodRow, event: ClusterEvent): number {
    const { rejectedBy, pendingOn, podClass, profile } = this.#pods;
    const pending = pendingOn[row];
    const rejectors = rejectedBy[row] | pending;
    if (rejectors === 0 || (event.kind & Happening.Wildcard) !== 0) return Requeue.AfterBackoff;
    // Of what may help with an extender nothing is known.
    if ((rejectors & this.#unknown) !== 0) return Requeue.AfterBackoff;
    const hints = this.#byKind[profile[row]][31 - Math.clz32(event.kind)];
    if (hints.length === 0) return Requeue.Skip;
    const of = podClass[row];
    const owner = this.#seen.owner[row];
    // Pods with claims of their own differ within their class.
    const alike = this.#classes.get(of).volumes?.alike !== false;
    const mask = pending === 0 && alike ? rejectors : -1;
    if (this.#stamps[of] === this.#stamp && this.#masks[of] === mask && this.#owners[of] === owner) {
      return this.#answers[of];
    }
    const answer = this.#ask(row, event, hints, rejectors, pending);
    if (mask === -1) return answer;
    for (let i = this.#stamps.length; i <= of; i += 1) {
      this.#stamps.push(-1);
      this.#masks.push(0);
      this.#owners.push(-1);
      this.#answers.push(0);
    }
    this.#stamps[of] = this.#stamp;
    this.#masks[of] = mask;
    this.#owners[of] = owner;
    this.#answers[of] = answer;
    return answer;
  }

  #ask(row: PodRow, event: ClusterEvent, hints: readonly Hint[], rejectors: number, pending: number): number {
    let answer: number = Requeue.Skip;
    for (let i = 0; i < hints.length; i += 1) {
      const { plugin, registration } = hints[i];
      if ((plugin & rejectors) === 0) continue;
      const pod = this.#pod.point(this.#table, this.#classes.get(this.#pods.podClass[row]), row, this.#seen.owner[row]);
      if (registration.hint !== undefined && !registration.hint(pod, event)) continue;
      if ((plugin & pending) !== 0) return Requeue.Immediately;
      // With plugins that the pod waits for, one of them may still say at once.
      if (pending === 0) return Requeue.AfterBackoff;
      answer = Requeue.AfterBackoff;
    }
    return answer;
  }
}

/** kube-scheduler requeues at any change of taints for a plugin that waits for new nodes but not for taints. */
function withTaints(list: readonly EventRegistration[]): readonly EventRegistration[] {
  const bits = list.reduce((sum, one) => sum | one.events, 0);
  if ((bits & Happening.NodeAdd) === 0 || (bits & Happening.NodeTaints) !== 0) return list;
  return [...list, { events: Happening.NodeTaints }];
}
