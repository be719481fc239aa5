// Hot dialect: what kubelets hear of the pods bound to their nodes, each word as late as a watch delivers it; and what is heard of kubelets.
import type { PodCondition } from 'kubernetes-types/core/v1.js';
import type { Engine } from '../engine/engine.ts';
import { Change } from '../model/change-log.ts';
import type { Leases } from '../model/ports/leases.ts';
import type { ClassRow, PodRow } from '../model/rows.ts';

interface ChangedPod {
  readonly pod: PodRow;
  readonly epoch: number;
  /** Undefined: the same. */
  readonly podClass: ClassRow | undefined;
  readonly conditions: readonly PodCondition[] | undefined;
}

export class KubeletWatch {
  /** Called when a kubelet hears that a pod was bound to its node, or that its deletion began (`Change`). */
  readonly feed: ((pod: PodRow, epoch: number, what: number) => void)[] = [];
  /** Called when it hears that a pod is of another class. */
  readonly classes: ((pod: PodRow, epoch: number, podClass: ClassRow) => void)[] = [];
  /** Called when it hears that conditions which are not its own have changed. */
  readonly conditions: ((pod: PodRow, epoch: number, conditions: readonly PodCondition[]) => void)[] = [];
  /** Their heartbeats, where there are kubelets. */
  leases: Leases | undefined;
  readonly #engine: Engine;
  readonly #deliveryUs: () => number;
  readonly #feed: number;
  readonly #change: number;
  /** Changed pods on their way, in order, and when the last one arrives. */
  readonly #changed: ChangedPod[] = [];
  #arrivesAt = 0;

  constructor(engine: Engine, deliveryUs: () => number) {
    this.#engine = engine;
    this.#deliveryUs = deliveryUs;
    this.#feed = engine.kind('api.watch.kubelet', (pod, packed) => {
      for (const hear of this.feed)
        hear(pod as PodRow, packed >> 1, (packed & 1) === 0 ? Change.Bound : Change.Deleting);
    });
    this.#change = engine.kind('api.watch.kubelet.change', (index) => {
      const { pod, epoch, podClass, conditions } = this.#changed[index];
      if (index === this.#changed.length - 1) this.#changed.length = 0;
      if (podClass !== undefined) for (const hear of this.classes) hear(pod, epoch, podClass);
      if (conditions !== undefined) for (const hear of this.conditions) hear(pod, epoch, conditions);
    });
  }

  /** How long a word takes that is sent now. */
  delayUs(): number {
    return this.#deliveryUs();
  }

  send(pod: PodRow, epoch: number, deleting: boolean): void {
    this.#engine.after(this.delayUs(), this.#feed, pod, (epoch << 1) | (deleting ? 1 : 0));
  }

  sendClass(pod: PodRow, epoch: number, podClass: ClassRow): void {
    this.#send({ pod, epoch, podClass, conditions: undefined });
  }

  sendConditions(pod: PodRow, epoch: number, conditions: readonly PodCondition[]): void {
    this.#send({ pod, epoch, podClass: undefined, conditions });
  }

  #send(change: ChangedPod): void {
    const index = this.#changed.push(change) - 1;
    this.#arrivesAt = Math.max(this.#arrivesAt, this.#engine.now + this.#deliveryUs());
    this.#engine.at(this.#arrivesAt, this.#change, index, 0);
  }
}
