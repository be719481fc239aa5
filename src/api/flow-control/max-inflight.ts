// The limits of requests in flight without priority and fairness: reads and writes apart, and 429 beyond them.
import { Verb } from '../requests/arena.ts';
import type { ApiServer } from '../server.ts';
import { ClientRetries } from './client-retries.ts';
import type { RequestFilters } from './request-filters.ts';
import { requestUser } from './request-user.ts';
import { MASTERS } from './users.ts';

/** What such an answer says in Retry-After. */
const RETRY_AFTER_SECONDS = 1;

/** 0 is no limit. */
export interface InflightLimits {
  readonly maxRequestsInflight: number;
  readonly maxMutatingInflight: number;
}

export class MaxInflight implements RequestFilters {
  readonly #api: ApiServer;
  readonly #limits: InflightLimits;
  readonly #retries: ClientRetries;
  readonly #serve: (request: number) => void;
  #reading = 0;
  #mutating = 0;
  /** Requests beyond a limit that were served all the same, for whose they are. */
  readonly #privileged = new Set<number>();

  constructor(
    api: ApiServer,
    limits: InflightLimits,
    serve: (request: number) => void,
    retries = new ClientRetries(api),
  ) {
    this.#serve = serve;
    this.#api = api;
    this.#limits = limits;
    this.#retries = retries;
  }

  arrive(request: number): void {
    const reads = this.#reads(request);
    const limit = reads ? this.#limits.maxRequestsInflight : this.#limits.maxMutatingInflight;
    if (limit > 0 && (reads ? this.#reading : this.#mutating) >= limit) {
      if (!requestUser(this.#api, request).groups.includes(MASTERS)) {
        this.#retries.refused(request, RETRY_AFTER_SECONDS);
        return;
      }
      this.#privileged.add(request);
    } else if (reads) this.#reading += 1;
    else this.#mutating += 1;
    this.#serve(request);
  }

  finished(request: number): void {
    this.#retries.answered(request);
    if (this.#privileged.delete(request)) return;
    if (this.#reads(request)) this.#reading -= 1;
    else this.#mutating -= 1;
  }

  #reads(request: number): boolean {
    return this.#api.requests.verb[request] === Verb.Read;
  }
}
