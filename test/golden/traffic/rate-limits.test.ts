// Rate limiters and adaptive limits against resilience4j, Go's x/time/rate and Netflix' concurrency-limits.
import { describe, test } from 'vitest';
import { AimdLimit, type AimdSettings } from '../../../src/traffic/policies/aimd-limit.ts';
import type { ConcurrencyLimit } from '../../../src/traffic/policies/concurrency-limit.ts';
import { Gradient2Limit, type Gradient2Settings } from '../../../src/traffic/policies/gradient2-limit.ts';
import { RateLimiterMachine } from '../../../src/traffic/policies/rate-limiter-machine.ts';
import { type Reservation, TokenBucketMachine } from '../../../src/traffic/policies/token-bucket-machine.ts';
import { VegasLimit } from '../../../src/traffic/policies/vegas-limit.ts';
import { agree, difference, readRecords } from '../harness.ts';

interface RateLimiterRecord {
  readonly limitForPeriod: number;
  readonly refreshPeriodMs: number;
  readonly timeoutMs: number;
  readonly events: readonly (
    | readonly ['advance' | 'drain' | 'changeLimit', number]
    | readonly ['reserve', number, number, number]
  )[];
}

function rateLimiter({ limitForPeriod, refreshPeriodMs, timeoutMs, events }: RateLimiterRecord): string | undefined {
  const machine = new RateLimiterMachine(limitForPeriod, 1000 * refreshPeriodMs);
  let nowUs = 0;
  for (const [index, event] of events.entries()) {
    let got: readonly unknown[] = event;
    if (event[0] === 'advance') {
      nowUs += 1000 * event[1];
    } else if (event[0] === 'changeLimit') {
      machine.changeLimitForPeriod(event[1]);
    } else if (event[0] === 'drain') {
      machine.drainPermissions(nowUs);
      got = ['drain', machine.available(nowUs)];
    } else {
      const waitUs = machine.reserve(event[1], 1000 * timeoutMs, nowUs);
      got = ['reserve', event[1], waitUs < 0 ? -1 : 1000 * waitUs, machine.available(nowUs)];
    }
    const found = difference(event, got, `.events[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface TokenBucketRecord {
  readonly limit: number;
  readonly burst: number;
  readonly events: readonly (readonly [string, number, ...(number | boolean)[]])[];
}

function tokenBucket({ limit, burst, events }: TokenBucketRecord): string | undefined {
  const machine = new TokenBucketMachine(limit, burst);
  let nowNs = 1e15;
  const reservations: Reservation[] = [];
  for (const [index, event] of events.entries()) {
    const [what, value] = event;
    let got: unknown[] = [];
    if (what === 'advance') {
      nowNs += 1e6 * value;
      continue;
    } else if (what === 'allow') {
      got = [machine.takeNs(value, 0, nowNs) >= 0];
    } else if (what === 'reserve') {
      const reservation = machine.reserve(value, nowNs);
      reservations.push(reservation);
      got = [reservation.ok, reservation.waitNs];
    } else if (what === 'cancel') {
      machine.cancel(reservations[value], nowNs);
    } else if (what === 'setLimit') {
      machine.setLimit(value, nowNs);
    } else {
      machine.setBurst(value, nowNs);
    }
    const found = difference(event.slice(2, -1), got, `.events[${index}]`);
    if (found !== undefined) return found;
    const tokens = machine.tokens(nowNs);
    if (Math.abs(tokens - Number(event.at(-1))) > 1e-9) {
      return `.events[${index}]: expected ${String(event.at(-1))} tokens, got ${tokens}`;
    }
  }
  return undefined;
}

interface VegasConfig {
  readonly initialLimit: number;
  readonly maxConcurrency: number;
  readonly smoothing: number;
}

type LimitRecord = {
  readonly samples: readonly (readonly [number, number, boolean, number])[];
} & (
  | { readonly kind: 'aimd'; readonly config: Omit<AimdSettings, 'timeoutNs'> & { readonly timeoutMs: number } }
  | { readonly kind: 'gradient2'; readonly config: Gradient2Settings }
  | { readonly kind: 'vegas'; readonly config: VegasConfig }
);

function limitOf(record: LimitRecord): ConcurrencyLimit {
  if (record.kind === 'aimd') {
    return new AimdLimit({ ...record.config, timeoutNs: 1e6 * record.config.timeoutMs });
  }
  if (record.kind === 'gradient2') return new Gradient2Limit(record.config);
  // Recorded without probes, whose times are drawn.
  return new VegasLimit({ ...record.config, smoothing: record.config.smoothing ?? 1, probeMultiplier: 1e9 }, () => 0);
}

function limits(record: LimitRecord): string | undefined {
  const limit = limitOf(record);
  for (const [index, [rttNs, inFlight, dropped, expected]] of record.samples.entries()) {
    limit.sample(rttNs, inFlight, dropped);
    const found = difference(expected, limit.limit, `.samples[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe('golden: rate limits and adaptive limits', () => {
  test('resilience4j', () => {
    const records = readRecords<RateLimiterRecord>('traffic/resilience4j/ratelimiter.jsonl.gz');
    agree('traffic/resilience4j/ratelimiter', records, rateLimiter);
  });

  test('x/time/rate', () => {
    const records = readRecords<TokenBucketRecord>('traffic/token-bucket/xtime_rate.jsonl.gz');
    agree('traffic/token-bucket', records, tokenBucket);
  });

  test('concurrency-limits', () => {
    const records = readRecords<LimitRecord>('traffic/concurrency-limits/limits.jsonl.gz');
    agree('traffic/concurrency-limits', records, limits);
  });
});
