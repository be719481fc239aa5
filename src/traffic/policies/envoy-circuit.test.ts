// Bounds of single hosts in Envoy's circuit breakers, of which there are no records: per_host_thresholds.
import { expect, it } from 'vitest';
import { Admission, EnvoyCircuit } from './envoy-circuit.ts';

const thresholds = { maxConnections: 3, maxPendingRequests: 10, maxRequests: 10 };

function begun(circuit: EnvoyCircuit, hosts: readonly number[]): number[] {
  return hosts.map((host, request) => circuit.start(request, host));
}

const { Running, Queued } = Admission;

it.each([
  // Three connections of the cluster at host 0, and the one that host 1 has in any case.
  [undefined, [0, 0, 0, 0, 1, 1], [Running, Running, Running, Queued, Running, Queued]],
  [2, [0, 0, 0, 1, 1], [Running, Running, Queued, Running, Queued]],
  [1, [0, 0, 1, 2, 2], [Running, Queued, Running, Running, Queued]],
  // One in any case.
  [0, [0, 0, 1], [Running, Queued, Running]],
])('with %s connections of a host, requests at %j are %j', (maxConnectionsPerHost, hosts, admissions) => {
  expect(begun(new EnvoyCircuit({ ...thresholds, maxConnectionsPerHost }), hosts)).toEqual(admissions);
});

it('a connection that closes makes room at its host', () => {
  const circuit = new EnvoyCircuit({ ...thresholds, maxConnectionsPerHost: 1 });
  begun(circuit, [0, 0, 1, 1]);
  const left: number[] = [];
  circuit.end(0, false, (request) => left.push(request));
  expect(left).toEqual([1]);
});
