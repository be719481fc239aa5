// What an EndpointSlice holds, and the subsets of endpoints that somebody asks for.
import type { ClassRow, NodeRow, PodRow, RowColumn } from './rows.ts';

export const EndpointBit = { Ready: 1, Serving: 2, Terminating: 4 } as const;

/** One port of a slice: its name is that of the Service's port; the number is the pods', with its protocol. */
export interface SlicePort {
  readonly name: string;
  readonly number: number;
}

/** One EndpointSlice as the controller writes it: parallel arrays by endpoint, never changed once committed. */
export interface EndpointSlice {
  /** The same in all versions of the slice. */
  readonly id: number;
  readonly pods: RowColumn<PodRow>;
  readonly epochs: Int32Array;
  readonly nodes: RowColumn<NodeRow>;
  readonly classes: RowColumn<ClassRow>;
  readonly flags: Uint8Array;
  /** Ports that a pod lacks are not among those of its slice. */
  readonly ports: readonly SlicePort[];
  /** By endpoint: the zone and the node that it is meant for, -1 for none. Undefined where no endpoint has such a hint. */
  readonly zoneHints?: Int32Array | undefined;
  readonly nodeHints?: RowColumn<NodeRow> | undefined;
}

/** Which of a Service's endpoints are meant, by whatever is known of them: pod class, node, and so its zone. */
export interface Selection {
  /** Of equal selections it is equal. */
  readonly key: string;
  admits(podClass: ClassRow, node: NodeRow): boolean;
}

export const EVERY_ENDPOINT: Selection = { key: '', admits: () => true };

/** Endpoints of one port of a Service, as a proxy uses them: parallel arrays. */
export interface EndpointSubset {
  /** The same for this Service, port and selection in all versions: by it one keeps what one knows of them. */
  readonly number: number;
  readonly pods: RowColumn<PodRow>;
  readonly epochs: Int32Array;
  readonly nodes: RowColumn<NodeRow>;
  readonly classes: RowColumn<ClassRow>;
  /** The ports of the pods. */
  readonly ports: Int32Array;
}

/** Some of the endpoints, by their indexes; the number stays, and with it what is known of them. */
export function someEndpoints(of: EndpointSubset, indexes: readonly number[]): EndpointSubset {
  const some = (column: Int32Array): Int32Array => Int32Array.from(indexes, (i) => column[i]);
  return {
    number: of.number,
    pods: some(of.pods) as RowColumn<PodRow>,
    epochs: some(of.epochs),
    nodes: some(of.nodes) as RowColumn<NodeRow>,
    classes: some(of.classes) as RowColumn<ClassRow>,
    ports: some(of.ports),
  };
}
