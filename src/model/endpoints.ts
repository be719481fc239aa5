// The endpoints of a Service at one resource version, and the subsets of them that somebody asks for.
import type { Interner } from './interner.ts';
import { NO_PORT } from './objects/pod-ports.ts';
import type { ServicePort } from './service-ports.ts';
import { type ClassRow, type NodeRow, type ObjectRow, type PodRow, type RowColumn, rowColumn } from './rows.ts';

export const EndpointBit = { Ready: 1, Serving: 2, Terminating: 4 } as const;

/** What the EndpointSlice controller writes about a Service: parallel arrays by pod, never changed once committed. */
export interface Endpoints {
  readonly pods: RowColumn<PodRow>;
  readonly epochs: Int32Array;
  readonly nodes: RowColumn<NodeRow>;
  readonly classes: RowColumn<ClassRow>;
  readonly flags: Uint8Array;
  /** The Service's ports. An endpoint whose pod lacks one of them is none of that port. */
  readonly ports: readonly ServicePort[];
}

export const NO_ENDPOINTS: Endpoints = {
  pods: rowColumn<PodRow>(),
  epochs: new Int32Array(0),
  nodes: rowColumn<NodeRow>(),
  classes: rowColumn<ClassRow>(),
  flags: new Uint8Array(0),
  ports: [],
};

/** Which of a Service's endpoints are meant, by whatever is known of them: pod class, node, and so its zone. */
export interface Selection {
  /** Of equal selections it is equal. */
  readonly key: string;
  admits(podClass: ClassRow, node: NodeRow): boolean;
}

export const EVERY_ENDPOINT: Selection = { key: '', admits: () => true };

/** The endpoints of one port that belong to a selection, as a proxy uses them. */
export interface EndpointSubset {
  readonly version: EndpointVersion;
  /** The same for this Service, port and selection in all versions: by it one keeps what one knows of them. */
  readonly number: number;
  /** Indexes in the version: of the ready endpoints, or if there is none of those that are serving and terminating. */
  readonly members: Int32Array;
  /** The port of their pods, 0 where the Service has no ports; `NO_PORT` where pods have different ones. */
  readonly target: number;
  /** By index in the version, where pods have different ones: the port of the pod. */
  readonly targets: Int32Array | undefined;
}

/** The endpoints of one Service at one resource version. */
export class EndpointVersion implements Endpoints {
  /** Number of the entry in the global log that brought this version; -1 for the empty first one. */
  readonly entry: number;
  readonly pods: RowColumn<PodRow>;
  readonly epochs: Int32Array;
  readonly nodes: RowColumn<NodeRow>;
  readonly classes: RowColumn<ClassRow>;
  readonly flags: Uint8Array;
  readonly ports: readonly ServicePort[];
  readonly #service: ObjectRow;
  readonly #numbers: Interner<string>;
  /** Those that were asked for, by port and selection: few, so that a list is searched fastest. */
  readonly #ports: number[] = [];
  readonly #selections: Selection[] = [];
  readonly #subsets: EndpointSubset[] = [];

  constructor(entry: number, service: ObjectRow, endpoints: Endpoints, numbers: Interner<string>) {
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
    // Neighbours are mostly of one class.
    let podClass: ClassRow = -1;
    let target = 0;
    for (let i = 0; i < flags.length; i += 1) {
      if (classes[i] !== podClass) {
        podClass = classes[i];
        target = servicePort?.target(podClass) ?? 0;
      }
      if (target === NO_PORT || !selection.admits(podClass, nodes[i])) continue;
      if ((flags[i] & EndpointBit.Ready) !== 0) ready.push(i);
      else if ((flags[i] & EndpointBit.Serving) !== 0 && (flags[i] & EndpointBit.Terminating) !== 0) fallback.push(i);
    }
    const members = Int32Array.from(ready.length > 0 ? ready : fallback);
    const number = this.#numbers.id(`${this.#service} ${servicePort?.name ?? ''} ${selection.key}`);
    return { version: this, number, members, ...this.#targets(members, servicePort) };
  }

  #targets(members: Int32Array, port: ServicePort | undefined): Pick<EndpointSubset, 'target' | 'targets'> {
    const { classes } = this;
    if (port === undefined || members.length === 0) return { target: 0, targets: undefined };
    const target = port.target(classes[members[0]]);
    if (members.every((i) => classes[i] === classes[members[0]] || port.target(classes[i]) === target)) {
      return { target, targets: undefined };
    }
    return { target: NO_PORT, targets: classes.map((podClass) => port.target(podClass as ClassRow)) };
  }
}
