// Pods that were bound so recently that the measured load of their node may lack them.
import { Change } from '../../../model/change-log.ts';
import type { PodClass } from '../../../model/pod-class.ts';
import type { NodeRow, PodRow } from '../../../model/rows.ts';
import type { Handle } from '../../framework/interface.ts';

interface Binding {
  readonly pod: PodRow;
  readonly atUs: number;
  readonly podClass: PodClass;
}

/** metricsAgentReportingIntervalSeconds, and the time between two clean-ups. */
const REPORTING_SECONDS = 60;
const CLEAN_UP_US = 300e6;

/** pkg/trimaran/handler.go of kubernetes-sigs/scheduler-plugins: when the watch brought each binding. */
export class RecentBindings {
  readonly #handle: Handle;
  readonly #byNode = new Map<NodeRow, Binding[]>();
  readonly #nodeOf = new Map<PodRow, NodeRow>();

  constructor(handle: Handle) {
    this.#handle = handle;
    const { engine } = handle;
    // The watch begins after the plugins are made.
    const begin = engine.kind('recent-bindings.begin', () => this.#begin());
    const cleanUp = engine.kind('recent-bindings.clean-up', () => {
      this.#cleanUp();
      engine.after(CLEAN_UP_US, cleanUp, 0, 0);
    });
    engine.after(0, begin, 0, 0);
    engine.after(CLEAN_UP_US, cleanUp, 0, 0);
  }

  /** The sum, over the pods of a node that figures up to then may lack, of what `of` says of their class. */
  missing(node: NodeRow, endSeconds: number, of: (podClass: PodClass) => number): number {
    let sum = 0;
    for (const { atUs, podClass } of this.#byNode.get(node) ?? []) {
      if (endSeconds - Math.floor(atUs / 1e6) < REPORTING_SECONDS) sum += of(podClass);
    }
    return sum;
  }

  #begin(): void {
    const pods = this.#handle.pods();
    for (let row = 0 as PodRow; row < pods.alive.length; row = (row + 1) as PodRow) {
      if (pods.alive[row] === 1 && pods.node[row] >= 0) this.#add(row);
    }
    pods.subscribe((row, _epoch, what) => {
      if ((what & (Change.Removed | Change.Created)) !== 0) this.#drop(row);
      if ((what & Change.Removed) !== 0 || (what & (Change.Bound | Change.Created)) === 0) return;
      if (pods.node[row] >= 0 && !this.#nodeOf.has(row)) this.#add(row);
    });
  }

  #add(pod: PodRow): void {
    const { node: nodes, podClass } = this.#handle.pods();
    const node = nodes[pod];
    const bindings = this.#byNode.get(node) ?? [];
    const { classes } = this.#handle.cache.state;
    bindings.push({ pod, atUs: this.#handle.nowUs(), podClass: classes.get(podClass[pod]) });
    this.#byNode.set(node, bindings);
    this.#nodeOf.set(pod, node);
  }

  #drop(pod: PodRow): void {
    const node = this.#nodeOf.get(pod);
    if (node === undefined) return;
    this.#nodeOf.delete(pod);
    this.#keep(node, (binding) => binding.pod !== pod);
  }

  #cleanUp(): void {
    const leastUs = this.#handle.nowUs() - REPORTING_SECONDS * 1e6;
    for (const node of this.#byNode.keys()) {
      this.#keep(node, ({ pod, atUs }) => {
        if (atUs > leastUs) return true;
        this.#nodeOf.delete(pod);
        return false;
      });
    }
  }

  #keep(node: NodeRow, keeps: (binding: Binding) => boolean): void {
    const rest = (this.#byNode.get(node) ?? []).filter(keeps);
    if (rest.length === 0) this.#byNode.delete(node);
    else this.#byNode.set(node, rest);
  }
}

const known = new WeakMap<Handle, RecentBindings>();

/** Those of a scheduler; whoever asks makes them be noted. */
export function recentBindings(handle: Handle): RecentBindings {
  const bindings = known.get(handle) ?? new RecentBindings(handle);
  known.set(handle, bindings);
  return bindings;
}
