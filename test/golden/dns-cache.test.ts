// CoreDNS' cache, query by query: what is answered, for how long it is good, and how often the upstream is asked.
import { it } from 'vitest';
import type { CacheSettings } from '../../src/model/settings/dns.ts';
import { CoreDnsCache, type Reply, type ReplyKind } from '../../src/traffic/names/coredns-cache.ts';
import { agree, eachRecord } from './harness.ts';

interface Config {
  readonly successMinTTL: number;
  readonly successMaxTTL: number;
  readonly denialMinTTL: number;
  readonly denialMaxTTL: number;
  readonly servfailTTL: number;
  readonly prefetch?: { readonly amount: number; readonly duration: number; readonly percentage: number };
  readonly serveStale?: { readonly duration: number; readonly verify: boolean };
}

type Event =
  | readonly ['advance', number]
  | readonly ['upstream', string, ReplyKind, number]
  | readonly ['query', string, string, number, number, number];

interface CacheRecord {
  readonly config: Config;
  readonly upstreams: Readonly<Record<string, Reply>>;
  readonly events: readonly Event[];
}

const RCODES = { ok: 'NOERROR', nodata: 'NOERROR', nx: 'NXDOMAIN', servfail: 'SERVFAIL' } as const;

function settingsOf({ prefetch, serveStale, ...config }: Config): CacheSettings {
  return {
    successMinTtl: config.successMinTTL,
    successMaxTtl: config.successMaxTTL,
    denialMinTtl: config.denialMinTTL,
    denialMaxTtl: config.denialMaxTTL,
    servfailTtl: config.servfailTTL,
    prefetch: prefetch && {
      amount: prefetch.amount,
      durationSeconds: prefetch.duration,
      percentage: prefetch.percentage,
    },
    serveStale: serveStale && { durationSeconds: serveStale.duration, verify: serveStale.verify },
  };
}

/** A client's query, the upstream at hand: the answer, and how often the upstream was asked. */
function ask(cache: CoreDnsCache, name: string, upstream: Reply, nowUs: number): { reply: Reply; asked: number } {
  const found = cache.find(name, nowUs);
  if (found === undefined) return { reply: cache.store(name, upstream, nowUs), asked: 1 };
  if (found.verify) {
    const good = upstream.kind !== 'servfail';
    return { reply: good ? cache.store(name, upstream, nowUs) : found.reply, asked: 1 };
  }
  if (found.refresh) cache.refreshed(name, upstream, nowUs);
  return { reply: found.reply, asked: found.refresh ? 1 : 0 };
}

it('golden traffic/dns/coredns_cache', () => {
  agree('traffic/dns/coredns_cache', eachRecord<CacheRecord>('traffic/dns/coredns_cache.jsonl.gz'), (record) => {
    const cache = new CoreDnsCache(settingsOf(record.config));
    const upstreams = new Map(Object.entries(record.upstreams));
    let nowUs = 0;
    for (const [index, event] of record.events.entries()) {
      if (event[0] === 'advance') {
        nowUs += 1000 * event[1];
      } else if (event[0] === 'upstream') {
        upstreams.set(event[1], { kind: event[2], ttl: event[3] });
      } else {
        const upstream = upstreams.get(event[1]);
        if (upstream === undefined) return `no upstream of ${event[1]}`;
        const { reply, asked } = ask(cache, event[1], upstream, nowUs);
        const answers = reply.kind === 'ok' ? 1 : 0;
        const ttl = reply.kind === 'servfail' ? -1 : reply.ttl;
        const got = JSON.stringify(['query', event[1], RCODES[reply.kind], answers, ttl, asked]);
        if (got !== JSON.stringify(event)) return `event ${index}: expected ${JSON.stringify(event)}, got ${got}`;
      }
    }
    return undefined;
  });
});
