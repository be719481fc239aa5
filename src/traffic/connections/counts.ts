// What is counted of connections: by edge, from a kind of caller to a Service; and by endpoint, who gets the requests.
import { Histogram } from '../../metrics/histogram.ts';
import type { PodRow } from '../../model/rows.ts';
import type { LocalPorts, PortRange } from './local-ports.ts';

/** From one kind of caller to one Service. All but the last ones only rise. */
export class EdgeCounts {
  readonly caller: string;
  readonly namespace: string;
  readonly service: string;
  opened = 0;
  closedByCaller = 0;
  closedByServer = 0;
  /** Connections that ended by a reset, or were given up as dead. */
  broken = 0;
  /** Attempts to connect that came to nothing. */
  refused = 0;
  /** Requests that went by a connection which had been used before. */
  reused = 0;
  requests = 0;
  /** Requests that waited, those that could not, and those for which no local port was left. */
  waited = 0;
  overflowed = 0;
  withoutPort = 0;
  /** First packets that were lost: full tables, full backlogs, no way. */
  dropped = 0;
  resumed = 0;
  /** Requests that the server did not take any more, sent again on another connection. */
  repeated = 0;
  open = 0;
  streams = 0;
  pending = 0;
  /** The largest number of local ports that one caller has had taken to one destination in the interval. */
  mostPorts = 0;
  #waits = new Histogram();
  #handshakes = new Histogram();
  /** By pod and epoch, requests since the last `takeRequests`. */
  #byEndpoint = new Map<string, number>();

  constructor(caller: string, namespace: string, service: string) {
    this.caller = caller;
    this.namespace = namespace;
    this.service = service;
  }

  hasWaited(us: number): void {
    this.waited += 1;
    this.#waits.record(us);
  }

  hasShakenHands(us: number): void {
    this.#handshakes.record(us);
  }

  sent(pod: PodRow, epoch: number): void {
    this.requests += 1;
    const key = endpointName(pod, epoch);
    this.#byEndpoint.set(key, (this.#byEndpoint.get(key) ?? 0) + 1);
  }

  usesPorts(range: PortRange): void {
    if (range.taken > this.mostPorts) this.mostPorts = range.taken;
  }

  /** Those of the interval, which ends now. */
  takeTimes(): { readonly waits: Histogram; readonly handshakes: Histogram } {
    const taken = { waits: this.#waits, handshakes: this.#handshakes };
    this.#waits = new Histogram();
    this.#handshakes = new Histogram();
    return taken;
  }

  takeRequests(): ReadonlyMap<string, number> {
    const taken = this.#byEndpoint;
    this.#byEndpoint = new Map();
    return taken;
  }

  takeMostPorts(ports: LocalPorts, nowUs: number): number {
    ports.look(nowUs);
    const most = this.mostPorts;
    this.mostPorts = 0;
    return most;
  }
}

export function endpointName(pod: PodRow, epoch: number): string {
  return `${pod} ${epoch}`;
}
