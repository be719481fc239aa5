// Balancers with pools in the network: requests that fail go elsewhere, weights and keys are looked at, nothing is left when all has ended.
import { describe, expect, it } from 'vitest';
import { sliceOf } from '../../test/support/slices.ts';
import { idealNetwork } from '../../test/support/traffic-rig.ts';
import { serviceChanged } from '../api/service-rules.ts';
import { Engine } from '../engine/engine.ts';
import { Connect, Ended } from '../model/ports/routes.ts';
import type { PodRow } from '../model/rows.ts';
import { ClusterState } from '../model/state.ts';
import { balancers } from './balancers/index.ts';
import { Network } from './network.ts';

const PODS = [4, 5, 6, 7];

function rig(name: string, args: object = {}, weights: readonly number[] = [1, 1, 1, 1]) {
  const state = new ClusterState('1');
  const metadata = { name: 'web', namespace: 'default' };
  const row = state.objects.add(
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } },
    -1,
    0,
  );
  serviceChanged(state, row, 0);
  const classes = weights.map(
    (weight) =>
      state.classes.intern('default', {
        metadata: { annotations: { 'wavetank/weight': String(weight) } },
        spec: { containers: [{ name: 'web', image: 'web' }] },
      }).id,
  );
  const publish = (pods: readonly number[]): void => {
    const ports = [{ name: '', number: 8080 }];
    const chosen = pods.map((pod) => classes[pod - PODS[0]]);
    state.endpoints.commit(row, sliceOf({ pods, classes: chosen, ports }), pods.length, 0);
  };
  publish(PODS);
  const engine = new Engine({ seed: 1 });
  const network = new Network(engine, state, { ...idealNetwork, balancer: { name, args } });
  const web = network.destination('default', 'web', '', '', 1000);
  /** The pod and what ends the attempt; undefined when it was refused. */
  const send = (ordinal: number, attempt = 0, caller = -1) => {
    const result = network.connect(web, -1, caller as PodRow, ordinal, 0, attempt);
    if (result !== Connect.Open) return undefined;
    const { pod, connection } = network;
    return { pod, end: (how: number) => network.disconnect(connection, how) };
  };
  const sendMany = (count: number): number[] => {
    const counts = PODS.map(() => 0);
    for (let i = 0; i < count; i += 1) {
      const sent = send(i);
      if (sent === undefined) continue;
      counts[PODS.indexOf(sent.pod)] += 1;
      sent.end(Ended.Well);
    }
    return counts;
  };
  return { engine, network, publish, send, sendMany };
}

const argsOf = (name: string): object => (name === 'GrpcRandomSubsetting' ? { size: 4 } : {});

const pooledNames = balancers.members
  .filter((one) => {
    const parsed = one.args.safeParse(argsOf(one.name));
    return parsed.success && one.create(parsed.data, { nowUs: () => 0 }).pool !== undefined;
  })
  .map(({ name }) => name);

describe.each(pooledNames)('%s', (name) => {
  const args = argsOf(name);

  it('leads every request to an endpoint that is there, also when the list has changed', () => {
    const { send, sendMany, publish, network } = rig(name, args);
    expect(sendMany(200).reduce((a, b) => a + b)).toBe(200);
    const held = send(1000);
    publish([5]);
    expect(sendMany(20)).toEqual([0, 20, 0, 0]);
    held?.end(Ended.Unanswered);
    publish(PODS);
    expect(sendMany(200).reduce((a, b) => a + b)).toBe(200);
    expect(network.connections.total()).toBe(0);
  });

  it('has the same picks with the same seed', () => {
    const picks = (): (number | undefined)[] => {
      const { send } = rig(name, args, [1, 2, 3, 4]);
      return Array.from({ length: 60 }, (_, i) => {
        const sent = send(i);
        if (i % 3 !== 0) sent?.end(i % 2 === 0 ? Ended.Well : Ended.Badly);
        return sent?.pod;
      });
    };
    expect(picks()).toEqual(picks());
  });
});

it('there are pools of every proxy', () => {
  expect(pooledNames.length).toBeGreaterThanOrEqual(27);
});

describe('nginx', () => {
  it('tries every server once, and then says so', () => {
    const { send } = rig('NginxRoundRobin', { maxFails: 0 });
    const tried = [0, 1, 2, 3].map((attempt) => {
      const sent = send(7, attempt);
      sent?.end(Ended.Unanswered);
      return sent?.pod;
    });
    expect(new Set(tried)).toEqual(new Set(PODS));
  });

  it('refuses while all servers rest', () => {
    const { send, engine } = rig('NginxRoundRobin', { maxFails: 1, failTimeout: '10s' });
    for (let attempt = 0; attempt < 4; attempt += 1) send(7, attempt)?.end(Ended.Unanswered);
    expect(send(8)).toBeUndefined();
    engine.run(12e6);
    expect(send(9)).toBeDefined();
  });

  it('goes by weights', () => {
    expect(rig('NginxRoundRobin', {}, [1, 2, 3, 4]).sendMany(100)).toEqual([10, 20, 30, 40]);
    expect(rig('HaproxyRoundRobin', {}, [1, 2, 3, 4]).sendMany(100)).toEqual([10, 20, 30, 40]);
    expect(rig('IpvsWeightedRoundRobin', {}, [1, 2, 3, 4]).sendMany(100)).toEqual([10, 20, 30, 40]);
    expect(rig('EnvoyRoundRobin', {}, [1, 2, 3, 4]).sendMany(100)).toEqual([10, 20, 30, 40]);
  });
});

describe('hashes', () => {
  it.each([
    ['NginxHash', { consistent: true }],
    ['EnvoyMaglev', {}],
    ['EnvoyRingHash', {}],
    ['GrpcRingHash', {}],
    ['CiliumMaglev', {}],
    ['IpvsMaglevHash', {}],
    ['IngressNginxHash', {}],
    ['HaproxyHash', { type: 'consistent' }],
  ])('%s sends a client where it was, and moves few when an endpoint goes', (name, args) => {
    const { send, publish } = rig(name, args);
    const picks = (): (PodRow | undefined)[] =>
      Array.from({ length: 300 }, (_, i) => {
        const sent = send(i);
        sent?.end(Ended.Well);
        return sent?.pod;
      });
    const before = picks();
    expect(picks()).toEqual(before);
    publish([4, 5, 6]);
    const moved = picks().filter((pod, i) => pod !== before[i] && before[i] !== 7).length;
    expect(moved).toBeLessThan(45);
  });
});

it('a sticky client leaves its endpoint when an attempt there fails', () => {
  const { send } = rig('IngressNginxSticky');
  const first = send(1);
  first?.end(Ended.Well);
  expect(send(1)?.pod).toBe(first?.pod);
  const failing = send(1);
  failing?.end(Ended.Unanswered);
  expect(send(1, 1)?.pod).not.toBe(first?.pod);
});
