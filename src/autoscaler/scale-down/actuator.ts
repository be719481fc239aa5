// Deletes nodes that have been chosen: taints them, waits, drains them and gives their machines back.
import { sleep } from '../../engine/script.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CloudProvider } from '../../model/ports/cloud.ts';
import type { Hands, Steps } from '../cluster/hands.ts';
import type { ListedNode, ListedPod } from '../cluster/listed.ts';
import { DELETION_CANDIDATE, hasTaint, TO_BE_DELETED, withoutTaint, withTaint } from '../cluster/taints.ts';
import { podsToMove } from '../drain/pods-to-move.ts';
import { RemainingBudgets } from '../drain/remaining-budgets.ts';
import type { AutoscalerOptions } from '../options.ts';
import { DeletionTracker } from './deletion-tracker.ts';
import { drainNode, evictDaemonSetPods } from './drain.ts';
import { cropToParallelism } from './parallelism.ts';
import type { UnneededNode } from './planner.ts';
import type { Utilization } from './utilization.ts';

export type StartResult = 'NodeDeleteStarted' | 'NoNodeDeleted' | 'Error';

export class Actuator {
  readonly tracker = new DeletionTracker();
  readonly #engine: Engine;
  readonly #hands: Hands;
  readonly #provider: CloudProvider;
  readonly #options: AutoscalerOptions;

  constructor(engine: Engine, hands: Hands, provider: CloudProvider, options: AutoscalerOptions) {
    this.#engine = engine;
    this.#hands = hands;
    this.#provider = provider;
    this.#options = options;
  }

  /** Those that are deleted from now on, as many as may be at a time. */
  *start(
    empty: readonly UnneededNode[],
    drain: readonly UnneededNode[],
    utilization: ReadonlyMap<string, Utilization>,
  ): Steps<StartResult> {
    const chosen = cropToParallelism(empty, drain, this.tracker, this.#options);
    if (chosen.empty.length + chosen.drain.length === 0) return 'NoNodeDeleted';
    for (const [nodes, drains] of [
      [chosen.empty, false],
      [chosen.drain, true],
    ] as const) {
      if (nodes.length === 0) continue;
      if (!(yield* this.#taint(nodes))) return 'Error';
      for (const one of nodes) this.#announce(one, drains, utilization);
      this.#engine.spawn('delete nodes', this.#delete(nodes, drains));
    }
    return 'NodeDeleteStarted';
  }

  /** Marks nodes that are not needed, and takes the mark off others: so that the scheduler prefers those that stay. */
  *updateSoftTaints(nodes: readonly ListedNode[], unneeded: ReadonlyMap<string, UnneededNode>): Steps {
    let left = this.#options.maxBulkSoftTaintCount;
    const { now } = this.#engine;
    const isTainted = ({ taints }: ListedNode): boolean => hasTaint(taints, DELETION_CANDIDATE);
    const mine = nodes.filter(
      ({ name, taints }) =>
        this.#provider.groupOf(name) !== undefined && !hasTaint(taints, TO_BE_DELETED) && !this.tracker.has(name),
    );
    const needed = mine.filter((node) => !unneeded.has(node.name) && isTainted(node));
    const free = mine.filter((node) => unneeded.has(node.name) && !isTainted(node));
    for (const node of [...needed, ...free]) {
      if (left === 0) return;
      left -= 1;
      yield* this.#hands.changeTaints(node, (taints) =>
        isTainted(node) ? withoutTaint(taints, DELETION_CANDIDATE) : withTaint(taints, DELETION_CANDIDATE, now),
      );
    }
  }

  /** All of them before any goes, so that pods of one do not come to another. */
  *#taint(nodes: readonly UnneededNode[]): Steps<boolean> {
    const tainted: ListedNode[] = [];
    for (const { node } of nodes) {
      const { now } = this.#engine;
      if (yield* this.#hands.changeTaints(node, (taints) => withTaint(taints, TO_BE_DELETED, now))) {
        tainted.push(node);
        continue;
      }
      const message = 'failed to mark the node as toBeDeleted/unschedulable';
      this.#hands.nodeEvent('Warning', 'ScaleDownFailed', message, node);
      for (const one of tainted) yield* this.#untaint(one);
      return false;
    }
    return true;
  }

  #untaint(node: ListedNode): Steps<boolean> {
    return this.#hands.changeTaints(node, (taints) => withoutTaint(taints, TO_BE_DELETED));
  }

  #announce(
    { node, group, podsToMove: pods }: UnneededNode,
    drains: boolean,
    utilization: ReadonlyMap<string, Utilization>,
  ): void {
    this.tracker.begin(node.name, group, drains);
    if (!drains) {
      this.#hands.event('Normal', 'ScaleDownEmpty', `Scale-down: removing empty node "${node.name}"`);
      return;
    }
    const { cpu = 0, memory = 0, gpu = 0, resource = '', utilization: used = 0 } = utilization.get(node.name) ?? {};
    const names = pods.map(({ name }) => name).join(',');
    this.#hands.event(
      'Normal',
      'ScaleDown',
      `Scale-down: removing node ${node.name}, utilization: {${cpu} ${memory} ${gpu} 0 ${resource} ${used}}, pods to reschedule: ${names}`,
    );
  }

  *#delete(nodes: readonly UnneededNode[], drains: boolean): Steps {
    yield* sleep(this.#options.nodeDeleteDelayAfterTaintUs);
    const listing = this.#hands.list();
    const context = {
      options: this.#options,
      budgets: new RemainingBudgets(drains ? listing.budgets : []),
      controller: listing.controller.bind(listing),
      nowUs: this.#engine.now,
    };
    for (const one of nodes) {
      const pods = listing.podsOn(one.node.row);
      const result = podsToMove(pods, context);
      if ('reason' in result) {
        yield* this.#abort(one, drains, `pod ${result.blockingPod.name} blocks it: ${result.reason}`);
      } else if (!drains && result.move.length > 0) {
        yield* this.#abort(one, drains, `failed to delete empty node "${one.node.name}", new pods scheduled`);
      } else {
        this.#engine.spawn(`delete node ${one.node.name}`, this.#deleteOne(one, pods, drains));
      }
    }
  }

  *#deleteOne(one: UnneededNode, pods: readonly ListedPod[], drains: boolean): Steps {
    const { node } = one;
    if (drains) {
      const problem = yield* drainNode(this.#engine, this.#hands, node, pods, this.#options);
      if (problem !== '') {
        yield* this.#abort(one, drains, problem);
        return;
      }
    } else {
      yield* evictDaemonSetPods(this.#engine, this.#hands, pods, this.#options);
    }
    const group = this.#provider.groupOf(node.name);
    const problem = group === undefined ? 'its group is gone' : group.deleteInstances([node.name]);
    if (problem !== '') {
      yield* this.#abort(one, drains, problem);
      return;
    }
    this.#hands.nodeEvent('Normal', 'ScaleDown', 'nodes removed by cluster autoscaler', node);
    if (drains) this.#hands.event('Normal', 'ScaleDown', `Scale-down: node ${node.name} removed with drain`);
    else this.#hands.event('Normal', 'ScaleDownEmpty', `Scale-down: empty node ${node.name} removed`);
    this.tracker.end(node.name);
  }

  *#abort({ node }: UnneededNode, drains: boolean, problem: string): Steps {
    const what = drains ? 'failed to drain and delete node' : 'failed to delete empty node';
    this.#hands.nodeEvent('Warning', 'ScaleDownFailed', `${what}: ${problem}`, node);
    this.tracker.end(node.name);
    yield* this.#untaint(node);
  }
}
