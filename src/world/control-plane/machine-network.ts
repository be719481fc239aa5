// What passes between machines of the control plane, and between them and everybody else: a partition cuts members of etcd and API servers apart, and the minority off.
import type { LinkTrouble, NetworkTroubles } from '../../model/ports/troubles.ts';
import type { NodeRow } from '../../model/rows.ts';

/** What is done about it. */
export interface CutMachines {
  readonly machines: readonly string[];
  /** On which of them members of etcd are, and how many make a quorum. */
  readonly members: readonly string[];
  readonly quorum: number;
  /** Something is cut, or heals. */
  changed(opened: boolean): void;
}

export class MachineNetwork {
  readonly #troubles: Pick<LinkTrouble, 'from' | 'to'>[] = [];
  #cut: CutMachines | undefined;

  watch(cut: CutMachines): void {
    this.#cut = cut;
  }

  /** Faults of the network cut machines of the control plane apart as well. */
  over(network: NetworkTroubles): NetworkTroubles {
    return {
      disturb: (trouble) => {
        const end = network.disturb(trouble);
        const { from, to, loss } = trouble;
        if (loss < 1 || (from.masters === undefined && to.masters === undefined)) return end;
        const cut = { from, to };
        this.#troubles.push(cut);
        this.#cut?.changed(false);
        return () => {
          end();
          this.#troubles.splice(this.#troubles.indexOf(cut), 1);
          this.#cut?.changed(true);
        };
      },
      fillConntrack: (node) => network.fillConntrack(node),
      slowNames: (delay) => network.slowNames(delay),
    };
  }

  /** Whether two machines reach each other: TCP needs both directions. */
  open(a: string, b: string): boolean {
    if (a === b) return true;
    for (const { from, to } of this.#troubles) {
      if (from.masters?.(a) === true && to.masters?.(b) === true) return false;
      if (from.masters?.(b) === true && to.masters?.(a) === true) return false;
    }
    return true;
  }

  /** Whether a machine reaches so many members of etcd that these can commit. */
  hasMajority(machine: string): boolean {
    if (this.#troubles.length === 0 || this.#cut === undefined) return true;
    let reached = 0;
    for (const member of this.#cut.members) if (this.open(machine, member)) reached += 1;
    return reached >= this.#cut.quorum;
  }

  /** Whether a node reaches an API server that reaches a majority. */
  serves(node: NodeRow): boolean {
    if (this.#troubles.length === 0 || this.#cut === undefined) return true;
    return this.#cut.machines.some((machine) => this.hasMajority(machine) && this.#reaches(node, machine));
  }

  #reaches(node: NodeRow, machine: string): boolean {
    for (const { from, to } of this.#troubles) {
      if (from.includes(node) && to.masters?.(machine) === true) return false;
      if (to.includes(node) && from.masters?.(machine) === true) return false;
    }
    return true;
  }
}
