// Circuit breakers and rate limiters against resilience4j, gobreaker and Go's x/time/rate, event by event.
import { describe, test } from 'vitest';
import { BreakerState } from '../../../src/traffic/policies/breaker-state.ts';
import { CircuitBreakerMachine } from '../../../src/traffic/policies/circuit-breaker-machine.ts';
import { GobreakerMachine, Permit } from '../../../src/traffic/policies/gobreaker-machine.ts';
import { exponentialMs } from '../../../src/traffic/policies/interval-functions.ts';
import { Count } from '../../../src/traffic/policies/rolling-counts.ts';
import { agree, difference, eachRecord, readRecords } from '../harness.ts';

type Start = readonly ['start', number, unknown];
type End = readonly ['end', number, string, number];
type Advance = readonly ['advance', number, unknown];

interface CircuitBreakerRecord {
  readonly window: 'count' | 'time';
  readonly size: number;
  readonly minimumCalls: number;
  readonly failureRateThreshold: number;
  readonly slowRateThreshold: number;
  readonly slowDurationMs: number;
  readonly permittedHalfOpen: number;
  readonly waitOpenMs: number;
  readonly openWait: string;
  readonly events: readonly {
    readonly e: Start | End | Advance | readonly ['release', number];
    readonly state: string;
    readonly changes: readonly (readonly string[])[];
    readonly failureRate: number;
    readonly slowRate: number;
    readonly calls: number;
    readonly failed: number;
    readonly slow: number;
  }[];
}

const STATES: Readonly<Record<number, string>> = {
  [BreakerState.Closed]: 'CLOSED',
  [BreakerState.Open]: 'OPEN',
  [BreakerState.HalfOpen]: 'HALF_OPEN',
};

function circuitBreaker(record: CircuitBreakerRecord): string | undefined {
  let nowUs = 1e9;
  const machine = new CircuitBreakerMachine(
    {
      failureRateThreshold: record.failureRateThreshold,
      slowCallRateThreshold: record.slowRateThreshold,
      slowCallDurationThresholdUs: 1000 * record.slowDurationMs,
      slidingWindowType: record.window === 'count' ? 'COUNT_BASED' : 'TIME_BASED',
      slidingWindowSize: record.size,
      minimumNumberOfCalls: record.minimumCalls,
      permittedNumberOfCallsInHalfOpenState: record.permittedHalfOpen,
      maxWaitDurationInHalfOpenStateUs: 0,
      automaticTransitionFromOpenToHalfOpenEnabled: false,
      waitDurationInOpenStateUs: (opening) =>
        1000 * (record.openWait === 'fixed' ? record.waitOpenMs : exponentialMs(record.waitOpenMs, 2, opening)),
    },
    nowUs,
  );
  let before = STATES[machine.state];
  for (const [index, { e, ...expected }] of record.events.entries()) {
    let answer: unknown;
    if (e[0] === 'advance') nowUs += 1000 * e[1];
    else if (e[0] === 'start') answer = machine.tryAcquirePermission(nowUs);
    else if (e[0] === 'release' || e[2] === 'ignored') machine.releasePermission();
    else machine.record(e[2] === 'error', 1000 * e[3], nowUs);
    const { calls, failed, slow } = machine.window(nowUs);
    const state = STATES[machine.state];
    const found = difference(
      { ...expected, changes: expected.changes.at(-1)?.[1], answer: e[0] === 'start' ? e[2] : undefined },
      {
        state,
        changes: state === before ? undefined : state,
        failureRate: machine.failureRate,
        slowRate: machine.slowCallRate,
        calls,
        failed,
        slow,
        answer,
      },
      `.events[${index}]`,
    );
    if (found !== undefined) return found;
    before = state;
  }
  return undefined;
}

interface GobreakerRecord {
  readonly maxRequests: number;
  readonly intervalMs: number;
  readonly bucketPeriodMs: number;
  readonly timeoutMs: number;
  readonly readyToTrip: { readonly kind: string; readonly n?: number; readonly ratio?: number };
  readonly events: readonly {
    readonly e: Start | readonly ['end', number, string] | Advance;
    readonly counts: readonly number[];
    readonly changes?: readonly (readonly string[])[];
  }[];
}

const PERMITS: Readonly<Record<number, string>> = {
  [Permit.Allow]: 'allow',
  [Permit.Open]: 'open',
  [Permit.TooMany]: 'too_many',
};
const ENDS = new Map([
  ['ok', Count.Successes],
  ['fail', Count.Failures],
  ['excluded', Count.Exclusions],
]);

function trips({ kind, n = 0, ratio = 0 }: GobreakerRecord['readyToTrip']): (counts: Float64Array) => boolean {
  if (kind === 'default') return (counts) => counts[Count.ConsecutiveFailures] > 5;
  if (kind === 'consecutive>=') return (counts) => counts[Count.ConsecutiveFailures] >= n;
  return (counts) => counts[Count.Requests] >= n && counts[Count.Failures] / counts[Count.Requests] >= ratio;
}

function gobreaker(record: GobreakerRecord): string | undefined {
  let nowUs = 0;
  const machine = new GobreakerMachine(
    {
      maxRequests: record.maxRequests,
      intervalUs: 1000 * record.intervalMs,
      bucketPeriodUs: 1000 * record.bucketPeriodMs,
      timeoutUs: 1000 * record.timeoutMs,
      readyToTrip: trips(record.readyToTrip),
    },
    nowUs,
  );
  const begun = new Map<number, readonly [number, number]>();
  for (const [index, { e, counts }] of record.events.entries()) {
    let answer: unknown;
    if (e[0] === 'advance') {
      nowUs += 1000 * e[1];
      answer = ['closed', 'open', 'half-open'][machine.state(nowUs)];
    } else if (e[0] === 'start') {
      const permit = machine.allow(nowUs);
      answer = PERMITS[permit];
      begun.set(e[1], [machine.generation, machine.counts.age]);
    } else {
      const [generation, age] = begun.get(e[1]) ?? [-1, -1];
      machine.done(generation, age, ENDS.get(e[2]) ?? -1, nowUs);
      answer = e[2];
    }
    const found = difference(
      { answer: e[2], counts },
      { answer, counts: [...machine.counts.total] },
      `.events[${index}]`,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

describe('golden: circuit breakers', () => {
  test('resilience4j', () => {
    const records = readRecords<CircuitBreakerRecord>('traffic/resilience4j/circuitbreaker.jsonl.gz');
    agree('traffic/resilience4j/circuitbreaker', records, circuitBreaker);
  });

  test('gobreaker', () => {
    agree('traffic/gobreaker', eachRecord<GobreakerRecord>('traffic/gobreaker/breaker.jsonl.gz'), gobreaker);
  });
});
