// What a view says of an object's owner and of a node's annotations is as old as its watch.
import { expect, it } from 'vitest';
import { Change, ChangeLog } from '../model/change-log.ts';
import { NodeTable } from '../model/nodes.ts';
import type { ObjectRow } from '../model/rows.ts';
import { NodeView } from './node-view.ts';
import { ObjectView } from './object-view.ts';

it('a view knows whose an object is when the change arrives, and whose it was when it goes', () => {
  const object = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web', resourceVersion: '1' } };
  const view = new ObjectView('ReplicaSet');
  const row = 3 as ObjectRow;
  const heard: number[] = [];
  view.subscribe((one) => heard.push(view.ownerOf(one)));
  view.send(row, object, 7 as ObjectRow, Change.Created);
  view.send(row, object, -1, Change.Spec | Change.Owner);
  view.send(row, object, 8 as ObjectRow, Change.Spec | Change.Owner);
  view.send(row, object, 8 as ObjectRow, Change.Removed);
  expect(view.ownerOf(row)).toBe(-1);
  for (let i = 0; i < 4; i += 1) view.advance();
  expect(heard).toEqual([7, -1, 8, 8]);
  expect(view.ownerOf(row)).toBe(-1);
});

it('a view has the annotations of a node as they were written, beside its pressures', () => {
  const nodes = new NodeTable();
  const log = new ChangeLog();
  const node = nodes.allocate('a');
  nodes.annotations[node] = 4;
  const view = new NodeView(nodes, log);
  expect(view.annotations[node]).toBe(4);
  const write = (annotations: number, pressure: number): void => {
    nodes.annotations[node] = annotations;
    log.append(node, 1 | (pressure << 3) | (annotations << 5), Change.Spec, 0, 0, 0, 1);
  };
  write(5, 3);
  write(70_000, 0);
  const seen = [];
  for (let i = 0; i < 2; i += 1) {
    seen.push([view.annotations[node], view.pressure[node]]);
    view.advance();
  }
  seen.push([view.annotations[node], view.pressure[node]]);
  expect(seen).toEqual([
    [4, 0],
    [5, 3],
    [70_000, 0],
  ]);
});
