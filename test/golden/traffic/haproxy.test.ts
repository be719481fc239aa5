// HAProxy, pick by pick: every pick, queue length and request that leaves a queue, against its balancing algorithms.
import { describe, expect, it } from 'vitest';
import {
  type AdminState,
  type Algorithm,
  Backend,
  type BackendRequest,
  type BackendServer,
  Servers,
} from '../../../src/network/balancers/haproxy/backend.ts';
import { first } from '../../../src/network/balancers/haproxy/first.ts';
import { hash, hashFunctions } from '../../../src/network/balancers/haproxy/hash.ts';
import { ConsistentRing } from '../../../src/network/balancers/haproxy/consistent-ring.ts';
import { leastconn } from '../../../src/network/balancers/haproxy/leastconn.ts';
import { wins } from '../../../src/network/balancers/haproxy/random.ts';
import { roundRobin } from '../../../src/network/balancers/haproxy/round-robin.ts';
import { staticRoundRobin } from '../../../src/network/balancers/haproxy/weight-map.ts';
import { agree, difference, eachRecord, hasRecords } from '../harness.ts';
import { Frequencies } from './frequencies.ts';

interface HaproxyRecord {
  readonly algo: string;
  readonly hash_type?: string;
  readonly hash_balance_factor?: number;
  readonly allbackups?: boolean;
  /** Of `random`. */
  readonly draws?: number;
  readonly servers: readonly {
    readonly weight: number;
    readonly maxconn?: number;
    readonly maxqueue?: number;
    readonly backup?: boolean;
  }[];
  readonly events: readonly (readonly [string, string | number, (string | number)?])[];
  /** `then`: those that left a queue. */
  readonly out: readonly { readonly pick?: number; readonly then?: unknown }[];
}

type FunctionName = keyof typeof hashFunctions;

/** `hash-type consistent` alone has an avalanche; with the name of a function it must be said. */
function hashed(record: HaproxyRecord, servers: Servers): Algorithm {
  const words = (record.hash_type ?? 'map-based').split(' ');
  const named = words.find((word): word is FunctionName => Object.hasOwn(hashFunctions, word));
  const type = words[0] === 'consistent' ? 'consistent' : 'map-based';
  return hash(servers, {
    of: record.algo.startsWith('source') ? 'source' : 'header',
    type,
    function: named ?? 'sdbm',
    avalanche: words.includes('avalanche') || (type === 'consistent' && named === undefined),
    balanceFactor: record.hash_balance_factor ?? 0,
  });
}

/** Where on the ring a draw is looked up: it falls on any place alike. */
const PLACES = 8192;

/** The chance of each server to be the one that HAProxy's draws choose; the last is that it is full, and the request waits. */
function chancesOfDraws(servers: Servers, draws: number): number[] {
  const ring = new ConsistentRing(servers);
  const share = servers.all.map(() => 0);
  for (let place = 0; place < PLACES; place += 1) {
    const at = ring.nearest(Math.floor(((place + 0.5) * 2 ** 32) / PLACES), 0)?.number ?? expect.fail('an empty ring');
    share[at] += 1 / PLACES;
  }
  let best = share;
  for (let n = 1; n < draws; n += 1) {
    const next = share.map(() => 0);
    for (const earlier of servers.all) {
      for (const later of servers.all) {
        next[(wins(later, earlier) ? later : earlier).number] += best[earlier.number] * share[later.number];
      }
    }
    best = next;
  }
  const waits = servers.all.reduce((sum, { full, number }) => sum + (full ? best[number] : 0), 0);
  return [...servers.all.map(({ full, number }) => (full ? 0 : best[number])), waits];
}

/** HAProxy's own draws are unknown: it is followed, and what it drew must be as frequent as its chances say. */
class Follower implements Algorithm {
  readonly queuesFirst = false;
  next: number | undefined;
  wrong: string | undefined;
  readonly frequencies: Frequencies;
  readonly #servers: Servers;
  readonly #draws: number;

  constructor(servers: Servers, draws: number) {
    this.#servers = servers;
    this.#draws = draws;
    this.frequencies = new Frequencies(servers.all.length + 1);
  }

  choose(): BackendServer | undefined {
    const only = this.#servers.onlyBackup;
    if (only !== undefined) return only;
    const { all } = this.#servers;
    this.wrong ??= this.frequencies.add(chancesOfDraws(this.#servers, this.#draws), this.next ?? all.length);
    return this.next === undefined ? undefined : all[this.next];
  }
}

function expected({ then: left, ...rest }: HaproxyRecord['out'][number]): object {
  return left === undefined ? rest : { ...rest, left };
}

const algorithms: Readonly<Record<string, (servers: Servers) => Algorithm>> = {
  roundrobin: roundRobin,
  'static-rr': staticRoundRobin,
  leastconn,
  first,
};

function play(record: HaproxyRecord): string | undefined {
  const servers = new Servers(
    record.servers.map((one) => ({
      weight: one.weight,
      maxConnections: one.maxconn ?? 0,
      maxQueue: one.maxqueue ?? 0,
      backup: one.backup ?? false,
    })),
    record.allbackups ?? false,
  );
  const follower = record.algo === 'random' ? new Follower(servers, record.draws ?? 2) : undefined;
  const make = algorithms[record.algo] as ((servers: Servers) => Algorithm) | undefined;
  const algorithm = follower ?? (make === undefined ? hashed(record, servers) : make(servers));
  const backend = new Backend(servers, algorithm);
  const requests = new Map<string, BackendRequest>();
  const running = new Set<string>();
  const nameOf = (request: BackendRequest): string =>
    [...requests].find(([, one]) => one === request)?.[0] ?? expect.fail('an unknown request');
  const moved = (taken: readonly BackendRequest[]): object => {
    for (const request of taken) running.add(nameOf(request));
    return taken.length === 0 ? {} : { left: taken.map((request) => [nameOf(request), request.server?.number]) };
  };
  const start = (name: string, key: string): object => {
    const request = backend.request(key);
    const admission = backend.start(request);
    if (admission === 'refused') return { status: 503 };
    requests.set(name, request);
    if (admission === 'queued') {
      const queues = servers.all.filter(({ queue }) => queue.length > 0);
      return { queued: Object.fromEntries(queues.map(({ number, queue }) => [`s${number}`, queue.length])) };
    }
    running.add(name);
    return { pick: request.server?.number };
  };
  const end = (name: string): object => {
    const request = requests.get(name);
    if (request === undefined) return { skip: true };
    const ended = request.running ? name : [...running].at(0);
    const other = ended === undefined ? undefined : requests.get(ended);
    if (ended === undefined || other === undefined) return { skip: true };
    running.delete(ended);
    requests.delete(ended);
    return { ...(ended === name ? {} : { ended }), status: 200, ...moved(backend.end(other)) };
  };
  for (const [i, [what, which, more]] of record.events.entries()) {
    let got: object = {};
    if (follower !== undefined) follower.next = record.out[i].pick;
    if (what === 'start') got = start(String(which), String(more ?? ''));
    else if (what === 'end') got = end(String(which));
    else if (what === 'weight') backend.setWeight(servers.all[Number(which)], Number(more));
    else got = moved(backend.setState(servers.all[Number(which)], what as AdminState));
    const found = follower?.wrong ?? difference(expected(record.out[i]), got, `event ${i}`);
    if (found !== undefined) return `${record.algo}: ${found}`;
  }
  return follower?.frequencies.difference();
}

it('follows draws that are unknown: those of a server with more weight are more frequent', () => {
  const start = Array.from({ length: 400 }, (_, i) => ['start', `r${i}`] as const);
  const servers = [{ weight: 1 }, { weight: 3 }];
  const picks = (every: number) => start.map((_, i) => ({ pick: i % every === 0 ? 0 : 1 }));
  expect(play({ algo: 'random', draws: 1, servers, events: start, out: picks(4) })).toBeUndefined();
  expect(play({ algo: 'random', draws: 1, servers, events: start, out: picks(2) })).toMatch(/0 was picked 200 times/);
});

describe.runIf(hasRecords('traffic/haproxy/picks.jsonl.gz'))('HAProxy', () => {
  it('picks', () => {
    agree('traffic/haproxy/picks', eachRecord<HaproxyRecord>('traffic/haproxy/picks.jsonl.gz'), play);
  });
});
