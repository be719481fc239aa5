// Endpoints of Services: committed slices, and one global log of changes that every proxy reads at its own pace.
import type { EndpointSlice } from './endpoints.ts';
import type { ObjectRow } from './rows.ts';
import type { ServiceRules } from './service-rules.ts';

/** The slices of a Service, in the order of their creation, as the entry of the log left them. */
export interface EndpointVersion {
  /** -1 for the first one, without slices. */
  readonly entry: number;
  readonly slices: readonly EndpointSlice[];
}

/** What the API server keeps of a slice besides its content. */
interface SliceMeta {
  readonly service: ObjectRow;
  readonly createdUs: number;
  version: number;
  generation: number;
  /** Undefined once it is deleted. */
  content: EndpointSlice | undefined;
}

interface RulesVersion {
  readonly entry: number;
  /** Undefined: there is no such Service any more. */
  readonly rules: ServiceRules | undefined;
}

const NOTHING: EndpointVersion = { entry: -1, slices: [] };

export class EndpointTable {
  /** The global log: when something that proxies must learn was committed, and how many endpoints differed. */
  readonly logTime: number[] = [];
  readonly logChanged: number[] = [];
  /** By id of a slice, those that are deleted too. */
  readonly slices: SliceMeta[] = [];
  /** Called at each change of the endpoints or the rules of a Service. */
  readonly listeners: ((service: ObjectRow) => void)[] = [];
  readonly #versions = new Map<ObjectRow, EndpointVersion[]>();
  readonly #rules = new Map<ObjectRow, RulesVersion[]>();

  /** How many Services have or had endpoints. */
  get services(): number {
    return this.#versions.size;
  }

  get entries(): number {
    return this.logTime.length;
  }

  /** The id of a new slice, which is committed next. */
  newSlice(service: ObjectRow, nowUs: number): number {
    return this.slices.push({ service, createdUs: nowUs, version: 0, generation: 0, content: undefined }) - 1;
  }

  /** A slice is created, or its next version replaces it; `changed` endpoints differ. Arrays are kept, not copied. Returns the entry's number. */
  commit(service: ObjectRow, slice: EndpointSlice, changed: number, nowUs: number, version = 0): number {
    const { slices } = this.latest(service);
    const at = slices.findIndex(({ id }) => id === slice.id);
    const meta = this.slices.at(slice.id);
    if (meta !== undefined) {
      meta.version = version;
      meta.generation += 1;
      meta.content = slice;
    }
    return this.#append(service, at < 0 ? [...slices, slice] : slices.with(at, slice), changed, nowUs);
  }

  /** A slice is deleted. Returns the entry's number. */
  remove(service: ObjectRow, id: number, changed: number, nowUs: number): number {
    const meta = this.slices.at(id);
    if (meta !== undefined) meta.content = undefined;
    const slices = this.latest(service).slices.filter((slice) => slice.id !== id);
    return this.#append(service, slices, changed, nowUs);
  }

  /** Appends an entry for something else that proxies learn in the same way. Returns its number. */
  log(changed: number, nowUs: number): number {
    this.logTime.push(nowUs);
    return this.logChanged.push(changed) - 1;
  }

  /**
   * What proxies must know of a Service, or that it is gone. The first rules are known with its first endpoints; others are an entry of
   * the log.
   */
  setRules(service: ObjectRow, rules: ServiceRules | undefined, nowUs: number): void {
    const known = this.#rules.get(service);
    if (known === undefined) this.#rules.set(service, [{ entry: -1, rules }]);
    else known.push({ entry: this.log(0, nowUs), rules });
    for (const hear of this.listeners) hear(service);
  }

  latestRules(service: ObjectRow): ServiceRules | undefined {
    return this.#rules.get(service)?.at(-1)?.rules;
  }

  /** The rules as known to a reader that has applied the log's entries before `cursor`. */
  rulesAt(service: ObjectRow, cursor: number): ServiceRules | undefined {
    const known = this.#rules.get(service);
    if (known === undefined) return undefined;
    for (let i = known.length - 1; i > 0; i -= 1) if (known[i].entry < cursor) return known[i].rules;
    return known[0].rules;
  }

  latest(service: ObjectRow): EndpointVersion {
    return this.#versions.get(service)?.at(-1) ?? NOTHING;
  }

  /** The Service's endpoints as known to a reader that has applied the log's entries before `cursor`. */
  at(service: ObjectRow, cursor: number): EndpointVersion {
    const versions = this.#versions.get(service);
    if (versions === undefined) return NOTHING;
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

  #append(service: ObjectRow, slices: readonly EndpointSlice[], changed: number, nowUs: number): number {
    const entry = this.log(changed, nowUs);
    const versions = this.#versions.get(service);
    const version = { entry, slices };
    if (versions === undefined) this.#versions.set(service, [NOTHING, version]);
    else versions.push(version);
    for (const hear of this.listeners) hear(service);
    return entry;
  }
}
