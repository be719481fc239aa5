// The endpoints of a port, and the part of them that proxies in different places use.
import { expect, it } from 'vitest';
import { sliceOf } from '../../../test/support/slices.ts';
import { EndpointBit, type EndpointSlice, EVERY_ENDPOINT, type Selection } from '../../model/endpoints.ts';
import { EndpointTable } from '../../model/endpoint-table.ts';
import type { NodeRow, ObjectRow, RowColumn } from '../../model/rows.ts';
import { PortEndpoints } from './port-endpoints.ts';
import { ServiceEndpoints } from './service-endpoints.ts';

const READY = EndpointBit.Ready | EndpointBit.Serving;
const DYING = EndpointBit.Serving | EndpointBit.Terminating;
const web = [{ name: 'web', number: 80 }];

function of(slices: readonly EndpointSlice[], port = 'web', selection: Selection = EVERY_ENDPOINT) {
  return new PortEndpoints(slices, port, selection, { cluster: 0, local: 1 });
}

function members(slices: readonly EndpointSlice[], port?: string, selection?: Selection): number[][] {
  const { pods, ports } = of(slices, port, selection).cluster(-1, -1);
  return Array.from(pods, (pod, i) => [pod, ports[i]]);
}

it('falls back to those that terminate and still serve when none is ready', () => {
  const dying = { pods: [1, 2, 3], flags: [DYING, EndpointBit.Terminating, 0], ports: web };
  expect(members([sliceOf(dying)])).toEqual([[1, 80]]);
  expect(members([sliceOf({ pods: [1, 4], flags: [DYING, READY], ports: web })])).toEqual([[4, 80]]);
  expect(members([sliceOf({ pods: [], ports: web })])).toEqual([]);
});

it('takes the slices that have the port, each with its own number', () => {
  const slices = [
    sliceOf({ id: 0, pods: [1], ports: web }),
    sliceOf({
      id: 1,
      pods: [2],
      ports: [
        { name: 'web', number: 8080 },
        { name: 'm', number: 9 },
      ],
    }),
    sliceOf({ id: 2, pods: [3], ports: [{ name: 'm', number: 9 }] }),
  ];
  expect(members(slices)).toEqual([
    [1, 80],
    [2, 8080],
  ]);
  expect(members(slices, 'm')).toEqual([
    [2, 9],
    [3, 9],
  ]);
  expect(members(slices, '')).toEqual([]);
  // A Service without ports has them all.
  const numbers = { cluster: 0, local: 1 };
  expect(new PortEndpoints(slices, undefined, EVERY_ENDPOINT, numbers).count).toBe(3);
});

it('selects by pod class, by node or by zone', () => {
  const slices = [sliceOf({ pods: [1, 2, 3, 4], classes: [5, 6, 5, 6], nodes: [0, 0, 1, 2], ports: web })];
  const zoneOf = [0, 1, 1];
  const byClass: Selection = { key: 'class 5', admits: (podClass) => podClass === 5 };
  const byNode: Selection = { key: 'node 0', admits: (_class, node) => node === 0 };
  const byZone: Selection = { key: 'zone 1', admits: (_class, node) => zoneOf[node] === 1 };
  const pods = [byClass, byNode, byZone].map((selection) => members(slices, 'web', selection).map(([pod]) => pod));
  expect(pods).toEqual([
    [1, 3],
    [1, 2],
    [3, 4],
  ]);
});

it('gives each node its own, those of its zone, or all, as the hints and policies say', () => {
  const at = { pods: [1, 2, 3], nodes: [0, 1, 2], ports: web };
  const zoned = { ...sliceOf(at), zoneHints: Int32Array.of(5, 5, 6) };
  const noded = { ...zoned, nodeHints: Int32Array.of(0, 1, 2) as RowColumn<NodeRow> };
  const from = (slice: EndpointSlice, node: number, zone: number) => [
    ...of([slice]).cluster(node as NodeRow, zone).pods,
  ];
  // Zone 7 has none: every endpoint will do.
  expect([from(zoned, 0, 5), from(zoned, 9, 6), from(zoned, 9, 7)]).toEqual([[1, 2], [3], [1, 2, 3]]);
  // Node 9 has none of its own: those of its zone.
  expect([from(noded, 1, 5), from(noded, 9, 5), from(noded, 9, 7)]).toEqual([[2], [1, 2], [1, 2, 3]]);
  // One without a hint, and hints are void.
  expect(from({ ...zoned, zoneHints: Int32Array.of(5, -1, 6) }, 0, 5)).toEqual([1, 2, 3]);
  const endpoints = of([zoned]);
  expect([0, 9].map((node) => [...endpoints.local(node as NodeRow).pods])).toEqual([[1], []]);
  expect([endpoints.usable, endpoints.localReady(0 as NodeRow), endpoints.localReady(9 as NodeRow)]).toEqual([
    true,
    1,
    0,
  ]);
});

it('has the addresses of a headless Service: the ready ones only, at the port that the client names', () => {
  const endpoints = of([sliceOf({ pods: [1, 2], flags: [DYING, READY], ports: [{ name: 'web', number: 8080 }] })]);
  const asked = [0, 5432].map((port) => [[...endpoints.addresses(port).pods], [...endpoints.addresses(port).ports]]);
  expect(asked).toEqual([
    [[2], [8080]],
    [[2], [5432]],
  ]);
});

it('is worked out once in a version, and has one number in all of them', () => {
  const table = new EndpointTable();
  const known = new ServiceEndpoints();
  const get = (service: number, port: string) =>
    known.of(service as ObjectRow, table.latest(service as ObjectRow), port, EVERY_ENDPOINT);
  table.commit(7 as ObjectRow, sliceOf({ pods: [1], ports: web }), 1, 0);
  const first = get(7, 'web').cluster(-1, -1);
  expect(get(7, 'web').cluster(-1, -1)).toBe(first);
  table.commit(7 as ObjectRow, sliceOf({ pods: [1, 2], ports: [{ name: 'first', number: 1 }, ...web] }), 1, 0);
  table.commit(8 as ObjectRow, sliceOf({ pods: [1], ports: web }), 1, 0);
  const second = get(7, 'web').cluster(-1, -1);
  expect([second.pods.length, second.number]).toEqual([2, first.number]);
  const others = [get(7, 'first').cluster(-1, -1), get(8, 'web').cluster(-1, -1)];
  expect(new Set([first, ...others].map(({ number }) => number)).size).toBe(3);
});
