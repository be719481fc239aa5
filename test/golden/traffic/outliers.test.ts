// Outlier detection against gRPC, state by state, and against Envoy, ejection by ejection.
import { describe, test } from 'vitest';
import { EnvoyOutlierMachine, type EnvoyOutlierSettings } from '../../../src/traffic/policies/envoy-outlier-machine.ts';
import { GrpcOutlierMachine, type GrpcOutlierSettings } from '../../../src/traffic/policies/grpc-outlier-machine.ts';
import { agree, difference, eachRecord } from '../harness.ts';

interface GrpcRecord {
  readonly n: number;
  readonly config: {
    readonly baseEjectionS: number;
    readonly intervalS: number;
    readonly maxEjectionPercent: number;
    readonly maxEjectionS: number;
    readonly successRate?: GrpcOutlierSettings['successRateEjection'];
    readonly failurePercentage?: GrpcOutlierSettings['failurePercentageEjection'];
  };
  readonly intervals: readonly { readonly failure: readonly number[]; readonly success: readonly number[] }[];
  readonly out: readonly {
    readonly ejected: readonly boolean[];
    readonly multiplier: readonly number[];
    readonly numEjected: number;
  }[];
}

function grpc({ n, config, intervals, out }: GrpcRecord): string | undefined {
  const machine = new GrpcOutlierMachine(
    {
      baseEjectionTimeUs: 1e6 * config.baseEjectionS,
      maxEjectionTimeUs: 1e6 * config.maxEjectionS,
      maxEjectionPercent: config.maxEjectionPercent,
      successRateEjection: config.successRate,
      failurePercentageEjection: config.failurePercentage,
    },
    { ejected: () => undefined, returned: () => undefined },
    () => 0,
  );
  for (let host = 0; host < n; host += 1) machine.add(host);
  let nowUs = 1e9;
  for (const [index, { failure, success }] of intervals.entries()) {
    for (let host = 0; host < n; host += 1) {
      for (let i = 0; i < success[host]; i += 1) machine.ended(host, true);
      for (let i = 0; i < failure[host]; i += 1) machine.ended(host, false);
    }
    nowUs += 1e6 * config.intervalS;
    machine.intervalEnds(nowUs);
    const hosts = [...machine.hosts.values()];
    const got = {
      ejected: hosts.map(({ ejectedUs }) => ejectedUs >= 0),
      multiplier: hosts.map(({ backOff }) => backOff),
      numEjected: machine.ejected,
    };
    const found = difference(out[index], got, `.out[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface EnvoyEvent {
  readonly t: number;
  readonly action: 'EJECT' | 'UNEJECT';
  readonly host: number;
  readonly type: string;
  readonly enforced: boolean;
  readonly numEjections: number;
}

interface EnvoyRecord {
  readonly hosts: readonly unknown[];
  readonly od: Readonly<Record<string, number>>;
  readonly out: {
    readonly events: readonly EnvoyEvent[];
    readonly outcomes: readonly (readonly [number, number, number])[];
  };
}

function settingsOf(od: EnvoyRecord['od']): EnvoyOutlierSettings {
  return {
    consecutive5xx: od.consecutive_5xx ?? 5,
    consecutiveGatewayFailure: od.consecutive_gateway_failure ?? 5,
    baseEjectionTimeUs: 1e6 * (od.base_ejection_time ?? 30),
    maxEjectionTimeUs: 1e6 * (od.max_ejection_time ?? 300),
    maxEjectionPercent: od.max_ejection_percent ?? 10,
    enforcingConsecutive5xx: od.enforcing_consecutive_5xx ?? 100,
    enforcingConsecutiveGatewayFailure: od.enforcing_consecutive_gateway_failure ?? 0,
    enforcingSuccessRate: od.enforcing_success_rate ?? 100,
    successRateMinimumHosts: od.success_rate_minimum_hosts ?? 5,
    successRateRequestVolume: od.success_rate_request_volume ?? 100,
    successRateStdevFactor: od.success_rate_stdev_factor ?? 1900,
    failurePercentageThreshold: od.failure_percentage_threshold ?? 85,
    enforcingFailurePercentage: od.enforcing_failure_percentage ?? 0,
    failurePercentageMinimumHosts: od.failure_percentage_minimum_hosts ?? 5,
    failurePercentageRequestVolume: od.failure_percentage_request_volume ?? 50,
    alwaysEjectOneHost: false,
    consecutiveLocalOriginFailure: 5,
    enforcingConsecutiveLocalOriginFailure: 100,
    enforcingLocalOriginSuccessRate: 100,
    enforcingFailurePercentageLocalOrigin: 0,
    maxEjectionTimeJitterUs: 0,
  };
}

const isInARow = ({ action, type }: { readonly action: string; readonly type: string }): boolean =>
  action === 'EJECT' && type.startsWith('CONSECUTIVE');

/**
 * When the intervals ended: where the log shows it, then; else every `intervalS`, `shiftS` off, as the machine was busy. Without any
 * in the log the first one is at `shiftS`.
 */
function ticks(shown: readonly number[], shiftS: number, intervalS: number, endS: number): number[] {
  if (shown.length === 0) {
    return Array.from({ length: Math.ceil(endS / intervalS) + 1 }, (_, index) => shiftS + index * intervalS);
  }
  const all = [...shown];
  for (let t = shown[0] - intervalS; t > 0; t -= intervalS) all.push(t + shiftS);
  for (const [index, anchor] of shown.entries()) {
    const next = shown.at(index + 1) ?? Infinity;
    const steps = next === Infinity ? Infinity : Math.max(1, Math.floor((next - anchor) / intervalS + 0.1));
    const stepS = next === Infinity ? intervalS : (next - anchor) / steps;
    for (let step = 1; step < steps && anchor + step * stepS <= endS; step += 1)
      all.push(anchor + step * stepS + shiftS);
  }
  return all.sort((a, b) => a - b);
}

/** Answers reached the client, which wrote their times down, `lagS` after Envoy had them. */
function replay(
  record: EnvoyRecord,
  tickTimes: readonly number[],
  hostOrder: readonly number[],
  lagS: number,
): EnvoyEvent[] {
  let nowS = 0;
  const events: EnvoyEvent[] = [];
  const machine = new EnvoyOutlierMachine(
    settingsOf(record.od),
    {
      ejected: (host, type, enforced, times) =>
        events.push({ t: nowS, action: 'EJECT', host, type, enforced, numEjections: times }),
      returned: (host) =>
        events.push({
          t: nowS,
          action: 'UNEJECT',
          host,
          type: 'CONSECUTIVE_5XX',
          enforced: false,
          numEjections: machine.hosts.get(host)?.times ?? 0,
        }),
    },
    () => 0,
  );
  for (const host of hostOrder) machine.add(host);
  let tick = 0;
  const until = (t: number): void => {
    for (; tick < tickTimes.length && tickTimes[tick] <= t; tick += 1) {
      nowS = tickTimes[tick];
      machine.intervalEnds(Math.round(1e6 * nowS));
    }
  };
  for (const [t, host, status] of record.out.outcomes) {
    until(t - lagS);
    nowS = t - lagS;
    machine.answered(host, status, Math.round(1e6 * nowS));
  }
  until(record.out.events.at(-1)?.t ?? 0);
  return events;
}

// Envoy ejects on its main thread, which a busy machine keeps waiting: the log of a second in a row is up to half an interval late.
const SLACK_S = 0.6;
const LAGS_S = [0, 0.005, 0.015, 0.03];

/** The same ejections in a row in the same order; the same hosts at each end of an interval, in whatever order. */
function sameEvents(expected: readonly EnvoyEvent[], got: readonly EnvoyEvent[]): string | undefined {
  const row = ({ action, host, type, enforced, numEjections }: EnvoyEvent): string =>
    JSON.stringify([action, host, type, enforced, numEjections]);
  const rows = (events: readonly EnvoyEvent[]): string[] => events.filter(isInARow).map(row);
  const late = (events: readonly EnvoyEvent[]): string[] =>
    events
      .filter((event) => !isInARow(event))
      .map(row)
      .sort();
  const found = difference([rows(expected), late(expected)], [rows(got), late(got)], '.out.events');
  if (found !== undefined) return found;
  for (const event of expected) {
    const same = got.find((one) => row(one) === row(event) && Math.abs(one.t - event.t) <= SLACK_S);
    if (same === undefined) return `nothing like ${JSON.stringify(event)} within ${SLACK_S} s`;
  }
  return undefined;
}

function envoy(record: EnvoyRecord): string | undefined {
  const { events } = record.out;
  const anchors = [...new Set(events.filter((event) => !isInARow(event)).map(({ t }) => t))].sort((a, b) => a - b);
  // Those of one end of an interval may be logged some milliseconds apart.
  const apart = anchors.filter((t, index) => index === 0 || t - anchors[index - 1] > 0.3);
  const endS = (record.out.outcomes.at(-1)?.[0] ?? 0) + 1;
  // Envoy's hosts have an order of its own, and it matters where the limit binds.
  const late = events.filter((event) => !isInARow(event)).map(({ host }) => host);
  const hostOrder = [...new Set([...late, ...record.hosts.map((_, host) => host)])];
  const differences: string[] = [];
  for (let step = 0; step <= 100; step += 1) {
    const shiftS = apart.length === 0 ? step / 100 : (step % 2 === 0 ? 1 : -1) * 0.0015 * step;
    const tickTimes = ticks(apart, shiftS, record.od.interval ?? 10, endS);
    for (const lagS of LAGS_S) {
      const found = sameEvents(events, replay(record, tickTimes, hostOrder, lagS));
      if (found === undefined) return undefined;
      differences.push(found);
    }
  }
  return differences[0];
}

describe('golden: outlier detection', () => {
  test('gRPC', () => {
    agree('traffic/grpc/outlier', eachRecord<GrpcRecord>('traffic/grpc/outlier.jsonl.gz'), grpc);
  });

  test('Envoy', () => {
    agree('traffic/envoy/outlier', eachRecord<EnvoyRecord>('traffic/envoy/outlier.jsonl.gz'), envoy);
  });
});
