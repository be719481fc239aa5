// Hot dialect: what the filters would say of one node if pods left it or came to it. Everything is as before afterwards.
import { grown } from '../../../model/columns.ts';
import type { SchedulerCache } from '../../cache/cache.ts';
import { NodeList } from '../node-list.ts';
import type { Nominations } from '../../cache/nominations.ts';
import { PodInfo } from '../pod-info.ts';
import type { Framework } from './framework.ts';
import { Code } from '../status.ts';
import { Verdicts } from '../verdicts.ts';
import { type NodeRow, type PodRow, rowColumn } from '../../../model/rows.ts';

/**
 * Pods are taken off the node in the scheduler's cache itself, whose columns and counters the filters read, and put back. Filters
 * with knowledge of their own hear of it by the extensions AddPod and RemovePod. What is remembered of the node by its `generation`
 * is neither asked nor touched.
 */
export class DryRun {
  /** The verdict of the last `fits` that did not pass. */
  code: number = Code.Success;
  plugin = -1;
  reasons = 0;
  readonly #cache: SchedulerCache;
  readonly #nominations: Nominations;
  readonly #nodes = new NodeList();
  readonly #verdicts = new Verdicts();
  readonly #pod = new PodInfo();
  #framework: Framework | undefined;
  #node: NodeRow = -1;
  /** The node's pods in their order, to restore it. */
  #order = rowColumn<PodRow>(16);
  #count = 0;

  constructor(cache: SchedulerCache, nominations: Nominations) {
    this.#cache = cache;
    this.#nominations = nominations;
    this.#nodes.ensure(1);
  }

  /** The questions are about this pod and node from now on, after the framework's PreFilter of the pod. */
  begin(framework: Framework, pod: PodInfo, node: NodeRow): void {
    const { firstPod, nextPod } = this.#cache;
    this.#framework = framework;
    this.#pod.copy(pod);
    this.#node = node;
    this.#count = 0;
    for (let row = firstPod[node]; row >= 0; row = nextPod[row]) {
      if (this.#count === this.#order.length) this.#order = grown(this.#order, this.#count * 2);
      this.#order[this.#count] = row;
      this.#count += 1;
    }
  }

  /** Ends the questions; every pod that was removed has been added again. */
  end(): void {
    this.#cache.relink(this.#node, this.#order, this.#count);
  }

  removePod(row: PodRow): void {
    const extensions = this.#framework!.podExtensions;
    this.#cache.removeTentatively(row);
    for (let i = 0; i < extensions.length; i += 1) extensions[i].plugin.removePod!(this.#pod, row, this.#node);
  }

  /** Puts back a pod that was removed. */
  addPod(row: PodRow): void {
    const cache = this.#cache;
    const podClass = cache.state.classes.get(cache.podClass[row]);
    const extensions = this.#framework!.podExtensions;
    cache.addTentatively(row, cache.podEpoch[row], podClass, this.#node, cache.podMarks[row]);
    for (let i = 0; i < extensions.length; i += 1) extensions[i].plugin.addPod!(this.#pod, row, this.#node);
  }

  /**
   * Whether the filters pass; with pods of no lower priority that are nominated to the node, both with them there and without
   * (RunFilterPluginsWithNominatedPods). `podsOnly` leaves out filters to which the pods on a node are nothing.
   */
  fits(podsOnly = false): boolean {
    if (this.#nominations.size > 0 && !this.fitsBesideNominated(podsOnly)) return false;
    return this.#passes(podsOnly);
  }

  /** Whether the filters pass with the nominated pods on the node. True when there are none. */
  fitsBesideNominated(podsOnly = false): boolean {
    const { row, podClass } = this.#pod;
    const node = this.#node;
    if (!this.#nominations.concern(node, row, podClass.priority)) return true;
    const others = this.#nominations.on(node).filter((one) => one.pod !== row && one.priority >= podClass.priority);
    for (const { pod, podClass: other, epoch } of others) {
      this.#cache.addTentatively(pod, epoch, other, node, 0);
      for (const one of this.#framework!.podExtensions) one.plugin.addPod!(this.#pod, pod, node);
    }
    const fits = this.#passes(podsOnly);
    for (const { pod } of others) this.removePod(pod);
    return fits;
  }

  #passes(podsOnly: boolean): boolean {
    const verdicts = this.#verdicts;
    this.#nodes.rows[0] = this.#node;
    this.#nodes.start = 0;
    this.#nodes.end = 1;
    verdicts.reset(1);
    this.#framework!.runFilterOnOne(this.#pod, this.#nodes, verdicts, podsOnly);
    const code = verdicts.codes[0];
    if (code === Code.Success) return true;
    this.code = code;
    this.plugin = verdicts.plugins[0];
    this.reasons = verdicts.reasons[0];
    return false;
  }
}
