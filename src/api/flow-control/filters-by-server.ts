// Several API servers: each has its own limits, and a request meets those of the server that it came to.
import type { RequestFilters } from './request-filters.ts';

export class FiltersByServer implements RequestFilters {
  readonly #filters: readonly RequestFilters[];
  readonly #serverOf: (request: number) => number;

  /** By the numbers of the servers. */
  constructor(filters: readonly RequestFilters[], serverOf: (request: number) => number) {
    this.#filters = filters;
    this.#serverOf = serverOf;
  }

  arrive(request: number): void {
    this.#filters[this.#serverOf(request)].arrive(request);
  }

  finished(request: number): void {
    this.#filters[this.#serverOf(request)].finished(request);
  }
}
