// Hot dialect: work that falls due while a node's kubelet is stopped, kept in its order until the kubelet is back.
import type { Engine } from '../engine/engine.ts';
import type { NodeRow } from '../model/rows.ts';

export class OverdueWork {
  readonly #engine: Engine;
  /** Stopped kubelets by node, and what waits: kind, row and stamp of each event. */
  readonly #stopped = new Map<NodeRow, number[]>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  stop(node: NodeRow): void {
    this.#stopped.set(node, []);
  }

  stopped(node: NodeRow): boolean {
    return this.#stopped.size > 0 && this.#stopped.has(node);
  }

  /** Keeps an event of a stopped kubelet; false when its kubelet runs and the event may go on. */
  holds(node: NodeRow, kind: number, row: number, stamp: number): boolean {
    if (this.#stopped.size === 0) return false;
    const waiting = this.#stopped.get(node);
    if (waiting === undefined) return false;
    waiting.push(kind, row, stamp);
    return true;
  }

  /** The kubelet is back: what waited happens now. Stale events are found out by whoever handles them. */
  start(node: NodeRow): void {
    const waiting = this.#stopped.get(node) ?? [];
    this.#stopped.delete(node);
    for (let i = 0; i < waiting.length; i += 3) this.#engine.after(0, waiting[i], waiting[i + 1], waiting[i + 2]);
  }
}
