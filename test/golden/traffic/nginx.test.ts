// nginx, pick by pick: every server that each request tried, against the methods of its upstream groups.
import { describe, expect, it } from 'vitest';
import { consistentHash } from '../../../src/network/balancers/nginx/consistent-hash.ts';
import { hash, ipHash } from '../../../src/network/balancers/nginx/hash.ts';
import { leastConn } from '../../../src/network/balancers/nginx/least-conn.ts';
import { random, randomTwo } from '../../../src/network/balancers/nginx/random.ts';
import { roundRobin } from '../../../src/network/balancers/nginx/round-robin.ts';
import {
  type Method,
  type ServerState,
  Upstream,
  type UpstreamRequest,
} from '../../../src/network/balancers/nginx/upstream.ts';
import { agree, difference, eachRecord, hasRecords } from '../harness.ts';

interface Out {
  readonly t?: number;
  readonly tries?: readonly (number | 'none')[];
  readonly pick?: number | null;
  readonly status?: number;
  readonly rnd?: readonly number[];
  readonly skip?: boolean;
}

interface NginxRecord {
  readonly algo: string;
  readonly servers: readonly {
    readonly addr: string;
    readonly weight?: number;
    readonly max_fails?: number;
    readonly fail_timeout?: number;
    readonly max_conns?: number;
    readonly backup?: boolean;
    readonly down?: boolean;
  }[];
  readonly events: readonly (readonly [string, ...(string | number)[]])[];
  readonly out: readonly Out[];
}

const methods: Readonly<Record<string, (draw: () => number) => Method>> = {
  rr: () => roundRobin,
  least_conn: () => leastConn,
  random,
  random_two: randomTwo,
  ip_hash: () => ipHash,
  hash: () => hash,
  chash: consistentHash,
};

function play(record: NginxRecord): string | undefined {
  let draws: number[] = [];
  const upstream = new Upstream(
    record.servers.map((one) => ({
      address: one.addr,
      weight: one.weight ?? 1,
      maxFails: one.max_fails ?? 1,
      failTimeoutS: one.fail_timeout ?? 10,
      maxConnections: one.max_conns ?? 0,
      backup: one.backup ?? false,
      down: one.down ?? false,
    })),
    methods[record.algo](() => draws.shift() ?? expect.fail('one draw too many')),
  );
  const refusing = new Set<number>();
  const resetting = new Set<number>();
  const held = new Map<string | number, { request: UpstreamRequest; server: ServerState }>();
  for (const [i, [what, ...rest]] of record.events.entries()) {
    const out = record.out[i];
    const nowS = out.t ?? 0;
    if (what === 'start') {
      draws = [...(out.rnd ?? [])];
      const request = upstream.request(String(rest[1] ?? ''));
      const tries: (number | 'none')[] = [];
      let pick: number | null = null;
      while (request.triesLeft > 0) {
        const server = upstream.next(request, nowS);
        if (server === undefined) {
          tries.push('none');
          break;
        }
        const at = upstream.servers.indexOf(server);
        tries.push(at);
        if (!refusing.has(at) && !resetting.has(at)) {
          pick = at;
          held.set(rest[0], { request, server });
          break;
        }
        upstream.release(request, server, true, nowS);
      }
      const found = difference([out.pick ?? null, out.tries], [pick, tries], `event ${i}`);
      if (found !== undefined) return found;
      if (draws.length > 0) return `event ${i}: ${draws.length} draws were not used`;
    } else if (what === 'end') {
      const one = held.get(rest[0]);
      if ((one === undefined) !== (out.skip === true)) return `event ${i}: is request ${rest[0]} held?`;
      if (one !== undefined) upstream.release(one.request, one.server, false, nowS);
      held.delete(rest[0]);
    } else if (what === 'up') refusing.delete(Number(rest[0]));
    else if (what === 'down') refusing.add(Number(rest[0]));
    else if (what === 'mode' && rest[1] === 'reset') resetting.add(Number(rest[0]));
    else if (what === 'mode') resetting.delete(Number(rest[0]));
    else expect(what).toBe('wait');
  }
  return undefined;
}

describe.runIf(hasRecords('traffic/nginx/picks.jsonl.gz'))('nginx', () => {
  it('picks', () => {
    agree('traffic/nginx/picks', eachRecord<NginxRecord>('traffic/nginx/picks.jsonl.gz'), play);
  });
});
