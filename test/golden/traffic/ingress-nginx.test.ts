// ingress-nginx' balancers in Lua, pick by pick.
import { describe, expect, it } from 'vitest';
import { Ewma } from '../../../src/network/balancers/ingress-nginx/ewma.ts';
import { InterleavedRoundRobin } from '../../../src/network/balancers/interleaved-round-robin.ts';
import { SubsetHash } from '../../../src/network/balancers/ingress-nginx/subset-hash.ts';
import { KetamaRing, POINTS_PER_WEIGHT } from '../../../src/network/balancers/ketama.ts';
import { agree, difference, eachRecord, hasRecords, readRecords } from '../harness.ts';

type Stored = readonly [number | null, number | null];
type EwmaEvent =
  | readonly ['advance', number]
  | readonly [
      'request',
      readonly (readonly [string, number, readonly number[]])[],
      readonly string[],
      readonly string[],
      string,
      Stored,
    ]
  | readonly ['sync', readonly string[], Readonly<Record<string, Stored>>];

interface EwmaRecord {
  readonly endpoints: number;
  readonly events: readonly EwmaEvent[];
}

const START_S = 1000;
/** Of the last place of a double, for exponentials that differ by the last bit. */
const CLOSE = 1e-12;

function close(expected: number | null, got: number | undefined): boolean {
  if (expected === null || got === undefined) return expected === null && got === undefined;
  return Math.abs(expected - got) <= CLOSE * Math.max(1, Math.abs(expected));
}

const seconds = (text: string | undefined): number => (text === undefined || text === '-' ? 0 : Number(text));

function playEwma(record: EwmaRecord): string | undefined {
  const ewma = new Ewma(Array.from({ length: record.endpoints }, (_, i) => `10.0.0.${i + 1}:8080`));
  let nowS = START_S;
  const kept = (endpoint: string, [value, touched]: Stored): string | undefined => {
    const stored = ewma.stored(endpoint);
    return close(value, stored?.value) && close(touched, stored?.touchedS)
      ? undefined
      : `${endpoint}: expected ${value} at ${touched}, got ${stored?.value} at ${stored?.touchedS}`;
  };
  for (const event of record.events) {
    let wrong: string | undefined;
    if (event[0] === 'advance') nowS += event[1];
    else if (event[0] === 'sync') {
      ewma.sync(event[1], nowS);
      for (const [endpoint, stored] of Object.entries(event[2])) wrong ??= kept(endpoint, stored);
    } else {
      const [, tries, responses, connects, address, stored] = event;
      const tried = new Set<string>();
      for (const [endpoint, score, draws] of tries) {
        const left = [...draws];
        const pick = ewma.pick(tried, () => left.shift() ?? expect.fail('one draw too many'), nowS);
        if (pick.endpoint !== endpoint || !close(score, pick.score) || left.length > 0)
          wrong ??= `expected ${endpoint} with ${score}, got ${pick.endpoint} with ${pick.score}, ${left.length} draws left`;
      }
      ewma.measured(address, seconds(responses.at(-1)), seconds(connects.at(-1)), nowS);
      wrong ??= kept(address, stored);
    }
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

interface RoundRobinRecord {
  readonly nodes: Readonly<Record<string, number>>;
  readonly tableOrder: readonly string[];
  readonly startAfter: string;
  readonly picks: readonly string[];
}

function playRoundRobin({ nodes, tableOrder, startAfter, picks }: RoundRobinRecord): string | undefined {
  const turns = new InterleavedRoundRobin(
    tableOrder.map((node) => nodes[node]),
    tableOrder.indexOf(startAfter),
  );
  return difference(
    picks,
    picks.map(() => tableOrder[turns.next()]),
  );
}

interface ChashRecord {
  readonly nodes: Readonly<Record<string, number>>;
  readonly picks: readonly (readonly [string, string])[];
}

function playChash({ nodes, picks }: ChashRecord): string | undefined {
  const ring = new KetamaRing(
    Object.entries(nodes).map(([of, weight]) => ({ of, name: of, points: POINTS_PER_WEIGHT * weight })),
  );
  return difference(
    picks.map(([, node]) => node),
    picks.map(([key]) => ring.at(ring.place(key))),
  );
}

interface SubsetRecord {
  readonly endpoints: readonly string[];
  readonly subsetSize: number;
  readonly picks: readonly (readonly [string, readonly number[], string])[];
}

function playSubset({ endpoints, subsetSize, picks }: SubsetRecord): string | undefined {
  const hash = new SubsetHash(endpoints, subsetSize);
  return difference(
    picks.map(([, , endpoint]) => endpoint),
    picks.map(([key, draws]) => hash.pick(key, () => draws[0])),
  );
}

describe.runIf(hasRecords('traffic/ingress-nginx/ewma.jsonl.gz'))('ingress-nginx', () => {
  it('ewma', () => {
    agree('traffic/ingress-nginx/ewma', eachRecord<EwmaRecord>('traffic/ingress-nginx/ewma.jsonl.gz'), playEwma);
  });

  it('round robin', () => {
    const records = readRecords<RoundRobinRecord>('traffic/ingress-nginx/roundrobin.jsonl.gz');
    agree('traffic/ingress-nginx/roundrobin', records, playRoundRobin);
  });

  it('consistent hashing', () => {
    agree('traffic/ingress-nginx/chash', eachRecord<ChashRecord>('traffic/ingress-nginx/chash.jsonl.gz'), playChash);
    const records = readRecords<SubsetRecord>('traffic/ingress-nginx/chashsubset.jsonl.gz');
    agree('traffic/ingress-nginx/chashsubset', records, playSubset);
  });
});
