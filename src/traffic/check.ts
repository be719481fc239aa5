// The invariants of traffic: requests are conserved, and no pod holds more than it may.
import { assert } from '../lib/assert.ts';
import type { Behaviors } from './behaviors.ts';
import type { CallSites } from './call-sites.ts';
import { CALL, CallerState, type CallTable, Field, ServerState } from './calls.ts';
import { type Meters, Tally } from './meters.ts';
import type { RequestClasses } from './classes/request-classes.ts';
import { SERVER, type Servers, ServerField } from './servers.ts';
import type { PodRow } from '../model/rows.ts';
import type { Users } from './users/users.ts';

interface Parts {
  readonly calls: CallTable;
  readonly allServers: readonly Servers[];
  readonly meters: Meters;
  readonly sites: CallSites;
  readonly behaviors: Behaviors;
  readonly sources: readonly unknown[];
  readonly classes: RequestClasses | undefined;
  /** Rows of further attempts of calls that have one already. */
  readonly spare: ReadonlySet<number>;
}

/** Compares what was counted with the rows that exist. Looks at every row and pod: for watchers and tests. */
export function checkTraffic({ calls, meters, allServers, sites, classes, behaviors, sources, spare }: Parts): void {
  const { ints } = calls;
  const inFlight = new Int32Array(meters.length);
  let held = 0;
  for (let row = 0; row < calls.used; row += 1) {
    const at = CALL * row;
    if (ints[at + Field.Server] >= ServerState.Queued) held += 1;
    if (ints[at + Field.Caller] === CallerState.Gone || spare.has(row)) continue;
    const site = ints[at + Field.Site];
    inFlight[sites.meter[site]] += 1;
    if (ints[at + Field.Parent] >= 0 || sites.sourceOf(site) < 0) continue;
    inFlight[sites.sourceOf(site)] += 1;
    const requestClass = classes?.classAt(site) ?? -1;
    if (classes !== undefined && requestClass >= 0) inFlight[classes.meter[requestClass]] += 1;
  }
  for (const [meter, open] of inFlight.entries()) {
    const begun = meters.total(meter, Tally.Begun);
    const what = meter < sources.length ? 'requests of' : 'calls to';
    assert(
      begun === meters.ended(meter) + open && open === meters.inFlight(meter),
      () => `${what} ${meters.names[meter]}: ${begun} begun, ${meters.ended(meter)} ended, ${open} in flight`,
    );
  }
  for (const servers of allServers) held -= checkServers(servers, behaviors);
  assert(held === 0, () => `${held} requests are served by no pod`);
}

/** Each user who waits has one request in flight, and whoever came is there or has left. */
export function checkPopulations({ populations }: Users, meters: Meters, sources: readonly { name: string }[]): void {
  for (const [source, population] of populations.entries()) {
    if (population === undefined) continue;
    const { waiting, thinking, came, left } = population;
    assert(
      waiting === meters.inFlight(source) && came === left + waiting + thinking,
      () =>
        `users of ${sources[source].name}: ${came} came, ${left} left, ${thinking} think, ${waiting} wait for ${meters.inFlight(source)} requests`,
    );
  }
}

/** Gives how many requests the pods hold. */
function checkServers(servers: Servers, behaviors: Behaviors): number {
  let held = 0;
  for (let pod = 0 as PodRow; pod < servers.length; pod = (pod + 1) as PodRow) {
    const at = SERVER * pod;
    if (servers.ints[at + ServerField.Epoch] < 0) continue;
    const behavior = servers.ints[at + ServerField.Behavior];
    const busy = servers.ints[at + ServerField.Busy];
    const queued = servers.ints[at + ServerField.Waiting];
    held += busy + queued;
    assert(
      busy >= 0 && busy <= behaviors.concurrency[behavior] && queued >= 0 && queued <= behaviors.queue[behavior],
      () => `the pod of row ${pod} serves ${busy} and queues ${queued} requests`,
    );
  }
  return held;
}
