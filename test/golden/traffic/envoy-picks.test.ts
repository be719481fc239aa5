// Envoy's picks: round robin, least request, ring hash, Maglev and priorities. Where its draws are unknown, by their distribution.
import { describe, expect, it } from 'vitest';
import { EdfSchedule } from '../../../src/network/balancers/edf-schedule.ts';
import { leastRequestWeight } from '../../../src/network/balancers/envoy/least-request-weight.ts';
import { maglevTable } from '../../../src/network/balancers/envoy/maglev.ts';
import { levelLoads, levelOf } from '../../../src/network/balancers/envoy/priorities.ts';
import { HashRing, keyHash } from '../../../src/network/balancers/ring-hash.ts';
import { agree, difference, eachRecord, hasRecords } from '../harness.ts';
import { Frequencies, leastOfDrawsChances } from './frequencies.ts';

type Event = readonly [string, string, number?];
type Keyed = readonly [string, number | null, number?];

interface Host {
  readonly addr: string;
  readonly weight: number;
  readonly health?: string;
  readonly priority?: number;
}

interface EnvoyRecord {
  readonly kind: string;
  readonly hosts: readonly Host[];
  readonly out: { readonly picks?: readonly number[] | readonly Keyed[]; readonly events?: readonly Event[] };
  readonly choice?: number;
  readonly bias?: number;
  readonly min?: number;
  readonly max?: number;
  readonly table?: number;
  readonly panic?: number;
}

/**
 * Envoy skips a random number of picks when it starts: as many offsets are tried. Far from the start the rounding of deadlines decides
 * ties of hosts, so these go well beyond the first round.
 */
const OFFSETS = 3000;

function firstAgreement(tryAt: (offset: number) => string | undefined): string | undefined {
  let first: string | undefined;
  for (let offset = 0; offset < OFFSETS; offset += 1) {
    const found = tryAt(offset);
    if (found === undefined) return undefined;
    first ??= found;
  }
  return `from no offset; from the first ${first}`;
}

function weightedTurns(record: EnvoyRecord): string | undefined {
  const picks = record.out.picks as readonly number[];
  const weights = record.hosts.map(({ weight }) => weight);
  return firstAgreement((offset) => {
    const schedule = new EdfSchedule(weights);
    for (let i = 0; i < offset; i += 1) schedule.pick((host) => weights[host]);
    return difference(
      picks,
      picks.map(() => schedule.pick((host) => weights[host])),
    );
  });
}

/** Follows the record; `pick` is told which host Envoy took. */
function follow(
  record: EnvoyRecord,
  pick: (active: readonly number[], host: number) => string | undefined,
): string | undefined {
  const active = record.hosts.map(() => 0);
  const where = new Map<string, number>();
  for (const [what, id, host] of record.out.events ?? []) {
    if (what === 'end') {
      active[where.get(id) ?? expect.fail(`unknown ${id}`)] -= 1;
      continue;
    }
    const at = host ?? expect.fail('no host');
    const wrong = pick(active, at);
    if (wrong !== undefined) return `${id}: ${wrong}`;
    active[at] += 1;
    where.set(id, at);
  }
  return undefined;
}

function drawn(record: EnvoyRecord): string | undefined {
  const frequencies = new Frequencies(record.hosts.length);
  const wrong = follow(record, (active, host) =>
    frequencies.add(leastOfDrawsChances(active, record.choice ?? 2), host),
  );
  return wrong ?? frequencies.difference();
}

function weightedLeast(record: EnvoyRecord): string | undefined {
  const weights = record.hosts.map(({ weight }) => weight);
  if (weights.every((weight) => weight === weights[0])) return drawn(record);
  return firstAgreement((offset) => {
    const schedule = new EdfSchedule(weights);
    for (let i = 0; i < offset; i += 1) schedule.pick((host) => weights[host]);
    return follow(record, (active, host) => {
      // Which of those is first that tie but for rounding, only the unknown start says.
      if (!schedule.mayBeDue(host)) return `${host} is not due`;
      schedule.take(host, leastRequestWeight(weights[host], active[host], record.bias ?? 1));
      return undefined;
    });
  });
}

function hashed(record: EnvoyRecord): string | undefined {
  const hosts = record.hosts.map(({ addr, weight }) => ({ address: addr, weight }));
  const ring = new HashRing(hosts, record.min ?? 1024, record.max ?? 8_388_608);
  return keyed(record, (key) => ring.owners[ring.place(keyHash(key))]);
}

function maglev(record: EnvoyRecord): string | undefined {
  const table = maglevTable(
    record.hosts.map(({ addr, weight }) => ({ address: addr, weight })),
    record.table,
  );
  return keyed(record, (key) => table[Number(keyHash(key) % BigInt(table.length))]);
}

function priorities(record: EnvoyRecord): string | undefined {
  const indexed = record.hosts.map((host, index) => ({ ...host, index }));
  const count = Math.max(...indexed.map(({ priority = 0 }) => priority)) + 1;
  const levels = Array.from({ length: count }, (_, level) => indexed.filter(({ priority = 0 }) => priority === level));
  const healthyOf = (level: number) => levels[level].filter(({ health }) => health === 'HEALTHY');
  const loads = levelLoads(
    levels.map((hosts, level) => ({ hosts: hosts.length, healthy: healthyOf(level).length })),
    record.panic ?? 50,
  );
  return keyed(record, (key) => {
    const hash = keyHash(key);
    const level = levelOf(loads, hash);
    if (level < 0) return null;
    const hosts = loads[level].panic ? levels[level] : healthyOf(level);
    if (hosts.length === 0) return null;
    const ring = new HashRing(
      hosts.map(({ addr, weight }) => ({ address: addr, weight })),
      1024,
      8_388_608,
    );
    return hosts[ring.owners[ring.place(hash)]].index;
  });
}

function keyed({ out }: EnvoyRecord, pick: (key: string) => number | null): string | undefined {
  for (const [key, host, status] of out.picks as readonly Keyed[]) {
    const found = difference([host, status], [pick(key), host === null ? 503 : undefined], key);
    if (found !== undefined) return found;
  }
  return undefined;
}

const kinds: Readonly<Record<string, (record: EnvoyRecord) => string | undefined>> = {
  rr: weightedTurns,
  wrr: weightedTurns,
  lr: drawn,
  wlr: weightedLeast,
  ring: hashed,
  maglev,
  prio: priorities,
};

describe.runIf(hasRecords('traffic/envoy/picks.jsonl.gz'))('Envoy', () => {
  it('picks', () => {
    agree('traffic/envoy/picks', eachRecord<EnvoyRecord>('traffic/envoy/picks.jsonl.gz'), (record) =>
      kinds[record.kind](record),
    );
  });
});
