// Call sites of nobody's behaviour: of mirrored requests, and of queries to cluster DNS.
import type { DnsSpec } from '../model/settings/dns.ts';
import type { SourceSpec } from '../model/settings/traffic.ts';
import type { CallSites } from './call-sites.ts';

const once = {
  count: 1,
  probability: 1,
  parallel: false,
  retries: { max: 0, backoffUs: 0, jitter: 0 },
  priority: 0,
  policies: [],
};

/** Behind all other sites: where mirrored requests are said to come from. */
export function addMirrorSite(sites: CallSites, [first]: readonly SourceSpec[]): void {
  if (first !== undefined) sites.add({ ...first.to, ...once, timeoutUs: 0, caller: 'mirror' });
}

/** A program does not wait for answers longer than its resolver. */
export function addQuerySite(sites: CallSites, { service, timeoutUs }: DnsSpec): number {
  return sites.add({ ...service, ...once, timeoutUs, caller: 'resolvers' });
}
