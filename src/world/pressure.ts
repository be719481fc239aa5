// What nodes have left of memory and disk at the end of each interval: the rows of pressure.csv.
import type { NodeAgents } from '../kubelet/node-agents.ts';
import type { Row } from '../metrics/catalogue.ts';
import type { ClusterState } from '../model/state.ts';
import { ThinnedRows } from './thinned-rows.ts';

export class PressureRows {
  readonly #state: ClusterState;
  readonly #kubelets: NodeAgents;
  readonly #rows = new ThinnedRows<Row<'pressure'>>();

  constructor(state: ClusterState, kubelets: NodeAgents) {
    this.#state = state;
    this.#kubelets = kubelets;
  }

  /** The interval ends now. */
  sample(time_seconds: number, last: boolean): void {
    this.#rows.sample(last, () => this.#rowsAt(time_seconds));
  }

  rows(): Generator<Row<'pressure'>> {
    return this.#rows.rows();
  }

  *#rowsAt(time_seconds: number): Generator<Row<'pressure'>> {
    for (const level of this.#kubelets.levels?.() ?? []) {
      yield {
        time_seconds,
        node: this.#state.nodeName(level.node),
        signal: level.signal,
        capacity_bytes: level.capacityBytes,
        available_bytes: level.availableBytes,
        threshold_bytes: level.thresholdBytes,
        kube_node_status_pressure: level.pressed ? 1 : 0,
      };
    }
  }
}
