// Versions of endpoints and of Services' rules, as readers at different points of the log see them.
import { expect, it } from 'vitest';
import { sliceOf } from '../../test/support/slices.ts';
import { EndpointTable } from './endpoint-table.ts';
import type { ObjectRow } from './rows.ts';
import { serviceRules } from './service-rules.ts';

const web = 7 as ObjectRow;
const other = 8 as ObjectRow;

/** Of a Service: the pods of each slice. */
function seen(table: EndpointTable, service: ObjectRow, cursor: number): number[][] {
  return table.at(service, cursor).slices.map(({ pods }) => [...pods]);
}

it('shows slices as old as the reader', () => {
  const table = new EndpointTable();
  table.commit(web, sliceOf({ id: 0, pods: [1] }), 1, 10);
  table.commit(other, sliceOf({ id: 1, pods: [9] }), 1, 20);
  table.commit(web, sliceOf({ id: 2, pods: [2] }), 1, 30);
  table.commit(web, sliceOf({ id: 0, pods: [1, 3] }), 1, 40);
  table.remove(web, 2, 1, 50);
  const versions = [[], [[1]], [[1]], [[1], [2]], [[1, 3], [2]], [[1, 3]]];
  expect(versions.map((_, cursor) => seen(table, web, cursor))).toEqual(versions);
  table.cut(3);
  expect([3, 4, 5].map((cursor) => seen(table, web, cursor))).toEqual(versions.slice(3));
  expect(seen(table, other, 5)).toEqual([[9]]);
  expect(table.latest(99 as ObjectRow).slices).toEqual([]);
});

it('counts the versions of a slice, also of one that is gone', () => {
  const table = new EndpointTable();
  const id = table.newSlice(web, 5);
  table.commit(web, sliceOf({ id, pods: [1] }), 1, 10, 101);
  table.commit(web, sliceOf({ id, pods: [2] }), 1, 20, 107);
  expect(table.slices[id]).toMatchObject({ service: web, createdUs: 5, generation: 2, version: 107 });
  expect(table.slices[id].content?.pods[0]).toBe(2);
  table.remove(web, id, 1, 30);
  expect(table.slices[id].content).toBeUndefined();
});

it('has a Service’s first rules from the start, and others from their entry on', () => {
  const table = new EndpointTable();
  const rules = [{ internalTrafficPolicy: 'Local' }, {}, { clusterIP: 'None' }].map((spec) => serviceRules(spec));
  expect(table.rulesAt(web, 0)).toBeUndefined();
  table.setRules(web, rules[0], 0);
  table.commit(web, sliceOf({ pods: [1] }), 1, 10);
  table.setRules(web, rules[1], 20);
  table.setRules(web, rules[2], 30);
  expect([0, 1, 2, 3].map((cursor) => rules.indexOf(table.rulesAt(web, cursor) ?? rules[0]))).toEqual([0, 0, 1, 2]);
  expect(table.latestRules(web)).toBe(rules[2]);
});
