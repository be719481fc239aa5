// What is made in a namespace that ends, and what is left in one that is gone, are found; a snapshot may bring both back.
import { beforeEach, describe, expect, it } from 'vitest';
import { Change } from '../model/change-log.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import { ClusterState } from '../model/state.ts';
import { NamespaceInvariants } from './namespace-invariants.ts';

const NOW = 5;
const DELETING = { deletionTimestamp: '2026-01-01T00:00:00Z' };

let state: ClusterState;
let invariants: NamespaceInvariants;

beforeEach(() => {
  state = new ClusterState('test');
  invariants = new NamespaceInvariants(state);
});

/** The row of a new one, and what is said of it. */
function made(kind: string, name: string, namespace?: string): [ObjectRow, string | undefined] {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const object: KubeObject = { apiVersion: 'v1', kind, metadata };
  return [state.objects.add(object, -1, 0), invariants.objectCommitted(object, Change.Created, NOW)];
}

function changed(row: ObjectRow, what: number, metadata: object = {}): string | undefined {
  const current = state.objects.get(row) as KubeObject;
  const object = { ...current, metadata: { ...current.metadata, ...metadata } };
  state.objects.set(row, object);
  const said = invariants.objectCommitted(object, what, NOW);
  if ((what & Change.Removed) !== 0) state.objects.remove(row);
  return said;
}

it('says nothing of what comes into one that is open, or that nobody declared, nor of changes in one that ends', () => {
  const [shop] = made('Namespace', 'shop');
  const [map, said] = made('ConfigMap', 'map', 'shop');
  expect([said, made('ConfigMap', 'map', 'default')[1], made('Namespace', 'other')[1]]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(changed(shop, Change.Deleting, DELETING)).toBeUndefined();
  expect(changed(map, Change.Spec)).toBeUndefined();
  expect(changed(map, Change.Removed)).toBeUndefined();
  expect(changed(shop, Change.Removed)).toBeUndefined();
});

describe('finds', () => {
  it('an object and a pod that are made in one that is being deleted', () => {
    const [shop] = made('Namespace', 'shop');
    changed(shop, Change.Deleting, DELETING);
    expect(made('ConfigMap', 'late', 'shop')[1]).toBe(
      'ConfigMap late was made in namespace shop, which is being deleted',
    );
    const web = pod('web');
    expect(invariants.podCommitted(web, Change.Created, NOW)).toBe(
      'pod web was made in namespace shop, which is being deleted',
    );
    expect(invariants.podCommitted(web, Change.Status, NOW)).toBeUndefined();
  });

  it('what is made in one that is gone, until it is there again', () => {
    const [shop] = made('Namespace', 'shop');
    changed(shop, Change.Removed);
    expect(made('ConfigMap', 'late', 'shop')[1]).toBe('ConfigMap late was made in namespace shop, which is gone');
    made('Namespace', 'shop');
    expect(made('ConfigMap', 'later', 'shop')[1]).toBeUndefined();
  });

  it('an object, and a pod, that outlive it', () => {
    const [shop] = made('Namespace', 'shop');
    const [map] = made('ConfigMap', 'map', 'shop');
    expect(changed(shop, Change.Removed)).toBe('namespace shop is gone, and its ConfigMap map is not');
    state.objects.remove(map);
    pod('web');
    const [again] = made('Namespace', 'shop');
    expect(changed(again, Change.Removed)).toBe('namespace shop is gone, and its pod web is not');
  });
});

it('a restore makes and removes in any order, and begins anew', () => {
  const [shop] = made('Namespace', 'shop');
  changed(shop, Change.Removed);
  invariants.restored(NOW);
  expect(made('ConfigMap', 'map', 'shop')[1]).toBeUndefined();
  const [again] = made('Namespace', 'shop');
  expect(changed(again, Change.Removed)).toBeUndefined();
});

function pod(name: string): PodRow {
  const row = state.allocatePod();
  const identity = state.identities.named(-1, 'shop', name);
  state.identities.pod[identity] = row;
  state.pods.identity[row] = identity;
  return row;
}
