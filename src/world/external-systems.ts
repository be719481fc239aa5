// Systems outside the cluster: each is a process on a machine of its own, with rows that nobody in the cluster sees.
import { assert } from '../lib/assert.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import { parseIpv4 } from '../model/ipv4.ts';
import type { ExternalPlace, ExternalSystems as Systems } from '../model/ports/routes.ts';
import type { Processes } from '../model/ports/processes.ts';
import type { ExternalSystem } from '../model/settings/external.ts';
import type { BehaviorSpec } from '../model/settings/traffic.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

/** No image of a pod is called so: a reference cannot begin with a colon. */
const PREFIX = ':external/';
const imageOf = (host: string): string => `${PREFIX}${host}`;

/** The host of a system outside by the name of its machine; undefined for a node of the cluster. */
export function hostOfMachine(name: string): string | undefined {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;
}

/** 203.0.113.1: of the range for documentation (RFC 5737). */
const FIRST_ADDRESS = parseIpv4('203.0.113.1');

interface Held {
  readonly place: ExternalPlace;
  /** How many faults hold it down. */
  holders: number;
}

export class ExternalSystems implements Systems {
  /** By interned zone, in which nothing else is: the latency between it and any node. */
  readonly latencies = new Map<number, DistributionSpec>();
  readonly behaviors: readonly BehaviorSpec[];
  readonly #state: ClusterState;
  readonly #held = new Map<string, Held>();
  readonly #addresses = new Map<PodRow, number>();
  #processes: Processes | undefined;

  constructor(state: ClusterState, systems: readonly ExternalSystem[]) {
    this.#state = state;
    // What it does costs no CPU of the cluster.
    this.behaviors = systems.map(({ host, requests }) => ({
      image: imageOf(host),
      requests: { ...requests, cpuUs: 0 },
      calls: [],
      policies: [],
    }));
    for (const [index, { host, latency, address }] of systems.entries()) {
      this.#add(host, latency, address === undefined ? FIRST_ADDRESS + index : parseIpv4(address));
    }
  }

  get hosts(): readonly string[] {
    return [...this.#held.keys()];
  }

  /** Undefined for a name that leads nowhere. */
  find(host: string): ExternalPlace | undefined {
    return this.#held.get(host)?.place;
  }

  /** Whether that row is the machine of one of them. */
  isMachine(node: NodeRow): boolean {
    return this.latencies.has(this.#state.nodes.zone[node]);
  }

  addressOf(pod: PodRow): number {
    return this.#addresses.get(pod) ?? -1;
  }

  /** They listen from now on. */
  start(processes: Processes): void {
    this.#processes = processes;
    for (const { place } of this.#held.values()) this.#listen(place);
  }

  takeDown(host: string, refuses: boolean): void {
    const held = this.#held.get(host);
    assert(held !== undefined, () => `there is no external system ${host}`);
    const { place } = held;
    const { machines } = this.#state;
    held.holders += 1;
    if (!refuses) machines.nodeUp[place.node] = 0;
    machines.listening[place.pod] = 0;
    this.#processes?.killed(place.pod, place.epoch, 0);
  }

  bringBack(host: string): void {
    const held = this.#held.get(host);
    assert(held !== undefined, () => `there is no external system ${host}`);
    held.holders -= 1;
    if (held.holders > 0) return;
    this.#state.machines.nodeUp[held.place.node] = 1;
    this.#listen(held.place);
  }

  #add(host: string, latency: DistributionSpec, address: number): void {
    const { pods, nodes, machines, zones, classes } = this.#state;
    const node = this.#state.nodeRow(imageOf(host));
    nodes.zone[node] = zones.id(imageOf(host));
    machines.nodeUp[node] = 1;
    this.latencies.set(nodes.zone[node], latency);
    const pod = this.#state.allocatePod();
    // A row that is no living pod's, and is never given back.
    pods.remove(pod);
    const template = { spec: { containers: [{ name: 'external', image: imageOf(host) }] } };
    pods.podClass[pod] = classes.intern('', template).id;
    pods.node[pod] = node;
    this.#addresses.set(pod, address);
    this.#held.set(host, { place: { pod, epoch: pods.epoch[pod], node }, holders: 0 });
  }

  #listen({ pod, epoch }: ExternalPlace): void {
    this.#state.machines.listen(pod, epoch, undefined);
    const { pods, classes } = this.#state;
    this.#processes?.started(pod, epoch, 0, classes.get(pods.podClass[pod]));
  }
}
