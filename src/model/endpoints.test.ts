// Versions of endpoints as readers at different points of the log see them, and the subsets of a version.
import { describe, expect, it } from 'vitest';
import { EndpointTable } from './endpoint-table.ts';
import { EndpointBit, EVERY_ENDPOINT, type Endpoints, type Selection } from './endpoints.ts';
import type { ServicePort } from './service-ports.ts';
import type { ClassRow, NodeRow, ObjectRow, PodRow, RowColumn } from './rows.ts';

const READY = EndpointBit.Ready | EndpointBit.Serving;
const DYING = EndpointBit.Serving | EndpointBit.Terminating;

interface Made {
  readonly pods: readonly number[];
  readonly flags?: readonly number[];
  readonly classes?: readonly number[];
  readonly nodes?: readonly number[];
  readonly ports?: readonly ServicePort[];
}

function made({ pods, flags, classes, nodes, ports = [] }: Made): Endpoints {
  return {
    pods: Int32Array.from(pods) as RowColumn<PodRow>,
    epochs: Int32Array.from(pods, () => 1),
    nodes: Int32Array.from(nodes ?? pods.map(() => 0)) as RowColumn<NodeRow>,
    classes: Int32Array.from(classes ?? pods.map(() => 0)) as RowColumn<ClassRow>,
    flags: Uint8Array.from(flags ?? pods.map(() => READY)),
    ports,
  };
}

function port(name: string, targets: Readonly<Record<number, number>>): ServicePort {
  return { name, port: 80, protocol: 'TCP', target: (podClass) => targets[podClass] ?? -1 };
}

function version(what: Made) {
  const table = new EndpointTable();
  table.commit(7 as ObjectRow, made(what), 1, 0);
  return table.latest(7 as ObjectRow);
}

describe('versions', () => {
  it('are seen as old as the reader', () => {
    const table = new EndpointTable();
    table.commit(7 as ObjectRow, made({ pods: [1] }), 1, 10);
    table.commit(8 as ObjectRow, made({ pods: [9] }), 1, 20);
    table.commit(7 as ObjectRow, made({ pods: [1, 2] }), 1, 30);
    expect([0, 1, 2, 3].map((cursor) => Array.from(table.at(7 as ObjectRow, cursor).pods))).toEqual([
      [],
      [1],
      [1],
      [1, 2],
    ]);
    table.cut(2);
    expect([2, 3].map((cursor) => Array.from(table.at(7 as ObjectRow, cursor).pods))).toEqual([[1], [1, 2]]);
    expect(Array.from(table.latest(7 as ObjectRow).pods)).toEqual([1, 2]);
    expect(table.latest(99 as ObjectRow).pods).toHaveLength(0);
  });
});

describe('subsets', () => {
  const members = (what: Made, at = 0, selection = EVERY_ENDPOINT) => {
    const { pods, subset } = { pods: what.pods, subset: version(what).subset(at, selection) };
    return Array.from(subset.members, (i) => [pods[i], subset.targets?.[i] ?? subset.target]);
  };

  it('fall back to those that terminate and still serve when none is ready', () => {
    const dying = { pods: [1, 2, 3], flags: [DYING, EndpointBit.Terminating, 0] };
    expect(members(dying)).toEqual([[1, 0]]);
    expect(members({ pods: [1, 4], flags: [DYING, READY] })).toEqual([[4, 0]]);
    expect(members({ pods: [] })).toEqual([]);
  });

  it('of a port have the pods that have it, each at its own number', () => {
    const what = { pods: [1, 2, 3], classes: [5, 6, 7], ports: [port('web', { 5: 80, 6: 8080 }), port('m', { 7: 9 })] };
    expect(members(what)).toEqual([
      [1, 80],
      [2, 8080],
    ]);
    expect(members(what, 1)).toEqual([[3, 9]]);
  });

  it('of a port fall back to the terminating pods that have it, though others are ready', () => {
    const what = { pods: [1, 2], classes: [5, 6], flags: [DYING, READY], ports: [port('web', { 5: 80 })] };
    expect(members(what)).toEqual([[1, 80]]);
  });

  it('are by pod class, by node or by zone', () => {
    const what = { pods: [1, 2, 3, 4], classes: [5, 6, 5, 6], nodes: [0, 0, 1, 2] };
    const zoneOf = [0, 1, 1];
    const byClass: Selection = { key: 'class 5', admits: (podClass) => podClass === 5 };
    const byNode: Selection = { key: 'node 0', admits: (_class, node) => node === 0 };
    const byZone: Selection = { key: 'zone 1', admits: (_class, node) => zoneOf[node] === 1 };
    const pods = [byClass, byNode, byZone].map((selection) => members(what, 0, selection).map(([pod]) => pod));
    expect(pods).toEqual([
      [1, 3],
      [1, 2],
      [3, 4],
    ]);
  });

  it('are worked out once in a version, and have one number in all of them', () => {
    const table = new EndpointTable();
    const web = port('web', { 0: 80 });
    table.commit(7 as ObjectRow, made({ pods: [1], ports: [web] }), 1, 0);
    const first = table.latest(7 as ObjectRow).subset(0, EVERY_ENDPOINT);
    expect(table.latest(7 as ObjectRow).subset(0, EVERY_ENDPOINT)).toBe(first);
    table.commit(7 as ObjectRow, made({ pods: [1, 2], ports: [port('first', {}), web] }), 1, 0);
    table.commit(8 as ObjectRow, made({ pods: [1], ports: [web] }), 1, 0);
    const second = table.latest(7 as ObjectRow).subset(1, EVERY_ENDPOINT);
    expect([second.members.length, second.number]).toEqual([2, first.number]);
    const others = [
      table.latest(7 as ObjectRow).subset(0, EVERY_ENDPOINT),
      table.latest(8 as ObjectRow).subset(0, EVERY_ENDPOINT),
    ];
    expect(new Set([first, ...others].map(({ number }) => number)).size).toBe(3);
  });
});
