// Endpoints of Services: committed versions, and one global log of changes that every kube-proxy reads at its own pace.

export const EndpointBit = { Ready: 1, Serving: 2, Terminating: 4 } as const;

/** The endpoints of one Service at one resource version; parallel arrays, never changed once committed. */
export interface EndpointVersion {
  /** Number of the entry in the global log that brought this version; -1 for the empty first one. */
  readonly entry: number;
  readonly pods: Int32Array;
  readonly epochs: Int32Array;
  readonly nodes: Int32Array;
  readonly flags: Uint8Array;
  /** Indexes of those that kube-proxy uses: the ready ones, or if there is none the serving and terminating ones. */
  readonly usable: Int32Array;
}

const NOTHING: EndpointVersion = {
  entry: -1,
  pods: new Int32Array(0),
  epochs: new Int32Array(0),
  nodes: new Int32Array(0),
  flags: new Uint8Array(0),
  usable: new Int32Array(0),
};

export class EndpointTable {
  /** The global log: which Service (object row) changed, when it was committed, and how many endpoints differed. */
  readonly logService: number[] = [];
  readonly logTime: number[] = [];
  readonly logChanged: number[] = [];
  readonly #versions = new Map<number, EndpointVersion[]>();

  get entries(): number {
    return this.logService.length;
  }

  /** Appends a version of a Service's endpoints. Arrays are kept, not copied. Returns the entry's number. */
  commit(
    service: number,
    endpoints: Pick<EndpointVersion, 'pods' | 'epochs' | 'nodes' | 'flags'>,
    changed: number,
    nowUs: number,
  ): number {
    const entry = this.logService.length;
    this.logService.push(service);
    this.logTime.push(nowUs);
    this.logChanged.push(changed);
    let versions = this.#versions.get(service);
    if (versions === undefined) {
      versions = [NOTHING];
      this.#versions.set(service, versions);
    }
    versions.push({ entry, ...endpoints, usable: usableOf(endpoints.flags) });
    return entry;
  }

  latest(service: number): EndpointVersion {
    return this.#versions.get(service)?.at(-1) ?? NOTHING;
  }

  /** The Service's endpoints as known to a reader that has applied the log's entries before `cursor`. */
  at(service: number, cursor: number): EndpointVersion {
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
}

function usableOf(flags: Uint8Array): Int32Array {
  const ready: number[] = [];
  const fallback: number[] = [];
  for (let i = 0; i < flags.length; i += 1) {
    if ((flags[i] & EndpointBit.Ready) !== 0) ready.push(i);
    else if ((flags[i] & EndpointBit.Serving) !== 0 && (flags[i] & EndpointBit.Terminating) !== 0) fallback.push(i);
  }
  return Int32Array.from(ready.length > 0 ? ready : fallback);
}
