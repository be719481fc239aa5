// Connections to a plain Service take a short cut: whatever makes it less plain is noticed with the next connection.
import { expect, it } from 'vitest';
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import { sliceOf } from '../../test/support/slices.ts';
import { idealNetwork } from '../../test/support/traffic-rig.ts';
import { serviceChanged } from '../api/service-rules.ts';
import { Engine } from '../engine/engine.ts';
import { EVERY_ENDPOINT, someEndpoints } from '../model/endpoints.ts';
import { Connect } from '../model/ports/routes.ts';
import type { NodeRow, ObjectRow, PodRow } from '../model/rows.ts';
import { ClusterState } from '../model/state.ts';
import { Network } from './network.ts';
import type { NetworkSettings } from './settings.ts';

const plain = { ports: [{ port: 80 }] };
const NOBODY = { key: 'nobody', admits: () => false };

function rig(settings: Partial<NetworkSettings> = {}) {
  const state = new ClusterState('1');
  const metadata = { name: 'web', namespace: 'default' };
  const serviceOf = (spec: ServiceSpec) => ({ apiVersion: 'v1', kind: 'Service', metadata, spec });
  const create = (pods: readonly number[]): ObjectRow => {
    const row = state.objects.add(serviceOf(plain), -1, 0);
    serviceChanged(state, row, 0);
    state.endpoints.commit(row, sliceOf({ pods, ports: [{ name: '', number: 8080 }] }), pods.length, 0);
    return row;
  };
  const change = (row: ObjectRow, spec: ServiceSpec): void => {
    state.objects.set(row, serviceOf(spec));
    serviceChanged(state, row, 0);
  };
  const remove = (row: ObjectRow): void => {
    serviceChanged(state, row, engine.now, true);
    state.objects.remove(row);
  };
  const engine = new Engine({ seed: 1 });
  const network = new Network(engine, state, {
    ...idealNetwork,
    ...settings,
    balancer: { name: 'RoundRobin', args: {} },
  });
  const web = network.destination('default', 'web', '');
  /** The pod, or how it did not come to that. */
  const from = (node: number): number | string => {
    const caller = (node < 0 ? -1 : 1000 + node) as PodRow;
    const result = network.connect(web, node as NodeRow, caller, 0, 0, 0);
    return result === Connect.Open ? network.pod : result === Connect.Refused ? 'refused' : 'dropped';
  };
  const three = (): string => String(new Set([from(1), from(1), from(1)]).size);
  return { engine, state, network, web, create, change, remove, from, three };
}

it('follows the Service as it changes, goes and comes again', () => {
  const { create, change, remove, from, three } = rig();
  expect(from(1)).toBe('refused');
  const web = create([4, 5, 6]);
  expect(three()).toBe('3');
  // A client stays where it is with session affinity.
  change(web, { ...plain, sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } });
  expect(three()).toBe('1');
  change(web, plain);
  expect(three()).toBe('3');
  // All endpoints are on node 0.
  change(web, { ...plain, internalTrafficPolicy: 'Local' });
  expect(from(1)).toBe('dropped');
  expect(from(0)).toBeTypeOf('number');
  change(web, { type: 'ExternalName', externalName: 'nowhere.example.org' });
  expect(from(1)).toBe('refused');
  change(web, plain);
  expect(three()).toBe('3');
  remove(web);
  expect([from(1), from(-1)]).toEqual(['refused', 'refused']);
  create([7]);
  expect([from(1), from(-1)]).toEqual([7, 7]);
});

it('goes on to a deleted Service until the proxy of the caller has heard', () => {
  const { engine, create, remove, from } = rig({ watchDelivery: { type: 'constant', value: 2e6 } });
  const web = create([4]);
  engine.run(10e6);
  expect([from(1), from(-1)]).toEqual([4, 4]);
  remove(web);
  engine.run(11e6);
  expect([from(1), from(-1)]).toEqual([4, 4]);
  engine.run(13e6);
  expect([from(1), from(-1)]).toEqual(['refused', 'refused']);
  // One that comes under its name is another one.
  create([5]);
  engine.run(16e6);
  expect([from(1), from(-1)]).toEqual([5, 5]);
});

it('learns of endpoints and of rules that divide them', () => {
  const { state, network, create, from, three } = rig();
  const web = create([4]);
  expect(from(1)).toBe(4);
  state.endpoints.commit(web, sliceOf({ pods: [5], ports: [{ name: '', number: 8080 }] }), 1, 0);
  expect(from(1)).toBe(5);
  network.routes.divide(web, [{ selection: NOBODY, weight: 1 }]);
  expect(from(1)).toBe('refused');
  network.routes.divide(web, [{ selection: EVERY_ENDPOINT, weight: 1 }]);
  expect(three()).toBe('1');
  network.routes.divide(web, []);
  expect(from(1)).toBe(5);
  state.endpoints.remove(web, 0, 1, 0);
  expect(from(1)).toBe('refused');
});

it('uses the endpoints that a caller has not ejected', () => {
  const { network, web, create, from, three } = rig();
  create([4, 5, 6]);
  expect(three()).toBe('3');
  // The caller of node 1 has ejected the first, that of node 2 all.
  network.filter(web, (caller, endpoints) =>
    caller === 1001 ? someEndpoints(endpoints, [1, 2]) : caller === 1002 ? someEndpoints(endpoints, []) : endpoints,
  );
  expect(new Set([from(1), from(1), from(1), from(1)])).toEqual(new Set([5, 6]));
  expect(from(2)).toBe('refused');
  expect(new Set([from(3), from(3), from(3)])).toEqual(new Set([4, 5, 6]));
});
