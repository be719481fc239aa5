// Who calls whom by kept connections: a group for each process that calls a destination, found by call site, pod and container, or client outside.
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { CallerConnections, ConnectionsSpec } from '../../model/settings/connections.ts';
import type { MeshProxy } from '../mesh/mesh.ts';
import type { CallSites } from '../call-sites.ts';
import { EdgeCounts } from './counts.ts';
import { Group } from './group.ts';

const NONE = -1;
/** Serving containers of a pod, at most. */
const CONTAINERS = 64;

/** What a site has in common with others to the same destination and with the same settings. */
export interface Shared {
  readonly profile: CallerConnections;
  readonly edge: EdgeCounts;
  /** By process: pod and container; by client outside. */
  readonly groups: Map<number, Group>;
}

export class Groups {
  readonly edges: EdgeCounts[] = [];
  readonly #sites: CallSites;
  readonly #usual: CallerConnections | undefined;
  /** Sites whose calls open no connections: queries by UDP. */
  readonly #without: number;
  /** By settings of proxies of a mesh, then by site. */
  readonly #meshed = new Map<CallerConnections, Shared[]>();
  /** By site; null where a request opens a connection that costs nothing. */
  readonly #bySite: (Shared | null | undefined)[] = [];
  readonly #shared = new Map<string, Shared>();
  readonly #edges = new Map<string, EdgeCounts>();
  /** By pod and container. */
  readonly #ofProcess = new Map<number, { readonly key: number; readonly shared: Shared }[]>();

  constructor(sites: CallSites, { callers }: ConnectionsSpec, without: number) {
    this.#sites = sites;
    this.#usual = callers;
    this.#without = without;
  }

  /** Undefined where callers keep none. */
  at(site: number): Shared | undefined {
    const known = this.#bySite.at(site);
    if (known !== undefined) return known ?? undefined;
    const made = this.#make(site);
    while (this.#bySite.length <= site) this.#bySite.push(undefined);
    this.#bySite[site] = made ?? null;
    return made;
  }

  /** Of a process in a pod. */
  ofPod(site: number, shared: Shared, pod: PodRow, container: number, node: NodeRow, proxy?: MeshProxy): Group {
    const key = CONTAINERS * pod + container;
    let group = shared.groups.get(key);
    if (group === undefined) {
      group = new Group(this.#sites.destination[site], shared.profile, shared.edge, pod, container, node, proxy);
      shared.groups.set(key, group);
      const its = this.#ofProcess.get(key) ?? [];
      this.#ofProcess.set(key, its);
      its.push({ key, shared });
    }
    return group;
  }

  /** Of the proxy of a mesh that has what a pod sends. */
  ofProxy(site: number, proxy: MeshProxy, node: NodeRow): Group {
    const { connections, place } = proxy.spec;
    const bySite = this.#meshed.get(connections) ?? [];
    this.#meshed.set(connections, bySite);
    // A proxy of a node knows no requests: it opens a connection for each of the application's, where that keeps them.
    const own = place === 'node' ? (this.#sites.connections[site] ?? this.#usual) : undefined;
    const { tls, resumes } = connections;
    bySite[site] ??= this.#shareOf(site, own === undefined ? connections : { ...own, tls, resumes });
    return this.ofPod(site, bySite[site], proxy.pod, proxy.number, node, proxy);
  }

  /** Of a client outside. */
  ofClient(site: number, shared: Shared, client: number): Group {
    let group = shared.groups.get(client);
    if (group === undefined) {
      group = new Group(this.#sites.destination[site], shared.profile, shared.edge, NONE, 0, NONE);
      shared.groups.set(client, group);
    }
    return group;
  }

  /** A process has ended: what it had is forgotten, and given back. */
  takeOf(pod: PodRow, container: number): Group[] {
    const process = CONTAINERS * pod + container;
    const its = this.#ofProcess.get(process) ?? [];
    this.#ofProcess.delete(process);
    return its.flatMap(({ key, shared }) => {
      const group = shared.groups.get(key);
      shared.groups.delete(key);
      return group ?? [];
    });
  }

  #make(site: number): Shared | undefined {
    const profile = this.#sites.connections[site] ?? this.#usual;
    return profile === undefined || site === this.#without ? undefined : this.#shareOf(site, profile);
  }

  #shareOf(site: number, profile: CallerConnections): Shared {
    const caller = this.#sites.callers[site];
    const key = `${caller} ${this.#sites.destination[site]} ${JSON.stringify(profile)}`;
    let shared = this.#shared.get(key);
    if (shared === undefined) {
      const { namespace, name } = this.#sites.target[site];
      shared = { profile, edge: this.#edge(caller, namespace, name), groups: new Map() };
      this.#shared.set(key, shared);
    }
    return shared;
  }

  #edge(caller: string, namespace: string, service: string): EdgeCounts {
    const key = `${caller} ${namespace}/${service}`;
    let edge = this.#edges.get(key);
    if (edge === undefined) {
      edge = new EdgeCounts(caller, namespace, service);
      this.#edges.set(key, edge);
      this.edges.push(edge);
    }
    return edge;
  }
}
