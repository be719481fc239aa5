// The endpoints of one port of a Service in one version, and the parts of them that the proxies of different nodes use.
import { EndpointBit, type EndpointSlice, type EndpointSubset, type Selection } from '../../model/endpoints.ts';
import type { ClassRow, NodeRow, PodRow, RowColumn } from '../../model/rows.ts';
import {
  clusterEndpoints,
  hasUsableEndpoints,
  Hint,
  localEndpoints,
  localReady,
  type SeenEndpoints,
} from './categories.ts';

/** No port of that name. */
const MISSING = -1;

/** Whoever is asked for the part of a node or zone works it out once. */
export class PortEndpoints implements SeenEndpoints {
  readonly count: number;
  /** Whether what a proxy may use depends on where it is, for the traffic policy Cluster. */
  readonly hinted: boolean;
  readonly #slices: readonly EndpointSlice[];
  readonly #slice: number[] = [];
  readonly #at: number[] = [];
  /** By slice: the pods' port. */
  readonly #ports: number[] = [];
  readonly #numbers: { readonly cluster: number; readonly local: number };
  readonly #byNode: boolean;
  #node: NodeRow = -1;
  #zone = -1;
  #everywhere: EndpointSubset | undefined;
  readonly #near = new Map<number, EndpointSubset>();
  readonly #local = new Map<NodeRow, EndpointSubset>();
  #ready: EndpointSubset | undefined;
  #usable: boolean | undefined;

  /** Without a port, every endpoint is one, with port 0. */
  constructor(
    slices: readonly EndpointSlice[],
    port: string | undefined,
    selection: Selection,
    numbers: { readonly cluster: number; readonly local: number },
  ) {
    this.#slices = slices;
    this.#numbers = numbers;
    for (const [index, { ports, classes, nodes }] of slices.entries()) {
      const number = port === undefined ? 0 : (ports.find(({ name }) => name === port)?.number ?? MISSING);
      this.#ports.push(number);
      if (number === MISSING) continue;
      for (let i = 0; i < classes.length; i += 1) {
        if (!selection.admits(classes[i], nodes[i])) continue;
        this.#slice.push(index);
        this.#at.push(i);
      }
    }
    this.count = this.#at.length;
    this.#byNode = slices.some(({ nodeHints }) => nodeHints !== undefined);
    this.hinted = this.#byNode || slices.some(({ zoneHints }) => zoneHints !== undefined);
  }

  /** Those for the traffic policy Cluster, as seen from a node (-1: from nowhere in particular) in a zone. */
  cluster(node: NodeRow, zone: number): EndpointSubset {
    if (!this.hinted) return (this.#everywhere ??= this.#subset(clusterEndpoints(this), this.#numbers.cluster));
    const place = this.#byNode ? node : zone;
    let subset = this.#near.get(place);
    if (subset === undefined) {
      this.#look(node, zone);
      subset = this.#subset(clusterEndpoints(this), this.#numbers.cluster);
      this.#near.set(place, subset);
    }
    return subset;
  }

  /** Those for the traffic policy Local. */
  local(node: NodeRow): EndpointSubset {
    let subset = this.#local.get(node);
    if (subset === undefined) {
      this.#look(node, -1);
      subset = this.#subset(localEndpoints(this), this.#numbers.local);
      this.#local.set(node, subset);
    }
    return subset;
  }

  /** The ready ones, as DNS answers with them for a headless Service; `port` is where the client connects, 0: to the ports of the slices. */
  addresses(port: number): EndpointSubset {
    const ready = (this.#ready ??= this.#subset(
      Array.from({ length: this.count }, (_, i) => i).filter((i) => (this.flags(i) & EndpointBit.Ready) !== 0),
      this.#numbers.cluster,
    ));
    return port === 0 ? ready : { ...ready, ports: new Int32Array(ready.ports.length).fill(port) };
  }

  /** Whether there is one anywhere. */
  get usable(): boolean {
    return (this.#usable ??= hasUsableEndpoints(this));
  }

  localReady(node: NodeRow): number {
    this.#look(node, -1);
    return localReady(this);
  }

  // As the node that is looked from sees them.

  flags(i: number): number {
    return this.#slices[this.#slice[i]].flags[this.#at[i]];
  }

  isLocal(i: number): boolean {
    return this.#slices[this.#slice[i]].nodes[this.#at[i]] === this.#node;
  }

  nodeHint(i: number): Hint {
    const hint = this.#slices[this.#slice[i]].nodeHints?.[this.#at[i]] ?? -1;
    return hint < 0 ? Hint.None : hint === this.#node ? Hint.Here : Hint.Elsewhere;
  }

  zoneHint(i: number): Hint {
    const hint = this.#slices[this.#slice[i]].zoneHints?.[this.#at[i]] ?? -1;
    return hint < 0 ? Hint.None : hint === this.#zone ? Hint.Here : Hint.Elsewhere;
  }

  #look(node: NodeRow, zone: number): void {
    this.#node = node;
    this.#zone = zone;
  }

  #subset(members: readonly number[], number: number): EndpointSubset {
    const column = (of: (slice: EndpointSlice) => ArrayLike<number>): Int32Array =>
      Int32Array.from(members, (i) => of(this.#slices[this.#slice[i]])[this.#at[i]]);
    return {
      number,
      pods: column(({ pods }) => pods) as RowColumn<PodRow>,
      epochs: column(({ epochs }) => epochs),
      nodes: column(({ nodes }) => nodes) as RowColumn<NodeRow>,
      classes: column(({ classes }) => classes) as RowColumn<ClassRow>,
      ports: Int32Array.from(members, (i) => this.#ports[this.#slice[i]]),
    };
  }
}
