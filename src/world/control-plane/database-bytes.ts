// How much of etcd's database writes and objects take: estimated from a few objects of each resource, half of their JSON standing for what is stored.
import { requestInfo } from '../../api/flow-control/request-info.ts';
import { apiVersionOfKind, builtInResources, resourceOf } from '../../api/kinds.ts';
import { Verb } from '../../api/requests/arena.ts';
import { rowsOf } from '../../api/resources/rows-of.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Database } from '../../etcd/database.ts';
import { Change } from '../../model/change-log.ts';

const STORED = 0.5;
const SAMPLE = 5;
/** An estimate is good for so long. */
const LOOK_US = 6 * 3600e6;
/** Of a resource of which there is nothing yet. */
const UNKNOWN_BYTES = 1000;
const EVENT_BYTES = 700;
/** Events live for an hour (`--event-ttl`). */
const EVENT_TTL_US = 3600e6;
/** Heartbeats are no requests here: a lease each ten seconds, a status each five minutes. */
const LEASE_US = 10e6;
const LEASE_BYTES = 300;
const STATUS_US = 300e6;

export class DatabaseBytes {
  readonly #api: ApiServer;
  readonly #database: Database;
  readonly #averages = new Map<string, { readonly bytes: number; readonly atUs: number }>();
  /** Events by when they were written: how many in each time between two looks. */
  readonly #events: { readonly atUs: number; readonly count: number }[] = [];
  #newEvents = 0;
  #lookedUs = 0;

  /** From now on the database knows which objects live. */
  constructor(api: ApiServer, database: Database) {
    this.#api = api;
    this.#database = database;
    const { state } = api;
    const count = (kind: string, what: number): void => {
      if ((what & Change.Created) !== 0) database.lives(this.#average(kind));
      else if ((what & Change.Removed) !== 0) database.lives(-this.#average(kind));
    };
    api.podCommits.push((_pod, _epoch, what) => count('Pod', what));
    api.nodeCommits.push((_node, what) => count('Node', what));
    api.objectCommits.push((row, what) => count(state.objects.kind[row], what));
    for (let node = 0; node < state.nodes.length; node += 1) {
      const bytes = this.#average('Node');
      database.lives(bytes);
      database.stored(bytes);
    }
  }

  /** What a write stores; 0 for one that only deletes. */
  of(request: number): number {
    const { requests } = this.#api;
    const { [request]: verb } = requests.verb;
    if (verb === Verb.RemovePod) return 0;
    if (verb === Verb.RecordEvent) return EVENT_BYTES;
    // With a grace a pod is marked first.
    if (verb === Verb.DeletePod) return requests.a[request] === 0 ? 0 : this.#average('Pod');
    const { verb: what, resource } = requestInfo(this.#api, request);
    return what === 'delete' || what === 'deletecollection' ? 0 : this.#average(kindOf.get(resource) ?? resource);
  }

  stored(request: number): void {
    const { verb } = this.#api.requests;
    if (verb[request] === Verb.RecordEvent) this.#newEvents += 1;
    this.#database.stored(this.of(request));
  }

  /** What was written meanwhile without a request, and which events have lived for long enough. Nothing can be written unless `writes`. */
  look(writes: boolean): void {
    const { nodes } = this.#api.state;
    const { now } = this.#api.engine;
    const passedUs = now - this.#lookedUs;
    this.#lookedUs = now;
    this.#database.lives(this.#newEvents * EVENT_BYTES);
    this.#events.push({ atUs: now, count: this.#newEvents });
    this.#newEvents = 0;
    while (this.#events.length > 0 && this.#events[0].atUs + EVENT_TTL_US <= now) {
      this.#database.lives(-(this.#events.shift()?.count ?? 0) * EVENT_BYTES);
    }
    if (!writes) return;
    let alive = 0;
    for (let node = 0; node < nodes.length; node += 1) alive += nodes.alive[node];
    const leases = (alive * passedUs) / LEASE_US;
    const statuses = (alive * passedUs) / STATUS_US;
    this.#database.stored(leases * LEASE_BYTES + statuses * this.#average('Node'), leases + statuses);
  }

  #average(kind: string): number {
    const { engine } = this.#api;
    const known = this.#averages.get(kind);
    if (known !== undefined && engine.now - known.atUs < LOOK_US) return known.bytes;
    const bytes = this.#sampled(kind) ?? known?.bytes;
    // What there is nothing of yet is looked at again.
    if (bytes !== undefined) this.#averages.set(kind, { bytes, atUs: engine.now });
    return bytes ?? UNKNOWN_BYTES;
  }

  #sampled(kind: string): number | undefined {
    const apiVersion = apiVersionOfKind(kind);
    const resource = apiVersion === undefined ? undefined : resourceOf(this.#api.state.objects, apiVersion, kind);
    if (resource === undefined) return UNKNOWN_BYTES;
    const source = rowsOf(this.#api, resource);
    let count = 0;
    let sum = 0;
    for (const row of source.all()) {
      const object = source.get(row);
      if (object === undefined) continue;
      count += 1;
      sum += JSON.stringify(object).length * STORED;
      if (count === SAMPLE) break;
    }
    return count === 0 ? undefined : Math.round(sum / count);
  }
}

/** The kind of a resource; its own name where it is no built-in one. */
const kindOf = new Map<string, string>(builtInResources().map(({ plural, kind }) => [plural, kind]));
