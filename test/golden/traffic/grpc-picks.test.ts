// grpc-go's balancers, pick by pick: weights from load reports, least request, ring hash and random subsetting.
import { describe, expect, it } from 'vitest';
import { randomSubset } from '../../../src/network/balancers/grpc/random-subsetting.ts';
import { type ChannelState, pickAtRandom, pickByKey } from '../../../src/network/balancers/grpc/ring-pick.ts';
import {
  PickSequence,
  ReportedWeight,
  scaledWeights,
} from '../../../src/network/balancers/grpc/weighted-round-robin.ts';
import { leastRequest } from '../../../src/network/balancers/least-request.ts';
import { HashRing, keyHash } from '../../../src/network/balancers/ring-hash.ts';
import { agree, difference, eachRecord, hasRecords, readRecords } from '../harness.ts';

interface WrrEvent {
  readonly ev: 'report' | 'advance' | 'picks';
  readonly ep?: number;
  readonly rps?: number;
  readonly eps?: number;
  readonly app?: number;
  readonly cpu?: number;
  readonly ms?: number;
  readonly sched?: 'rr' | readonly number[];
  readonly weights?: readonly number[];
  readonly picks?: readonly number[];
}

interface WrrRecord {
  readonly n: number;
  readonly idx0: number;
  readonly updateMs: number;
  readonly blackoutMs: number;
  readonly expirationMs: number;
  readonly errorPenalty?: number;
  readonly events: readonly WrrEvent[];
}

const SHORTEST_UPDATE_MS = 100;

function playWrr(record: WrrRecord): string | undefined {
  const settings = {
    blackoutUs: 1000 * record.blackoutMs,
    expirationUs: 1000 * record.expirationMs,
    errorPenalty: record.errorPenalty ?? 1,
  };
  const endpoints = Array.from({ length: record.n }, () => new ReportedWeight(settings));
  const sequence = new PickSequence(record.idx0);
  const updateUs = 1000 * Math.max(SHORTEST_UPDATE_MS, record.updateMs);
  let nowUs = 0;
  let madeUs = 0;
  let scaled: readonly number[] | undefined;
  for (const [i, event] of record.events.entries()) {
    let found: string | undefined;
    if (event.ev === 'report') {
      const { ep = 0, rps = 0, eps = 0, app = 0, cpu = 0 } = event;
      endpoints[ep].report({ requestsPerSecond: rps, errorsPerSecond: eps, application: app, cpu }, nowUs);
    } else if (event.ev === 'advance') {
      nowUs += 1000 * (event.ms ?? 0);
      for (; madeUs + updateUs <= nowUs; madeUs += updateUs) {
        const atUs = madeUs + updateUs;
        scaled = scaledWeights(endpoints.map((one) => one.usable(atUs)));
      }
      const weights = endpoints.map((one) => one.usable(nowUs));
      found = difference([event.sched, event.weights], [scaled ?? 'rr', weights], `event ${i}`);
    } else {
      const { picks = [] } = event;
      found = difference(
        picks,
        picks.map(() => sequence.next(record.n, scaled)),
        `event ${i}`,
      );
    }
    if (found !== undefined) return found;
  }
  return undefined;
}

interface LeastRecord {
  readonly n: number;
  readonly choiceCount: number;
  readonly events: readonly (readonly ['start', string, readonly number[], number] | readonly ['end', string])[];
}

const MOST_CHOICES = 10;

function playLeast({ n, choiceCount, events }: LeastRecord): string | undefined {
  const active = Array.from({ length: n }, () => 0);
  const where = new Map<string, number>();
  for (const event of events) {
    if (event[0] === 'end') {
      active[where.get(event[1]) ?? expect.fail(`unknown ${event[1]}`)] -= 1;
      continue;
    }
    const [, id, draws, endpoint] = event;
    const left = [...draws];
    const draw = (): number => (left.shift() ?? expect.fail('one draw too many')) % n;
    const got = leastRequest(Math.min(choiceCount, MOST_CHOICES), draw, (i) => active[i]);
    if (got !== endpoint) return `${id}: expected ${endpoint}, got ${got}`;
    if (left.length > 0) return `${id}: ${left.length} draws left`;
    active[got] += 1;
    where.set(id, got);
  }
  return undefined;
}

interface RingRecord {
  readonly endpoints: readonly { readonly key: string; readonly weight: number; readonly state: ChannelState }[];
  readonly minRingSize: number;
  readonly maxRingSize: number;
  readonly ringSize: number;
  readonly entries: Readonly<Record<string, number>>;
  readonly picks: readonly {
    readonly key?: string;
    readonly random?: string;
    readonly pick: string;
    readonly exitIdle?: string | readonly string[];
  }[];
}

function playRing(record: RingRecord): string | undefined {
  const hosts = [...record.endpoints].sort((a, b) => (a.key < b.key ? -1 : 1));
  const ring = new HashRing(
    hosts.map(({ key, weight }) => ({ address: key, weight })),
    record.minRingSize,
    record.maxRingSize,
  );
  const entries = hosts.map(({ key }, host) => [key, ring.owners.filter((owner) => owner === host).length] as const);
  const wrong = difference([record.ringSize, record.entries], [ring.owners.length, Object.fromEntries(entries)]);
  if (wrong !== undefined) return wrong;
  const stateOf = (host: number): ChannelState => hosts[host].state;
  for (const { key, random, pick, exitIdle } of record.picks) {
    const got =
      key === undefined
        ? pickAtRandom(ring.owners, ring.place(BigInt(random ?? '0')), stateOf)
        : pickByKey(ring.owners, ring.place(keyHash(key)), stateOf);
    const waits = !record.endpoints.some((one) => one.key === pick);
    const told = got.connects < 0 ? [] : [hosts[got.connects].key];
    const found = difference(
      [waits ? 'waits' : pick, exitIdle === undefined ? [] : [exitIdle].flat()],
      [got.endpoint < 0 ? 'waits' : hosts[got.endpoint].key, told],
      key ?? random,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

interface SubsettingRecord {
  readonly endpoints: readonly string[];
  readonly seed: string;
  readonly subsetSize: number;
  readonly out: readonly string[];
}

describe.runIf(hasRecords('traffic/grpc/wrr.jsonl.gz'))('gRPC', () => {
  it('weighted_round_robin', () => {
    agree('traffic/grpc/wrr', eachRecord<WrrRecord>('traffic/grpc/wrr.jsonl.gz'), playWrr);
  });

  it('least_request', () => {
    agree('traffic/grpc/least_request', eachRecord<LeastRecord>('traffic/grpc/least_request.jsonl.gz'), playLeast);
  });

  it('ring_hash', () => {
    agree('traffic/grpc/ring_hash', eachRecord<RingRecord>('traffic/grpc/ring_hash.jsonl.gz'), playRing);
  });

  it('random_subsetting', () => {
    const records = readRecords<SubsettingRecord>('traffic/grpc/random_subsetting.jsonl.gz');
    agree('traffic/grpc/random_subsetting', records, ({ endpoints, subsetSize, seed, out }) =>
      difference(
        [...out].sort(),
        randomSubset(endpoints, subsetSize, BigInt(seed))
          .map((i) => endpoints[i])
          .sort(),
      ),
    );
  });
});
