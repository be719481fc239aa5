// Envoy's circuit breakers against Envoy: which requests run, wait, or are refused with 503 UO.
import { describe, test } from 'vitest';
import { Admission, EnvoyCircuit } from '../../../src/traffic/policies/envoy-circuit.ts';
import { agree, difference, eachRecord } from '../harness.ts';

interface CircuitRecord {
  readonly cb: {
    readonly max_connections?: number;
    readonly max_pending_requests?: number;
    readonly max_requests?: number;
  };
  readonly hosts: readonly unknown[];
  readonly out: {
    readonly events: readonly (readonly ['start', string, string] | readonly ['end', string, readonly string[]])[];
  };
}

const NAMES: Readonly<Record<number, string>> = {
  [Admission.Running]: 'running',
  [Admission.Queued]: 'queued',
  [Admission.Overflow]: '503 UO',
};

/** Round robin from a host on that the record does not tell. */
function from(first: number, { cb, hosts, out }: CircuitRecord): string | undefined {
  const circuit = new EnvoyCircuit({
    maxConnections: cb.max_connections ?? 1024,
    maxPendingRequests: cb.max_pending_requests ?? 1024,
    maxRequests: cb.max_requests ?? 1024,
  });
  const hostOf = new Map<string, number>();
  const names: string[] = [];
  let next = first;
  for (const [index, event] of out.events.entries()) {
    const [what, name, expected] = event;
    let got: unknown;
    if (what === 'start') {
      const host = next % hosts.length;
      next += 1;
      hostOf.set(name, host);
      got = NAMES[circuit.start(names.push(name) - 1, host)];
    } else {
      const left: string[] = [];
      // Every answer closes its connection.
      circuit.end(hostOf.get(name) ?? -1, false, (request) => left.push(names[request]));
      got = left;
    }
    const found = difference(expected, got, `.events[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe('golden: Envoy circuit breakers', () => {
  test('admissions', () => {
    agree('traffic/envoy/circuit', eachRecord<CircuitRecord>('traffic/envoy/circuit.jsonl.gz'), (record) => {
      const found = record.hosts.map((_, first) => from(first, record));
      return found.includes(undefined) ? undefined : found.join('; ');
    });
  });
});
