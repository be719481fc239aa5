// Endpoints of Services: committed versions, and one global log of changes that every proxy reads at its own pace.
import { type Endpoints, EndpointVersion, NO_ENDPOINTS } from './endpoints.ts';
import { Interner } from './interner.ts';
import type { ObjectRow } from './rows.ts';

export class EndpointTable {
  /** The global log: when something that proxies must learn was committed, and how many endpoints differed. */
  readonly logTime: number[] = [];
  readonly logChanged: number[] = [];
  readonly #versions = new Map<ObjectRow, EndpointVersion[]>();
  readonly #numbers = new Interner<string>((key) => key);
  readonly #nothing = new EndpointVersion(-1, -1, NO_ENDPOINTS, this.#numbers);

  get entries(): number {
    return this.logTime.length;
  }

  /** Appends a version of a Service's endpoints. Arrays are kept, not copied. Returns the entry's number. */
  commit(service: ObjectRow, endpoints: Endpoints, changed: number, nowUs: number): number {
    const entry = this.log(changed, nowUs);
    let versions = this.#versions.get(service);
    if (versions === undefined) {
      versions = [this.#nothing];
      this.#versions.set(service, versions);
    }
    versions.push(new EndpointVersion(entry, service, endpoints, this.#numbers));
    return entry;
  }

  /** Appends an entry for something else that proxies learn in the same way. Returns its number. */
  log(changed: number, nowUs: number): number {
    this.logTime.push(nowUs);
    return this.logChanged.push(changed) - 1;
  }

  latest(service: ObjectRow): EndpointVersion {
    return this.#versions.get(service)?.at(-1) ?? this.#nothing;
  }

  /** The Service's endpoints as known to a reader that has applied the log's entries before `cursor`. */
  at(service: ObjectRow, cursor: number): EndpointVersion {
    const versions = this.#versions.get(service);
    if (versions === undefined) return this.#nothing;
    for (let i = versions.length - 1; i > 0; i -= 1) {
      if (versions[i].entry < cursor) return versions[i];
    }
    return versions[0];
  }

  /** Drops the versions that a reader at or past `cursor` cannot ask for. */
  cut(cursor: number): void {
    for (const [service, versions] of this.#versions) {
      let keep = versions.length - 1;
      while (keep > 0 && versions[keep].entry >= cursor) keep -= 1;
      if (keep > 0) this.#versions.set(service, versions.slice(keep));
    }
  }
}
