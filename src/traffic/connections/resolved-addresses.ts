// The addresses of a headless Service that a client goes by which looks its name up anew only when it has lost a connection.
import { type EndpointSubset, someEndpoints } from '../../model/endpoints.ts';

/** Between two lookups, at least. Source: gRPC, `dns_min_time_between_resolutions_ms` of C core, `MinResolutionInterval` of Go. */
const LOOKUP_INTERVAL_US = 30e6;

export class ResolvedAddresses {
  /** Those of the last lookup, by pod and epoch, and when that was. */
  #found: ReadonlySet<string> | undefined;
  #atUs = -Infinity;
  #isAsking = true;
  /** What there was at the last request, and what of it had been found. */
  #all: EndpointSubset | undefined;
  #known: EndpointSubset | undefined;

  /** A connection was ended by its server, or broke: the name is looked up again, as soon as it may be. */
  lost(): void {
    this.#isAsking = true;
  }

  /** Of the addresses that DNS has now, those that the client knows. One that is gone since leads nowhere. */
  of(all: EndpointSubset, nowUs: number): EndpointSubset {
    if (this.#isAsking && nowUs - this.#atUs >= LOOKUP_INTERVAL_US && all.pods.length > 0) {
      this.#isAsking = false;
      this.#atUs = nowUs;
      this.#found = new Set(Array.from(all.pods, (pod, at) => `${pod} ${all.epochs[at]}`));
      this.#all = undefined;
    }
    if (this.#all?.pods !== all.pods) {
      this.#all = all;
      this.#known = this.#knownOf(all);
    }
    return this.#known ?? all;
  }

  #knownOf(all: EndpointSubset): EndpointSubset {
    const found = this.#found;
    if (found === undefined) return all;
    const indexes = [...all.pods.keys()].filter((at) => found.has(`${all.pods[at]} ${all.epochs[at]}`));
    // Nobody to talk to is a reason to ask, too.
    if (indexes.length === 0) this.#isAsking = true;
    return indexes.length === all.pods.length ? all : someEndpoints(all, indexes);
  }
}
