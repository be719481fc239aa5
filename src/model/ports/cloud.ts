// Ports: machines that somebody rents out.
import type { Taint } from 'kubernetes-types/core/v1.js';
import type { Labels } from '../interner.ts';

/** A machine of a node group, from the request for it until it is gone. */
export interface Instance {
  /** Also the name of its node, once that has registered. */
  readonly name: string;
  readonly state: 'creating' | 'running' | 'deleting';
  /** Why it cannot be made; empty while nothing is wrong. */
  readonly error: string;
}

/** What every node of a group looks like when it registers. Amounts: cpu in milli, the rest in base units. */
export interface NodeTemplate {
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly capacity: Readonly<Record<string, number>>;
  readonly allocatable: Readonly<Record<string, number>>;
}

/** A group of machines that are all alike and whose number can be changed. A method that fails says why; else its answer is ''. */
export interface NodeGroup {
  readonly id: string;
  readonly min: number;
  readonly max: number;
  /** How many machines there shall be. */
  readonly target: number;
  readonly instances: readonly Instance[];
  readonly template: NodeTemplate;
  readonly hourlyCost: number;
  increase(by: number): string;
  /** Gives up machines that have not been made. */
  decreaseTarget(by: number): string;
  /** Ends machines, and asks for as many fewer. */
  deleteInstances(names: readonly string[]): string;
}

/** Machines that their provider may take back. The cloud part implements it. */
export interface SpotMarket {
  /** Node pools with such machines. */
  readonly pools: readonly string[];
  /** Those that are nodes and have no notice. */
  running(): readonly { readonly name: string; readonly pool: string }[];
  /** Gives notice of the machine now; it is gone when that is over. */
  reclaim(name: string): void;
}

/** Who rents machines out. The cloud part implements it. */
export interface CloudProvider {
  readonly groups: readonly NodeGroup[];
  /** The group of the machine of that name. */
  groupOf(instance: string): NodeGroup | undefined;
}
