// Where destinations lead: through names that come and go, through versions that proxies have, through rules.
import { expect, it } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import type { ServicePort } from 'kubernetes-types/core/v1.js';
import type { Selection } from '../../model/endpoints.ts';
import { serviceRules } from '../../model/service-rules.ts';
import { ClusterState } from '../../model/state.ts';
import { RouteTable } from './route-table.ts';
import { sliceOf } from '../../../test/support/slices.ts';
import type { ClassRow, ObjectRow } from '../../model/rows.ts';

const web = { name: 'web', port: 80 };
const ofClass = (podClass: ClassRow): Selection => ({ key: `class ${podClass}`, admits: (one) => one === podClass });

function rig(ports: ServicePort[] = [web]) {
  const engine = new Engine({ seed: 1 });
  const state = new ClusterState('1');
  const table = new RouteTable(engine, state);
  const add = () => {
    const metadata = { name: 'web', namespace: 'shop' };
    return state.objects.add({ apiVersion: 'v1', kind: 'Service', metadata, spec: { ports } }, -1, 0);
  };
  /** Pod i is of class `classes[i]`. */
  const publish = (service: ObjectRow, classes: readonly number[]) => {
    const slice = sliceOf({ pods: [...classes.keys()], classes, ports: [{ name: 'web', number: 8080 }] });
    state.endpoints.commit(service, slice, 1, 0);
  };
  const lead = (destination: number, cursor = state.endpoints.entries, ordinal = 0, hop = 0, attempt = 0) => {
    const subset = table.lead(destination, cursor, -1, true, ordinal, hop, attempt);
    return subset === undefined ? undefined : Array.from(subset.pods);
  };
  return { engine, state, table, add, publish, lead };
}

it('follows a name to the object that has it now', () => {
  const { state, table, add, publish, lead } = rig();
  const destination = table.add('shop', 'web', '');
  expect(table.add('shop', 'web', '')).toBe(destination);
  expect(lead(destination)).toBeUndefined();
  const first = add();
  expect(lead(destination)).toEqual([]);
  publish(first, [0]);
  expect(lead(destination)).toEqual([0]);
  state.endpoints.setRules(first, undefined, 0);
  state.objects.remove(first);
  expect([lead(destination), lead(destination, 1)]).toEqual([undefined, [0]]);
  const second = add();
  publish(second, [0, 0]);
  expect(lead(destination)).toEqual([0, 1]);
});

it('finds a port as the Service has it for each reader', () => {
  const { state, table, add, publish, lead } = rig([{ name: 'other', port: 80 }]);
  const service = add();
  const named = table.add('shop', 'web', 'web');
  publish(service, [0]);
  expect(lead(named)).toBeUndefined();
  state.endpoints.setRules(service, serviceRules({ ports: [{ name: 'other', port: 80 }, web] }), 0);
  expect([lead(named), lead(named, 1), lead(named, 2)]).toEqual([[0], undefined, [0]]);
  // Without any ports, as a headless Service may be, every port is as good.
  state.endpoints.setRules(service, serviceRules({ clusterIP: 'None' }), 0);
  expect(lead(named)).toEqual([0]);
});

it('divides connections by weight, each by its own luck, from the entry of the log on', () => {
  const { state, table, add, publish, lead } = rig();
  const service = add();
  const destination = table.add('shop', 'web', '');
  publish(service, [0, 1, 0]);
  const before = state.endpoints.entries;
  table.divide(service, [
    { selection: ofClass(0 as ClassRow), weight: 3 },
    { selection: ofClass(1 as ClassRow), weight: 1 },
  ]);
  let first = 0;
  const led = new Set<string>();
  const changed: number[] = [];
  for (let ordinal = 0; ordinal < 16_000; ordinal += 1) {
    const members = lead(destination, state.endpoints.entries, ordinal);
    led.add(String(members));
    if (members?.length === 2) first += 1;
    // The same request is led in the same way, whatever came between.
    if (String(lead(destination, state.endpoints.entries, ordinal)) !== String(members)) changed.push(ordinal);
  }
  expect(led).toEqual(new Set(['0,2', '1']));
  expect(changed).toEqual([]);
  // A standard error of 16,000 draws with 3/4 is 55.
  expect(Math.abs(first - 12_000)).toBeLessThan(220);
  // A proxy that has not learned it leads to all; and so do all when it is taken back.
  expect(lead(destination, before)).toEqual([0, 1, 2]);
  table.divide(service, []);
  expect([lead(destination), lead(destination, before + 1)]).toEqual([[0, 1, 2], expect.any(Array)]);
  expect(lead(destination, before + 1)?.length).toBeLessThan(3);
});

it('leads nowhere for weights of 0, to nobody for a part without endpoints', () => {
  const { table, add, publish, lead } = rig();
  const service = add();
  const destination = table.add('shop', 'web', '');
  publish(service, [0]);
  table.divide(service, [{ selection: ofClass(0 as ClassRow), weight: 0 }]);
  expect(lead(destination)).toBeUndefined();
  table.divide(service, [{ selection: ofClass(7 as ClassRow), weight: 1 }]);
  expect(lead(destination)).toEqual([]);
  table.divide(service, [
    { selection: ofClass(7 as ClassRow), weight: 0 },
    { selection: ofClass(0 as ClassRow), weight: 1e-300 },
  ]);
  expect(lead(destination)).toEqual([0]);
});
