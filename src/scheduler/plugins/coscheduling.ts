// Coscheduling binds the pods of a group together or not at all (kubernetes-sigs/scheduler-plugins, pkg/coscheduling).
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, PermitStatus, Plugin } from '../framework/interface.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import { Code, success, unresolvable, unschedulable } from '../framework/status.ts';
import { freeOf, gangReport } from './gang-report.ts';
import { type PodGroup, PodGroups } from './pod-groups.ts';
import type { PodRow } from '../../model/rows.ts';

const NAME = 'Coscheduling';
/** With so small a part of its members missing, a group is not given up because one of them found no node. */
const SMALL_GAP = 0.1;

export const coscheduling = member({
  name: NAME,
  summary: 'Binds the pods of a PodGroup together: none before minMember of them have a node.',
  args: z.strictObject({
    permitWaitingTimeSeconds: z
      .int()
      .min(0)
      .default(60)
      .describe('how long a pod waits for the others, unless its PodGroup says so'),
    podGroupBackoffSeconds: z
      .int()
      .min(0)
      .default(0)
      .describe('how long a group is left alone after one of its pods found no node'),
  }),
  create: (args, handle: Handle): Plugin => new Coscheduling(args, handle).plugin(),
});

interface Args {
  readonly permitWaitingTimeSeconds: number;
  readonly podGroupBackoffSeconds: number;
}

class Coscheduling {
  readonly #args: Args;
  readonly #handle: Handle;
  readonly #groups: PodGroups;
  /** By group: the pods that wait at Permit. */
  readonly #waiting = new Map<string, Set<PodRow>>();
  /** By group: until when it is left alone, and until when its minResources count as there, µs. */
  readonly #backedOffUntil = new Map<string, number>();
  readonly #permittedUntil = new Map<string, number>();

  constructor(args: Args, handle: Handle) {
    this.#args = args;
    this.#handle = handle;
    this.#groups = new PodGroups(handle);
  }

  plugin(): Plugin {
    return {
      less: (a, b, queue) => this.#less(a, b, queue.priority),
      preFilter: (pod) => this.#preFilter(pod),
      postFilter: (pod) => this.#postFilter(pod),
      reserve: () => success,
      unreserve: (pod) => this.#unreserve(pod),
      permit: (pod) => this.#permit(pod),
      explain: (pod, nodes) => {
        const group = this.#groupOf(pod);
        return group && gangReport(this.#handle.cache, group, this.#groups.members(group.key), pod, nodes);
      },
      registrations: [{ events: Happening.AssignedPodAdd }],
    };
  }

  /** Priority, then the creation of the group (of the pod, without one), then the name: pods of one group follow each other. */
  #less(a: PodRow, b: PodRow, priority: Int32Array): boolean {
    if (priority[a] !== priority[b]) return priority[a] > priority[b];
    const since = this.#createdUs(a) - this.#createdUs(b);
    return since === 0 ? this.#nameOf(a) < this.#nameOf(b) : since < 0;
  }

  #createdUs(row: PodRow): number {
    const { pods, classes } = this.#handle.cache.state;
    const group = this.#groups.get(this.#groups.keyOf(classes.get(this.#handle.pods().podClass[row])));
    return group?.createdUs ?? pods.createdAt[row];
  }

  #nameOf(row: PodRow): string {
    const { state } = this.#handle.cache;
    return `${state.classes.get(this.#handle.pods().podClass[row]).namespace}/${state.podName(row)}`;
  }

  #groupOf({ podClass }: PodInfo): PodGroup | undefined {
    return this.#groups.get(this.#groups.keyOf(podClass));
  }

  #preFilter(pod: PodInfo) {
    const group = this.#groupOf(pod);
    if (group === undefined) return success;
    const { key, minMember, minResources } = group;
    const now = this.#handle.nowUs();
    if ((this.#backedOffUntil.get(key) ?? 0) > now) return unresolvable(`podGroup ${key} failed recently`);
    const members = this.#groups.members(key).size;
    if (members < minMember) {
      const { state } = this.#handle.cache;
      const name = state.podName(pod.row);
      return unresolvable(
        `pre-filter pod ${name} cannot find enough sibling pods, current pods number: ${members}, minMember of group: ${minMember}`,
      );
    }
    if (minResources === undefined || (this.#permittedUntil.get(key) ?? 0) > now) return success;
    const gap = this.#resourceGap(group, minResources);
    if (gap !== '') return unresolvable(`resource gap: ${gap}`);
    this.#permittedUntil.set(key, now + this.#args.permitWaitingTimeSeconds * 1e6);
    return success;
  }

  /** What all nodes together lack of the group's minResources, its own pods not counted; empty for nothing. */
  #resourceGap({ key, minMember }: PodGroup, minResources: Readonly<Record<string, number>>): string {
    const { cache } = this.#handle;
    const left = new Map(Object.entries({ ...minResources, pods: minMember }));
    const own = this.#ownUse(key);
    cache.forEachNode((node) => {
      for (const [name, amount] of left) {
        const rest = amount - freeOf(cache, name, node) - (own.get(node)?.get(name) ?? 0);
        if (rest <= 0) left.delete(name);
        else left.set(name, rest);
      }
    });
    return [...left].map(([name, amount]) => `${name === 'cpu' ? `${amount}m` : amount} ${name}`).join(', ');
  }

  /** By node and resource: what the group's pods there request. */
  #ownUse(key: string): Map<number, Map<string, number>> {
    const { cache } = this.#handle;
    const { pods, classes } = cache.state;
    const own = new Map<number, Map<string, number>>();
    for (const row of this.#groups.members(key)) {
      const node = cache.nodeOf(row, pods.epoch[row]);
      if (node < 0) continue;
      const { shape } = classes.get(cache.podClass[row]);
      const here = own.get(node) ?? new Map<string, number>();
      own.set(node, here);
      const requests = {
        ...shape.extended,
        cpu: shape.cpuMilli,
        memory: shape.memoryBytes,
        'ephemeral-storage': shape.ephemeralBytes,
        pods: 1,
      };
      for (const [name, amount] of Object.entries(requests)) here.set(name, (here.get(name) ?? 0) + amount);
    }
    return own;
  }

  /** One found no node: the others would not either, so those that wait are let go. */
  #postFilter(pod: PodInfo) {
    const group = this.#groupOf(pod);
    if (group === undefined) return unschedulable();
    const { key, minMember } = group;
    const assigned = this.#groups.assigned(key);
    if (assigned >= minMember || (minMember - assigned) / minMember <= SMALL_GAP) return unschedulable();
    this.#rejectWaiting(key, 'optimistic rejection in PostFilter');
    const { podGroupBackoffSeconds } = this.#args;
    const now = this.#handle.nowUs();
    const resting = (this.#backedOffUntil.get(key) ?? 0) > now;
    if (podGroupBackoffSeconds > 0 && !resting && this.#groups.members(key).size >= minMember) {
      this.#backedOffUntil.set(key, now + podGroupBackoffSeconds * 1e6);
    }
    this.#permittedUntil.delete(key);
    const { state } = this.#handle.cache;
    const name = state.podName(pod.row);
    return unschedulable(`PodGroup ${key} gets rejected due to Pod ${name} is unschedulable even after PostFilter`);
  }

  #permit(pod: PodInfo): PermitStatus {
    const key = this.#groups.keyOf(pod.podClass);
    if (key === '') return success;
    const group = this.#groups.get(key);
    if (group === undefined) return unschedulable('PodGroup not found');
    // The pod itself is assumed already.
    const others = this.#groups.assigned(key) - 1;
    if (others + 1 >= group.minMember) {
      const waiting = this.#waiting.get(key);
      this.#waiting.delete(key);
      for (const row of waiting ?? []) this.#handle.allow(row);
      return success;
    }
    let waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      waiting = new Set();
      this.#waiting.set(key, waiting);
    }
    waiting.add(pod.row);
    // The first one calls the others, which may have been rejected when there were too few.
    if (others === 0) for (const row of this.#groups.members(key)) if (row !== pod.row) this.#handle.activate(row);
    const seconds = group.scheduleTimeoutSeconds ?? this.#args.permitWaitingTimeSeconds;
    return { code: Code.Wait, reasons: [], timeoutUs: seconds * 1e6 };
  }

  /** One gave up its node, perhaps because it had waited for too long: so do the others. */
  #unreserve(pod: PodInfo): void {
    const group = this.#groupOf(pod);
    if (group === undefined) return;
    this.#waiting.get(group.key)?.delete(pod.row);
    this.#rejectWaiting(group.key, 'rejection in Unreserve');
    this.#permittedUntil.delete(group.key);
  }

  #rejectWaiting(key: string, reason: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    for (const row of waiting) this.#handle.reject(row, NAME, reason);
  }
}
