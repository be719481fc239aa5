// Cluster DNS: how programs look names up, who answers, and what is remembered where. Times in integer microseconds unless said otherwise.
import type { DistributionSpec } from '../../lib/distribution.ts';

/** Whose resolver the programs in containers use. */
export const resolverNames = ['glibc', 'musl', 'go'] as const;
export type ResolverName = (typeof resolverNames)[number];

/** CoreDNS' plugin "cache": whole seconds, as in a Corefile. */
export interface CacheSettings {
  readonly successMinTtl: number;
  readonly successMaxTtl: number;
  readonly denialMinTtl: number;
  readonly denialMaxTtl: number;
  readonly servfailTtl: number;
  readonly prefetch:
    | { readonly amount: number; readonly durationSeconds: number; readonly percentage: number }
    | undefined;
  readonly serveStale: { readonly durationSeconds: number; readonly verify: boolean } | undefined;
}

export interface DnsSpec {
  /** The Service of the servers. */
  readonly service: { readonly namespace: string; readonly name: string };
  /** Of that Service; undefined where it has none. */
  readonly address?: string | undefined;
  readonly resolver: ResolverName;
  /** Of resolv.conf. */
  readonly ndots: number;
  readonly timeoutUs: number;
  readonly attempts: number;
  readonly singleRequest: boolean;
  readonly useTcp: boolean;
  /** How programs write names: as short as they can be, whole, or whole with a dot at the end. */
  readonly names: 'short' | 'whole' | 'rooted';
  /** How long a program keeps what it has found; 0: it asks for each connection. */
  readonly programCacheUs: number;
  /** A cache on every node, asked in the place of the Service. */
  readonly nodeLocal: boolean;
  readonly cache: CacheSettings;
  /** How long servers outside take, and for how many seconds their answers are good. */
  readonly upstream: { readonly latency: DistributionSpec; readonly ttl: number };
  /** The chance that a query over UDP, or its answer, is lost. */
  readonly loss: number;
  /** The chance that the second of two queries sent from one socket at once is lost in the node's table of connections. */
  readonly race: number;
}
