// What servers of cluster DNS answer: names of Services at once, all others from their caches or from the servers outside.
import type { NameKind } from '../../model/ports/routes.ts';
import type { CacheSettings } from '../../model/settings/dns.ts';
import { CoreDnsCache, type Reply } from './coredns-cache.ts';
import { type Answer, Rcode, type RecordType } from './resolvers/contract.ts';

/** A question to a server: the candidate that is asked for, and what the whole name of the lookup stands for. */
export interface Question {
  readonly name: string;
  readonly type: RecordType;
  readonly whole: string;
  readonly kind: NameKind;
}

/** An answer; `upstream`: only after the servers outside were asked. */
export interface Served {
  readonly answer: Answer;
  readonly upstream: boolean;
}

export const CLUSTER_DOMAIN = 'cluster.local';

const answers: Readonly<Record<Reply['kind'], Answer>> = {
  ok: { rcode: Rcode.NoError, has: true, truncated: false },
  nodata: { rcode: Rcode.NoError, has: false, truncated: false },
  nx: { rcode: Rcode.NxDomain, has: false, truncated: false },
  servfail: { rcode: Rcode.ServFail, has: false, truncated: false },
};

/** One server, or the cache of one node. */
export class DnsServer {
  readonly #cache: CoreDnsCache;
  readonly #ttl: number;

  /** `ttl`: of answers from outside, seconds. */
  constructor(settings: CacheSettings, ttl: number) {
    this.#cache = new CoreDnsCache(settings);
    this.#ttl = ttl;
  }

  /** As CoreDNS with the plugins kubernetes and cache. */
  ask(question: Question, nowUs: number): Served {
    const reply = replyTo(question, this.#ttl);
    const isHost = question.kind === 'outside' && question.name === question.whole;
    if (question.name.endsWith(`.${CLUSTER_DOMAIN}`) && !isHost)
      return { answer: answers[reply.kind], upstream: false };
    const kept = this.kept(question, nowUs);
    if (kept !== undefined) {
      if (kept.refresh) this.#cache.refreshed(keyOf(question), reply, nowUs);
      return { answer: kept.answer, upstream: false };
    }
    this.#cache.store(keyOf(question), reply, nowUs);
    return { answer: answers[reply.kind], upstream: true };
  }

  /** Undefined where it must ask somebody else first; `refresh`: it asks behind the client's back. */
  kept(question: Question, nowUs: number): { readonly answer: Answer; readonly refresh: boolean } | undefined {
    const found = this.#cache.find(keyOf(question), nowUs);
    if (found === undefined || found.verify) return undefined;
    return { answer: answers[found.reply.kind], refresh: found.refresh };
  }

  /** Somebody else has answered what a client waits for, or what nobody does. */
  keep(question: Question, isRefresh: boolean, nowUs: number): void {
    const reply = replyTo(question, this.#ttl);
    if (isRefresh) this.#cache.refreshed(keyOf(question), reply, nowUs);
    else this.#cache.store(keyOf(question), reply, nowUs);
  }
}

function keyOf({ name, type }: Question): string {
  return `${name} ${type}`;
}

/** Clusters have addresses of one family; hosts outside have both. */
function replyTo({ name, type, whole, kind }: Question, ttl: number): Reply {
  if (name !== whole || kind === 'none') return { kind: 'nx', ttl };
  return { kind: type === 'A' || kind === 'outside' ? 'ok' : 'nodata', ttl };
}
