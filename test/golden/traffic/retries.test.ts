// Budgets, throttles and back-offs of retries against Finagle, gRPC, Envoy and resilience4j.
import { describe, test } from 'vitest';
import { envoyRetryLimit } from '../../../src/traffic/policies/envoy-retry-limit.ts';
import { FinagleRetryBudgetMachine } from '../../../src/traffic/policies/finagle-retry-budget-machine.ts';
import { GrpcRetryThrottleMachine } from '../../../src/traffic/policies/grpc-retry-throttle-machine.ts';
import { exponentialMs, randomizedMs } from '../../../src/traffic/policies/interval-functions.ts';
import { agree, difference, eachRecord, readRecords } from '../harness.ts';

interface FinagleRecord {
  readonly ttlSeconds: number;
  readonly minRetriesPerSec: number;
  readonly percentCanRetry: number;
  readonly events: readonly (
    | readonly ['advance', number]
    | readonly ['deposit', number, number]
    | readonly ['withdraw', boolean, number]
  )[];
}

function finagle({ ttlSeconds, minRetriesPerSec, percentCanRetry, events }: FinagleRecord): string | undefined {
  let nowMs = 1e6;
  const budget = new FinagleRetryBudgetMachine(ttlSeconds, minRetriesPerSec, percentCanRetry, nowMs);
  for (const [index, event] of events.entries()) {
    let got: readonly unknown[] = event;
    if (event[0] === 'advance') {
      nowMs += event[1];
    } else if (event[0] === 'deposit') {
      for (let i = 0; i < event[1]; i += 1) budget.deposit(nowMs);
      got = ['deposit', event[1], budget.balance(nowMs)];
    } else {
      const allowed = budget.tryWithdraw(nowMs);
      got = ['withdraw', allowed, budget.balance(nowMs)];
    }
    const found = difference(event, got, `.events[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface ThrottleRecord {
  readonly maxTokens: number;
  readonly tokenRatio: number;
  readonly events: readonly (readonly ['fail', boolean, number] | readonly ['ok', number])[];
}

function throttle({ maxTokens, tokenRatio, events }: ThrottleRecord): string | undefined {
  const machine = new GrpcRetryThrottleMachine(maxTokens, tokenRatio);
  for (const [index, event] of events.entries()) {
    let got: readonly unknown[];
    if (event[0] === 'fail') {
      const throttled = machine.failed();
      got = ['fail', throttled, machine.tokens];
    } else {
      machine.succeeded();
      got = ['ok', machine.tokens];
    }
    const found = difference(event, got, `.events[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface EnvoyRetriesRecord {
  readonly budget?: { readonly min: number; readonly percent: number };
  readonly max_retries?: number;
  readonly out: {
    readonly events: readonly (readonly ['start', string, number, string] | readonly ['end', string])[];
  };
}

/** Names with an f fail at their first attempt; their retry, where it is let through, is held. */
function envoyRetries({ budget, max_retries: most = 3, out }: EnvoyRetriesRecord): string | undefined {
  const active = new Set<string>();
  let retries = 0;
  for (const [index, event] of out.events.entries()) {
    const [what, name] = event;
    if (what === 'end') {
      if (active.delete(name) && name.startsWith('f')) retries -= 1;
      continue;
    }
    active.add(name);
    let got: readonly unknown[] = ['start', name, 1, 'running'];
    if (name.startsWith('f')) {
      const limit =
        budget === undefined
          ? most
          : envoyRetryLimit({ budgetPercent: budget.percent, minRetryConcurrency: budget.min }, active.size, 0);
      const allowed = retries < limit;
      if (allowed) retries += 1;
      else active.delete(name);
      got = ['start', name, allowed ? 2 : 1, allowed ? 'running' : '503'];
    }
    const found = difference(event, got, `.events[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

type IntervalRecord =
  | {
      readonly kind: 'exponential';
      readonly initialMs: number;
      readonly multiplier: number;
      readonly attempts1to14: readonly number[];
    }
  | {
      readonly kind: 'exponentialRandom';
      readonly initialMs: number;
      readonly multiplier: number;
      readonly randomization: number;
      readonly maxMs: number;
      readonly draws: number;
      readonly min: readonly number[];
      readonly max: readonly number[];
      readonly mean: readonly number[];
    }
  | {
      readonly kind: 'randomized';
      readonly initialMs: number;
      readonly randomization: number;
      readonly draws: number;
      readonly min: number;
      readonly max: number;
      readonly mean?: number;
    };

/** Draws that cover [0, 1) evenly stand for chance: extremes and mean must be those of the record as far as its own draws allow. */
function spread(
  interval: (uniform: number) => number,
  draws: number,
): { min: number; max: number; mean: number; error: number } {
  const all = Array.from({ length: 20_000 }, (_, i) => interval((i + 0.5) / 20_000));
  const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
  const variance = all.reduce((sum, one) => sum + (one - mean) ** 2, 0) / all.length;
  return { min: interval(0), max: interval(1 - 2 ** -53), mean, error: 5 * Math.sqrt(variance / draws) + 0.01 };
}

function drawn(
  interval: (uniform: number) => number,
  wholeMs: number,
  draws: number,
  min: number,
  max: number,
  mean: number | undefined,
): string | undefined {
  const own = spread(interval, draws);
  // Within so many draws none came closer to an end than this.
  const gap = Math.max(1, (wholeMs * 12) / draws);
  if (min < own.min || min > own.min + gap) return `least ${min}, expected ${own.min}`;
  if (max > own.max || max < own.max - gap) return `most ${max}, expected ${own.max}`;
  if (mean !== undefined && Math.abs(mean - own.mean) > own.error) return `mean ${mean}, expected ${own.mean}`;
  return undefined;
}

function intervals(record: IntervalRecord): string | undefined {
  const { initialMs } = record;
  if (record.kind === 'exponential') {
    const got = record.attempts1to14.map((_, index) => exponentialMs(initialMs, record.multiplier, index + 1));
    return difference(record.attempts1to14, got);
  }
  if (record.kind === 'randomized') {
    const interval = (uniform: number): number => randomizedMs(initialMs, record.randomization, uniform);
    return drawn(interval, 2 * record.randomization * initialMs, record.draws, record.min, record.max, record.mean);
  }
  for (const [index, min] of record.min.entries()) {
    const baseMs = exponentialMs(initialMs, record.multiplier, index + 1);
    const interval = (uniform: number): number =>
      Math.min(randomizedMs(baseMs, record.randomization, uniform), record.maxMs);
    const wholeMs = 2 * record.randomization * baseMs;
    const found = drawn(interval, wholeMs, record.draws, min, record.max[index], record.mean[index]);
    if (found !== undefined) return `attempt ${index + 1}: ${found}`;
  }
  return undefined;
}

describe('golden: retries', () => {
  test('Finagle', () => {
    agree('traffic/retry-budget', eachRecord<FinagleRecord>('traffic/retry-budget/finagle.jsonl.gz'), finagle);
  });

  test('gRPC', () => {
    const records = readRecords<ThrottleRecord>('traffic/grpc/retry_throttle.jsonl.gz');
    agree('traffic/grpc/retry_throttle', records, throttle);
  });

  test('Envoy', () => {
    const records = readRecords<EnvoyRetriesRecord>('traffic/envoy/retries.jsonl.gz');
    agree('traffic/envoy/retries', records, envoyRetries);
  });

  test('resilience4j', () => {
    const records = readRecords<IntervalRecord>('traffic/resilience4j/intervals.jsonl.gz');
    agree('traffic/resilience4j/intervals', records, intervals);
  });
});
