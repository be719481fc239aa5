// The pod that plugins are asked about: its row and its class. The scheduler reuses the object from pod to pod.
import { type PodClass, PodClasses } from '../../model/pod-class.ts';
import type { Registry } from '../../model/registry.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';

const NOBODY = new PodClasses().intern('', {});

export class PodInfo {
  row: PodRow = -1;
  epoch = 0;
  /** Row of the controlling object, -1 for a bare pod. */
  owner: ObjectRow = -1;
  podClass: PodClass = NOBODY;
  /** The one node where it may run, -1 for any: then plugins that go by its class alone are asked about that node only. */
  pinned: NodeRow = -1;

  /** Makes this the pod of a row of the table, which is of that class and has that owner as its scheduler has heard. */
  point(pods: Registry['pods'], podClass: PodClass, row: PodRow, owner: ObjectRow): this {
    this.row = row;
    this.epoch = pods.epoch[row];
    this.owner = owner;
    this.podClass = podClass;
    this.pinned = pods.pinned[row];
    return this;
  }

  copy(from: PodInfo): void {
    this.row = from.row;
    this.epoch = from.epoch;
    this.owner = from.owner;
    this.podClass = from.podClass;
    this.pinned = from.pinned;
  }
}
