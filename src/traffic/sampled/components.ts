// Which sources and Services have to do with each other, by who calls whom: a change in one component leaves the others alone.
import { EndpointBit } from '../../model/endpoints.ts';
import type { ClusterState } from '../../model/state.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';
import type { CallSites } from '../call-sites.ts';
import { SERVER, ServerField, type Servers } from '../servers.ts';
import type { ServiceDirectory } from '../services.ts';

/** An endpoint of a Service that has a process. */
export interface ServingPod {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly node: NodeRow;
  readonly behavior: number;
}

/** What a Service leads to now. */
export interface ServiceMembers {
  readonly serving: readonly ServingPod[];
  /** Endpoints behind which nobody listens, or whose process is about to end. */
  readonly lost: number;
  readonly behaviors: readonly number[];
}

export interface Parts {
  readonly state: ClusterState;
  readonly services: ServiceDirectory;
  readonly sites: CallSites;
  readonly servers: Servers;
  readonly firstSite: readonly number[];
  readonly endSite: readonly number[];
  readonly sources: number;
}

/** Sources and Services by number, ascending. */
export interface Group {
  readonly sources: readonly number[];
  readonly services: readonly number[];
}

export class Components {
  readonly #parts: Parts;
  readonly #members: (ServiceMembers | undefined)[] = [];
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The number of the Service with that object, -1 for one that nobody calls. */
  serviceOf(object: ObjectRow): number {
    const { services, state } = this.#parts;
    const meter = services.meterOf(state.objects.namespace[object], state.objects.name[object]);
    return meter < 0 ? -1 : services.meter.indexOf(meter);
  }

  /** Something about the endpoints of a Service, or about their processes, is another now. */
  forget(service: number): void {
    this.#members[service] = undefined;
  }

  /** A machine is gone or back. */
  forgetNode(node: NodeRow): readonly number[] {
    const found: number[] = [];
    for (const [service, members] of this.#members.entries()) {
      if (members?.serving.some((one) => one.node === node) === true || (members?.lost ?? 0) > 0) found.push(service);
    }
    for (const service of found) this.forget(service);
    return found;
  }

  /** As they were when somebody last asked; undefined where something is another now. */
  known(service: number): ServiceMembers | undefined {
    return this.#members[service];
  }

  members(service: number): ServiceMembers {
    const known = this.#members[service];
    if (known !== undefined) return known;
    while (this.#members.length < service) this.#members.push(undefined);
    const found = this.#find(service);
    this.#members[service] = found;
    return found;
  }

  /** Equal while nobody calls anybody else than before. */
  callers(): string {
    const { services } = this.#parts;
    let text = '';
    for (let service = 0; service < services.length; service += 1)
      text += `${this.members(service).behaviors.join(',')};`;
    return text;
  }

  /** All groups, by who calls whom now, and by pods that several Services lead to. */
  groups(): Group[] {
    const { services, sites, firstSite, endSite, sources } = this.#parts;
    const { length } = services;
    const parent = Int32Array.from({ length: length + sources }, (_, i) => i);
    const root = (of: number): number => {
      let at = of;
      while (parent[at] !== at) at = parent[at];
      parent[of] = at;
      return at;
    };
    const join = (one: number, other: number): void => {
      const [low, high] = [root(one), root(other)].toSorted((a, b) => a - b);
      parent[high] = low;
    };
    const serviceAt = (site: number): number => services.meter.indexOf(sites.meter[site]);
    for (let source = 0; source < sources; source += 1) join(serviceAt(source), length + source);
    const holder = new Map<PodRow, number>();
    for (let service = 0; service < length; service += 1) {
      const { serving, behaviors } = this.members(service);
      for (const behavior of behaviors)
        for (let site = firstSite[behavior]; site < endSite[behavior]; site += 1) join(service, serviceAt(site));
      for (const { pod } of serving) {
        const other = holder.get(pod);
        if (other === undefined) holder.set(pod, service);
        else join(service, other);
      }
    }
    const groups = new Map<number, { sources: number[]; services: number[] }>();
    for (let at = 0; at < length + sources; at += 1) {
      const of = root(at);
      const group = groups.get(of) ?? { sources: [], services: [] };
      groups.set(of, group);
      if (at < length) group.services.push(at);
      else group.sources.push(at - length);
    }
    return [...groups.values()];
  }

  #find(service: number): ServiceMembers {
    const { state, servers, services } = this.#parts;
    const object = state.objects.find('Service', services.namespaces[service], services.names[service]);
    if (object < 0) return { serving: [], lost: 0, behaviors: [] };
    const serving: ServingPod[] = [];
    const behaviors = new Set<number>();
    const seen = new Set<PodRow>();
    let lost = 0;
    for (const { pods, epochs, nodes, flags } of state.endpoints.latest(object).slices) {
      for (let i = 0; i < pods.length; i += 1) {
        const pod = pods[i];
        if ((flags[i] & EndpointBit.Ready) === 0 || seen.has(pod)) continue;
        seen.add(pod);
        const up = state.machines.nodeUp[nodes[i]] === 1;
        const runs = servers.runs(pod, epochs[i]) && servers.ints[SERVER * pod + ServerField.Draining] === 0;
        if (!up || !runs || !state.machines.accepts(pod, epochs[i], 0)) {
          lost += 1;
          continue;
        }
        const behavior = servers.ints[SERVER * pod + ServerField.Behavior];
        behaviors.add(behavior);
        serving.push({ pod, epoch: epochs[i], node: nodes[i], behavior });
      }
    }
    return { serving, lost, behaviors: [...behaviors].toSorted((a, b) => a - b) };
  }
}
