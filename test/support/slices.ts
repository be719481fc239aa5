// EndpointSlices for tests, from as much as a test wants to say.
import { EndpointBit, type EndpointSlice, type SlicePort } from '../../src/model/endpoints.ts';
import type { ClassRow, NodeRow, PodRow, RowColumn } from '../../src/model/rows.ts';

interface Made {
  readonly id?: number;
  readonly pods: readonly number[];
  readonly epochs?: readonly number[];
  readonly nodes?: readonly number[];
  readonly classes?: readonly number[];
  readonly flags?: readonly number[];
  readonly ports?: readonly SlicePort[];
}

/** All endpoints ready, of class 0, on node 0, unless something else is said. */
export function sliceOf({ id = 0, pods, epochs, nodes, classes, flags, ports = [] }: Made): EndpointSlice {
  const zeros = pods.map(() => 0);
  return {
    id,
    pods: Int32Array.from(pods) as RowColumn<PodRow>,
    epochs: Int32Array.from(epochs ?? pods.map(() => 1)),
    nodes: Int32Array.from(nodes ?? zeros) as RowColumn<NodeRow>,
    classes: Int32Array.from(classes ?? zeros) as RowColumn<ClassRow>,
    flags: Uint8Array.from(flags ?? pods.map(() => EndpointBit.Ready | EndpointBit.Serving)),
    ports,
  };
}
