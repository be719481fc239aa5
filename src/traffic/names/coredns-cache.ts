// CoreDNS' plugin "cache" 1.15: positive and denial entries, prefetch, stale answers.
import type { CacheSettings } from '../../model/settings/dns.ts';

/** `nx`: no such name; `nodata`: no record of that type. */
export type ReplyKind = 'ok' | 'nx' | 'nodata' | 'servfail';

/** What an upstream says: of the records the smallest time to live, of a denial its SOA's, seconds. */
export interface Reply {
  readonly kind: ReplyKind;
  readonly ttl: number;
}

interface Entry {
  readonly kind: ReplyKind;
  readonly ttl: number;
  readonly storedUs: number;
  hits: number;
  lastHitUs: number;
}

/** What the cache has for a question: an answer, and whether it asks upstream behind the client's back. */
export interface Found {
  readonly reply: Reply;
  readonly refresh: boolean;
  /** It is too old: the upstream is asked first, and this is the answer only if that fails. */
  readonly verify: boolean;
}

const SECOND_US = 1e6;
const NEVER = -Infinity;

export class CoreDnsCache {
  readonly #settings: CacheSettings;
  readonly #positive = new Map<string, Entry>();
  readonly #denials = new Map<string, Entry>();

  constructor(settings: CacheSettings) {
    this.#settings = settings;
  }

  get size(): number {
    return this.#positive.size + this.#denials.size;
  }

  /** Undefined: the upstream must be asked, and its reply given to `store`. */
  find(question: string, nowUs: number): Found | undefined {
    const entry = this.#entry(question, nowUs);
    if (entry === undefined) return undefined;
    const left = leftOf(entry, nowUs);
    if (left <= 0) {
      const verify = this.#settings.serveStale?.verify === true;
      return { reply: { kind: entry.kind, ttl: 0 }, refresh: !verify, verify };
    }
    return { reply: { kind: entry.kind, ttl: left }, refresh: this.#wantsPrefetch(entry, nowUs), verify: false };
  }

  /** The upstream has answered; gives what the client is answered. */
  store(question: string, reply: Reply, nowUs: number): Reply {
    return this.#put(question, reply, nowUs);
  }

  /** The upstream has answered a refresh that nobody waits for. A failure does not take the place of an answer that is too old. */
  refreshed(question: string, reply: Reply, nowUs: number): void {
    const before = this.#entry(question, nowUs);
    if (reply.kind === 'servfail' && (before === undefined || leftOf(before, nowUs) <= 0)) return;
    this.#put(question, reply, nowUs);
    if (reply.kind === 'ok') this.#denials.delete(question);
    const now = this.#denials.get(question) ?? this.#positive.get(question);
    if (now === undefined || before === undefined) return;
    now.hits = before.hits;
    now.lastHitUs = nowUs;
  }

  #put(question: string, { kind, ttl }: Reply, nowUs: number): Reply {
    const settings = this.#settings;
    const kept =
      kind === 'ok'
        ? clamp(ttl, settings.successMinTtl, settings.successMaxTtl)
        : kind === 'servfail'
          ? settings.servfailTtl
          : clamp(ttl, settings.denialMinTtl, settings.denialMaxTtl);
    if (kept > 0) {
      const entry: Entry = { kind, ttl: kept, storedUs: nowUs, hits: 0, lastHitUs: NEVER };
      (kind === 'ok' ? this.#positive : this.#denials).set(question, entry);
    }
    return { kind, ttl: kept };
  }

  /** Denials first; but a positive answer that is good beats a server's failure. */
  #entry(question: string, nowUs: number): Entry | undefined {
    const denial = this.#denials.get(question);
    const positive = this.#positive.get(question);
    const usable = (entry: Entry | undefined): boolean => {
      if (entry === undefined) return false;
      const left = leftOf(entry, nowUs);
      return left > 0 || (this.#settings.serveStale !== undefined && -left < this.#settings.serveStale.durationSeconds);
    };
    if (denial !== undefined && usable(denial)) {
      const better = denial.kind === 'servfail' && positive !== undefined && leftOf(positive, nowUs) > 0;
      return better ? positive : denial;
    }
    return usable(positive) ? positive : undefined;
  }

  #wantsPrefetch(entry: Entry, nowUs: number): boolean {
    const { prefetch } = this.#settings;
    if (prefetch === undefined) return false;
    const paused = entry.lastHitUs < nowUs - prefetch.durationSeconds * SECOND_US;
    entry.hits = paused ? 1 : entry.hits + 1;
    entry.lastHitUs = nowUs;
    const threshold = Math.ceil((prefetch.percentage / 100) * entry.ttl);
    return entry.hits >= prefetch.amount && leftOf(entry, nowUs) <= threshold;
  }
}

/** Seconds that the entry is still good for; 0 or less once it is too old. */
function leftOf(entry: Entry, nowUs: number): number {
  return entry.ttl - Math.trunc((nowUs - entry.storedUs) / SECOND_US);
}

function clamp(ttl: number, least: number, most: number): number {
  return Math.min(Math.max(ttl, least), most);
}
