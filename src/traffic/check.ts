// The invariants of traffic: requests are conserved, and no pod holds more than it may.
import { assert } from '../lib/assert.ts';
import type { Behaviors, CallSites } from './behaviors.ts';
import { CALL, Caller, type CallTable, Field, Server } from './calls.ts';
import { type Meters, Tally } from './meters.ts';
import { SERVER, type Servers, Slot } from './servers.ts';
import type { ServiceDirectory } from './services.ts';

interface Parts {
  readonly calls: CallTable;
  readonly servers: Servers;
  readonly meters: Meters;
  readonly sites: CallSites;
  readonly services: ServiceDirectory;
  readonly sources: readonly unknown[];
  serviceMeter(service: number): number;
}

/** Compares what was counted with the rows that exist. Looks at every row and pod: for watchers and tests. */
export function checkTraffic(traffic: Parts, behaviors: Behaviors): void {
  const { calls, meters, servers, sites, sources, services } = traffic;
  const { ints } = calls;
  const waiting = new Map<number, number>();
  let held = 0;
  const count = (meter: number): void => void waiting.set(meter, (waiting.get(meter) ?? 0) + 1);
  for (let row = 0; row < calls.used; row += 1) {
    const at = CALL * row;
    if (ints[at + Field.Server] >= Server.Queued) held += 1;
    if (ints[at + Field.Caller] === Caller.Gone) continue;
    const site = ints[at + Field.Site];
    count(traffic.serviceMeter(sites.service[site]));
    if (ints[at + Field.Parent] < 0) count(site);
  }
  const lastMeter = services.length === 0 ? -1 : traffic.serviceMeter(services.length - 1);
  for (let meter = 0; meter <= lastMeter; meter += 1) {
    const begun = meters.total(meter, Tally.Begun);
    const inFlight = waiting.get(meter) ?? 0;
    const what = meter < sources.length ? 'requests of' : 'calls to';
    assert(
      begun === meters.ended(meter) + inFlight && inFlight === meters.inFlight(meter),
      () => `${what} ${meters.names[meter]}: ${begun} begun, ${meters.ended(meter)} ended, ${inFlight} in flight`,
    );
  }
  for (let pod = 0; pod < servers.length; pod += 1) {
    const at = SERVER * pod;
    if (servers.ints[at + Slot.Epoch] < 0) continue;
    const behavior = servers.ints[at + Slot.Behavior];
    const busy = servers.ints[at + Slot.Busy];
    const queued = servers.ints[at + Slot.Waiting];
    held -= busy + queued;
    assert(
      busy >= 0 && busy <= behaviors.concurrency[behavior] && queued >= 0 && queued <= behaviors.queue[behavior],
      () => `the pod of row ${pod} serves ${busy} and queues ${queued} requests`,
    );
  }
  assert(held === 0, () => `${held} requests are served by no pod`);
}
