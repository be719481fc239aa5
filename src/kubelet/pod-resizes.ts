// In-place resize: whether a pod's new resources fit on its node now, later or never, and what its containers make of them (kubelet's allocation manager).
import type { Container, ResourceRequirements } from 'kubernetes-types/core/v1.js';
import type { ApiServer } from '../api/server.ts';
import { patchPodStatus } from '../api/requests/pod-status.ts';
import { equalJson } from '../model/objects/equal.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { PendingResize } from '../model/pods.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { NodePods } from './node-pods.ts';
import type { PodEvents } from './pod-events.ts';

type Policy = { readonly resourceName: string; readonly restartPolicy: string };

export class PodResizes {
  readonly #api: ApiServer;
  readonly #admitted: NodePods;
  readonly #events: PodEvents;
  readonly #bucket: (node: NodeRow) => number;
  readonly #isSilent: (node: NodeRow) => boolean;
  /** By pod: the condition that its kubelet has set last, which may be on its way to the API server. */
  readonly #reported = new Map<PodRow, { readonly epoch: number; readonly pending: PendingResize }>();
  /** By pod: how often its resources have changed. */
  readonly #changes = new Map<PodRow, number>();

  constructor(
    api: ApiServer,
    admitted: NodePods,
    events: PodEvents,
    bucket: (node: NodeRow) => number,
    isSilent: (node: NodeRow) => boolean,
  ) {
    this.#isSilent = isSilent;
    this.#api = api;
    this.#admitted = admitted;
    this.#events = events;
    this.#bucket = bucket;
  }

  /** Whether the node takes it; says so. */
  takes(pod: PodRow, node: NodeRow, next: PodClass): boolean {
    const pending = this.#lacks(pod, node, next);
    const reported = this.#reported.get(pod);
    const known = reported?.epoch === this.#api.state.pods.epoch[pod] ? reported.pending : undefined;
    if (pending === undefined) {
      if (known !== undefined) this.#tell(pod, node, null);
      this.#events.pod('Normal', 'ResizeStarted', `Pod resize started: ${this.#summary(pod, next)}`, pod);
      return true;
    }
    if (known?.reason === pending.reason && known.message === pending.message) return false;
    this.#tell(pod, node, pending);
    const { reason, message } = pending;
    this.#events.pod('Warning', `Resize${reason}`, `Pod resize ${reason}: ${this.#summary(pod, next, message)}`, pod);
    return false;
  }

  /** Another change of resources was heard of. */
  count(pod: PodRow): void {
    this.#changes.set(pod, (this.#changes.get(pod) ?? 1) + 1);
  }

  completed(pod: PodRow, now: PodClass): void {
    this.#events.pod('Normal', 'ResizeCompleted', `Pod resize completed: ${this.#summary(pod, now)}`, pod);
  }

  /** Of what it is to have beside what others have. */
  #lacks(pod: PodRow, node: NodeRow, { shape: next }: PodClass): PendingResize | undefined {
    const { nodes } = this.#api.state;
    const { cpuMilli, memoryBytes, classes } = this.#admitted;
    const { shape: own, id: allocated } = classes.of(pod);
    const amounts = [
      ['cpu', next.cpuMilli, cpuMilli[node] - own.cpuMilli, nodes.cpuMilli[node]],
      ['memory', next.memoryBytes, memoryBytes[node] - own.memoryBytes, nodes.memoryBytes[node]],
    ] as const;
    for (const [name, requested, , capacity] of amounts) {
      if (requested <= capacity) continue;
      const message = `Node didn't have enough capacity: ${name}, requested: ${requested}, capacity: ${capacity}`;
      return { reason: 'Infeasible', message, allocated };
    }
    for (const [name, requested, used, capacity] of amounts) {
      if (used + requested <= capacity) continue;
      const sums = `requested: ${requested}, used: ${used}, capacity: ${capacity}`;
      return { reason: 'Deferred', message: `Node didn't have enough resource: ${name}, ${sums}`, allocated };
    }
    return undefined;
  }

  #tell(pod: PodRow, node: NodeRow, pendingResize: PendingResize | null): void {
    const { requests, state } = this.#api;
    const epoch = state.pods.epoch[pod];
    if (this.#isSilent(node)) return;
    if (pendingResize === null) this.#reported.delete(pod);
    else this.#reported.set(pod, { epoch, pending: pendingResize });
    this.#api.submit(this.#bucket(node), patchPodStatus(requests, { pod, epoch, pendingResize }));
  }

  #summary(pod: PodRow, { spec }: PodClass, error?: string): string {
    const listed = (list: readonly Container[]) => list.map(({ name, resources = {} }) => ({ name, resources }));
    const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
    return JSON.stringify({
      ...(sidecars.length === 0 ? {} : { initContainers: listed(sidecars) }),
      containers: listed(spec.containers),
      generation: this.#changes.get(pod) ?? 1,
      ...(error === undefined ? {} : { error }),
    });
  }
}

/** Whether containers are to have other amounts. */
export function isResized({ runtime: before }: PodClass, { runtime: after }: PodClass): boolean {
  const amounts = (list: readonly Container[]): unknown => list.map(({ resources = {} }) => amountsOf(resources));
  return (
    !equalJson(amounts(before.containers), amounts(after.containers)) ||
    !equalJson(amounts(before.initContainers), amounts(after.initContainers))
  );
}

/** Whether its policy has the container restarted for that. */
export function restartsToResize(before: Container, after: Container): boolean {
  const { resizePolicy = [] } = after as { readonly resizePolicy?: readonly Policy[] };
  return resizePolicy.some(({ resourceName, restartPolicy }) => {
    const amount = ({ resources = {} }: Container): unknown =>
      [resources.requests, resources.limits].map(
        (one) => (one as Readonly<Record<string, unknown>> | undefined)?.[resourceName],
      );
    return restartPolicy === 'RestartContainer' && !equalJson(amount(before), amount(after));
  });
}

function amountsOf({ requests = {}, limits = {} }: ResourceRequirements): unknown {
  return { requests, limits };
}
