// Endpoints of Services: committed versions with their subsets, and one global log of changes that every proxy reads at its own pace.
import { Interner } from './interner.ts';
import { NO_PORT } from './objects/pod-ports.ts';
import type { ServicePort } from './service-ports.ts';

export const EndpointBit = { Ready: 1, Serving: 2, Terminating: 4 } as const;

/** What the EndpointSlice controller writes about a Service: parallel arrays by pod, never changed once committed. */
export interface Endpoints {
  readonly pods: Int32Array;
  readonly epochs: Int32Array;
  readonly nodes: Int32Array;
  readonly classes: Int32Array;
  readonly flags: Uint8Array;
  /** The Service's ports. An endpoint whose pod lacks one of them is none of that port. */
  readonly ports: readonly ServicePort[];
}

/** Which of a Service's endpoints are meant, by whatever is known of them: pod class, node, and so its zone. */
export interface Selection {
  /** Of equal selections it is equal. */
  readonly key: string;
  admits(podClass: number, node: number): boolean;
}

export const EVERY_ENDPOINT: Selection = { key: '', admits: () => true };

/** The endpoints of one port that belong to a selection, as a proxy uses them. */
export interface EndpointSubset {
  readonly version: EndpointVersion;
  /** The same for this Service, port and selection in all versions: by it one keeps what one knows of them. */
  readonly number: number;
  /** Indexes in the version: of the ready endpoints, or if there is none of those that are serving and terminating. */
  readonly members: Int32Array;
  /** By index in the version: the port of the pod, 0 where the Service has no ports. */
  readonly targets: Int32Array;
}

/** The endpoints of one Service at one resource version. */
export class EndpointVersion implements Endpoints {
  /** Number of the entry in the global log that brought this version; -1 for the empty first one. */
  readonly entry: number;
  readonly pods: Int32Array;
  readonly epochs: Int32Array;
  readonly nodes: Int32Array;
  readonly classes: Int32Array;
  readonly flags: Uint8Array;
  readonly ports: readonly ServicePort[];
  readonly #service: number;
  readonly #numbers: Interner<string>;
  /** Those that were asked for, by port and selection: few, so that a list is searched fastest. */
  readonly #ports: number[] = [];
  readonly #selections: Selection[] = [];
  readonly #subsets: EndpointSubset[] = [];

  constructor(entry: number, service: number, endpoints: Endpoints, numbers: Interner<string>) {
    this.entry = entry;
    this.pods = endpoints.pods;
    this.epochs = endpoints.epochs;
    this.nodes = endpoints.nodes;
    this.classes = endpoints.classes;
    this.flags = endpoints.flags;
    this.ports = endpoints.ports;
    this.#service = service;
    this.#numbers = numbers;
  }

  /** Worked out when it is first asked for. `port` is an index of `ports`; for a Service without ports it does not matter. */
  subset(port: number, selection: Selection): EndpointSubset {
    for (let i = 0; i < this.#subsets.length; i += 1) {
      if (this.#ports[i] === port && this.#selections[i] === selection) return this.#subsets[i];
    }
    const made = this.#select(port, selection);
    this.#ports.push(port);
    this.#selections.push(selection);
    this.#subsets.push(made);
    return made;
  }

  #select(port: number, selection: Selection): EndpointSubset {
    const { flags, classes, nodes } = this;
    const servicePort = this.ports.at(port);
    const ready: number[] = [];
    const fallback: number[] = [];
    const targets = new Int32Array(flags.length);
    // Neighbours are mostly of one class.
    let podClass = -1;
    let target = 0;
    for (let i = 0; i < flags.length; i += 1) {
      if (classes[i] !== podClass) {
        podClass = classes[i];
        target = servicePort?.target(podClass) ?? 0;
      }
      targets[i] = target;
      if (target === NO_PORT || !selection.admits(podClass, nodes[i])) continue;
      if ((flags[i] & EndpointBit.Ready) !== 0) ready.push(i);
      else if ((flags[i] & EndpointBit.Serving) !== 0 && (flags[i] & EndpointBit.Terminating) !== 0) fallback.push(i);
    }
    const number = this.#numbers.id(`${this.#service} ${servicePort?.name ?? ''} ${selection.key}`);
    return { version: this, number, members: Int32Array.from(ready.length > 0 ? ready : fallback), targets };
  }
}

const NOTHING: Endpoints = {
  pods: new Int32Array(0),
  epochs: new Int32Array(0),
  nodes: new Int32Array(0),
  classes: new Int32Array(0),
  flags: new Uint8Array(0),
  ports: [],
};

export class EndpointTable {
  /** The global log: when something that proxies must learn was committed, and how many endpoints differed. */
  readonly logTime: number[] = [];
  readonly logChanged: number[] = [];
  readonly #versions = new Map<number, EndpointVersion[]>();
  readonly #numbers = new Interner<string>((key) => key);
  readonly #nothing = new EndpointVersion(-1, -1, NOTHING, this.#numbers);

  get entries(): number {
    return this.logTime.length;
  }

  /** Appends a version of a Service's endpoints. Arrays are kept, not copied. Returns the entry's number. */
  commit(service: number, endpoints: Endpoints, changed: number, nowUs: number): number {
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

  latest(service: number): EndpointVersion {
    return this.#versions.get(service)?.at(-1) ?? this.#nothing;
  }

  /** The Service's endpoints as known to a reader that has applied the log's entries before `cursor`. */
  at(service: number, cursor: number): EndpointVersion {
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
