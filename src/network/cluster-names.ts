// Hot dialect: what names lead to, as far as cluster DNS knows: those of Services, and those of single pods behind them.
import type { Engine } from '../engine/engine.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import type { EndpointSubset } from '../model/endpoints.ts';
import { dnsHostname } from '../model/pod-dns-name.ts';
import type { NameKind } from '../model/ports/routes.ts';
import type { ClassRow, NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { DnsView } from './dns-view.ts';
import type { RouteTable } from './routes/route-table.ts';

/** A process to which a name leads straight. Without a port it listens on every one. */
export interface Place {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly node: NodeRow;
  readonly port?: number;
  readonly podClass?: ClassRow;
}

/** Where in a list of addresses a pod is; -1 where it is not. */
interface Found {
  readonly among: EndpointSubset;
  readonly index: number;
}

export class ClusterNames {
  readonly #state: ClusterState;
  readonly #routes: RouteTable;
  readonly #dns: DnsView;
  /** By destination, of those that name a pod. */
  readonly #found = new Map<number, Found>();

  constructor(engine: Engine, state: ClusterState, routes: RouteTable, watchDelivery: DistributionSpec) {
    this.#state = state;
    this.#routes = routes;
    this.#dns = new DnsView(engine, state.endpoints, watchDelivery);
  }

  /** How many entries of the log DNS has seen. */
  cursor(): number {
    return this.#dns.cursor();
  }

  kindOf(destination: number): NameKind {
    const { destinations } = this.#routes;
    if (destinations.pod(destination) === '') return this.#dns.kindOf(destinations.service(destination));
    return this.address(destination) === undefined ? 'none' : 'cluster';
  }

  /** Of the pod that the destination names; undefined where DNS has none, as while it is not ready. */
  address(destination: number): Place | undefined {
    const { destinations } = this.#routes;
    const addresses = this.#routes.addresses(destination, this.#dns.cursor());
    if (addresses === undefined) return undefined;
    let found = this.#found.get(destination);
    if (found?.among !== addresses.ready) {
      found = {
        among: addresses.ready,
        index: this.#indexOf(destinations.pod(destination), destination, addresses.ready),
      };
      this.#found.set(destination, found);
    }
    const { among, index } = found;
    if (index < 0) return undefined;
    const { pods, epochs, classes, nodes, ports } = among;
    const port = addresses.port === 0 ? ports[index] : addresses.port;
    return { pod: pods[index], epoch: epochs[index], podClass: classes[index], node: nodes[index], port };
  }

  #indexOf(hostname: string, destination: number, { pods, epochs, classes }: EndpointSubset): number {
    const { objects } = this.#state;
    const service = objects.name[this.#routes.destinations.service(destination)];
    return pods.findIndex(
      (pod, at) =>
        this.#state.pods.epoch[pod] === epochs[at] &&
        dnsHostname(this.#state, pod as PodRow, classes[at], service) === hostname,
    );
  }
}
