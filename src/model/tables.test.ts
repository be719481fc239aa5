// Tables of rows: growth, reuse, epochs, the ring of changes, versions of endpoints.
import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Change, ChangeLog } from './change-log.ts';
import { ContainerTable } from './containers.ts';
import { canonicalJson, Interner, labelsKey } from './interner.ts';
import { ObjectStore } from './object-store.ts';
import { PodTable } from './pods.ts';
import type { ContainerRow, PodRow } from './rows.ts';

describe('pods', () => {
  it('keep their cells when the table grows, and get a new epoch with a row that was used', () => {
    const pods = new PodTable();
    for (let i = 0; i < 1000; i += 1) {
      const row = pods.allocate();
      pods.createdAt[row] = i;
    }
    expect(Array.from(pods.createdAt.subarray(0, 1000))).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    pods.remove(500 as PodRow);
    pods.release(500 as PodRow);
    expect(pods.count).toBe(999);
    expect([pods.allocate(), pods.epoch[500], pods.createdAt[500], pods.node[500]]).toEqual([500, 2, -1, -1]);
  });
});

describe('containers', () => {
  it('of a pod are consecutive, and blocks of one size are used again', () => {
    const containers = new ContainerTable();
    expect([containers.allocate(3), containers.allocate(2), containers.allocate(3)]).toEqual([0, 3, 5]);
    containers.restarts[4] = 9;
    containers.release(3 as ContainerRow, 2);
    expect([containers.allocate(3), containers.allocate(2)]).toEqual([8, 3]);
    expect(containers.restarts[4]).toBe(0);
  });
});

describe('change log', () => {
  it('keeps every entry until it is cut, however far the ring has to grow', () => {
    const log = new ChangeLog();
    for (let i = 0; i < 500; i += 1) log.append(i, 0, Change.Status, 0, 0, 0, i);
    log.cut(400);
    for (let i = 500; i < 5000; i += 1) log.append(i, 0, Change.Status, 0, 0, 0, i);
    for (let entry = 400; entry < 5000; entry += 1) expect(log.row[log.slot(entry)]).toBe(entry);
  });
});

describe('objects', () => {
  it('are found by name until they are removed, and their rows are never used again', () => {
    const store = new ObjectStore();
    const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'b' } };
    const row = store.add(object, -1, 5);
    expect([store.find('Service', 'b', 'a'), store.find('Service', 'c', 'a'), [...store.ofKind('Service')]]).toEqual([
      row,
      -1,
      [row],
    ]);
    store.remove(row);
    expect([store.find('Service', 'b', 'a'), store.get(row), [...store.ofKind('Service')], store.name[row]]).toEqual([
      -1,
      undefined,
      [],
      'a',
    ]);
    expect(store.add(object, -1, 6)).toBe(row + 1);
  });
});

it('equal labels are one number, whatever their order', () => {
  const labels = new Interner<Readonly<Record<string, string>>>(labelsKey);
  expect([labels.id({ a: '1', b: '2' }), labels.id({ b: '2', a: '1' }), labels.id({ a: '12' })]).toEqual([0, 0, 1]);
});

it('JSON with sorted keys is the same value, and the same text in any order of the keys', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([key, one]) => [key, reversed(one)] as const);
    return Object.fromEntries(entries.reverse());
  };
  assert(
    property(jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(value))).toBe(text);
    }),
    { seed: 1, numRuns: 300 },
  );
  const odd = { b: undefined, a: ['"', '\u2028', undefined, -0, Number.NaN] };
  expect(canonicalJson(odd)).toBe('{"a":["\\"","\u2028",null,0,null]}');
  const proto = JSON.parse('{"__proto__":1,"a":2}') as unknown;
  expect(canonicalJson(proto)).toBe('{"__proto__":1,"a":2}');
});
