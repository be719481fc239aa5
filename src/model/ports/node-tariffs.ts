// What nodes cost, draw and emit at the moment, for a scheduler that goes by it.
import type { NodeRow } from '../rows.ts';

export interface NodeTariffs {
  /** Price of the node per hour now, that of a spot machine in its zone; 0 where none is known. */
  hourlyCost(node: NodeRow): number;
  /** Power at a utilisation of its processors from 0 to 1; undefined for a node whose power is not known. */
  watts(node: NodeRow, utilisation: number): number | undefined;
  /** Of its region now, g/kWh; undefined where it is not known. */
  carbonIntensity(node: NodeRow): number | undefined;
}
