// Which connections NetworkPolicies let through: of the caller at its node, of the pod that is called at that pod's.
import type { Engine } from '../../engine/engine.ts';
import { clientAddress } from '../../model/clients.ts';
import { podAddress } from '../../model/complete-objects/pod-object.ts';
import { portOf } from '../../model/objects/pod-ports.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type {
  Asked,
  NetworkPolicing,
  PolicyOfPods,
  PolicyPeer,
  PolicyRule,
} from '../../model/ports/network-policies.ts';
import { Connect, type ExternalSystems, type Reached } from '../../model/ports/routes.ts';
import type { ClassRow, NodeRow, PodRow } from '../../model/rows.ts';
import type { ForbiddenName } from '../../model/settings/network.ts';
import type { ClusterState } from '../../model/state.ts';
import type { KubeProxies } from '../kube-proxy.ts';
import type { RouteTable } from '../routes/route-table.ts';

/** No pod of the cluster. */
const OUTSIDE = -1 as PodRow;

type Type = 'ingress' | 'egress';

/** Policies from an entry of the log of endpoints on: agents hear of them as proxies do of endpoints. */
interface Version {
  readonly entry: number;
  readonly policies: readonly PolicyOfPods[];
  /** Of the policies that select pods of a class, all rules of a type; undefined where none does: such pods are open. */
  readonly rules: Record<Type, Map<PodClass, readonly PolicyRule[] | undefined>>;
}

/** The classes of a pod, from entries of that log on. */
interface Relabelled {
  readonly epoch: number;
  readonly first: ClassRow;
  readonly changes: { readonly entry: number; readonly podClass: ClassRow }[];
}

/** A connection that is opened: see `Routes.admits`. */
export interface Opened {
  readonly destination: number;
  readonly from: NodeRow;
  readonly caller: PodRow;
  readonly ordinal: number;
  readonly hop: number;
  readonly to: Reached;
}

export interface Surroundings {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly proxies: KubeProxies;
  readonly routes: RouteTable;
  readonly outside: Pick<ExternalSystems, 'addressOf'>;
  /** Queries of names: their destination (-1: none), whether they go by UDP, and whether nodes send them, which have caches. */
  readonly queries: { readonly destination: number; readonly byUdp: boolean; readonly ofNodes: boolean };
}

export class NetworkPolicies implements NetworkPolicing {
  /** Forbidden connections by namespaces of both ends, '' outside: `from to`. */
  readonly denied = new Map<string, number>();
  readonly #around: Surroundings;
  /** What a forbidden connection ends in. */
  readonly #forbidden: number;
  readonly #versions: Version[] = [];
  /** Pods whose labels have changed, by pod. */
  readonly #relabelled = new Map<PodRow, Relabelled>();

  constructor(around: Surroundings, forbidden: ForbiddenName) {
    this.#around = around;
    this.#forbidden = forbidden === 'reject' ? Connect.Refused : Connect.Dropped;
  }

  enforce(policies: readonly PolicyOfPods[]): void {
    const { engine, state } = this.#around;
    const entry = state.endpoints.log(0, engine.now);
    this.#versions.push({ entry, policies, rules: { ingress: new Map(), egress: new Map() } });
  }

  /** The pod is of another class than the one that it was made with, `first`: each node hears of it by its watch. */
  relabelled(pod: PodRow, first: ClassRow): void {
    const { engine, state } = this.#around;
    const { epoch, podClass } = state.pods;
    let known = this.#relabelled.get(pod);
    if (known?.epoch !== epoch[pod]) {
      known = { epoch: epoch[pod], first, changes: [] };
      this.#relabelled.set(pod, known);
    }
    known.changes.push({ entry: state.endpoints.log(0, engine.now), podClass: podClass[pod] });
  }

  /** One of `Connect`. */
  verdict(opened: Opened): number {
    const { queries } = this.#around;
    if (opened.destination !== queries.destination) return this.#verdict(opened, portOf(opened.to.port).protocol);
    const caller = queries.ofNodes ? OUTSIDE : opened.caller;
    return this.#verdict({ ...opened, caller }, queries.byUdp ? 'UDP' : 'TCP');
  }

  /** A pod may always talk to itself, and a node to its pods. */
  #verdict(opened: Opened, protocol: string): number {
    const { caller, from, to } = opened;
    if (caller < 0 ? from >= 0 && from === to.node : caller === to.pod) return Connect.Open;
    const { state, outside } = this.#around;
    const source = caller < 0 ? undefined : this.#classAt(caller, from);
    // What the agents of the called pod's node have heard of the caller.
    const peer = caller < 0 ? undefined : this.#classAt(caller, to.node);
    const target = to.podClass < 0 ? undefined : state.classes.get(to.podClass);
    const outsideAddress = outside.addressOf(to.pod);
    const calledAddress = outsideAddress < 0 ? podAddress(to.pod) : outsideAddress;
    const asked: Asked = { protocol, port: portOf(to.port).port, of: target };
    if (
      this.#passes('egress', from, source, { podClass: target, address: calledAddress }, asked) &&
      this.#passes('ingress', to.node, target, { podClass: peer, address: this.#addressOf(opened) }, asked)
    ) {
      return Connect.Open;
    }
    const key = `${source?.namespace ?? ''} ${target?.namespace ?? ''}`;
    this.denied.set(key, (this.denied.get(key) ?? 0) + 1);
    return this.#forbidden;
  }

  /** The address that the called pod sees; -1 where that is a node's. */
  #addressOf({ caller, from, destination, ordinal, hop, to: { via } }: Opened): number {
    const { routes, proxies } = this.#around;
    if (caller >= 0) return podAddress(caller);
    if (from >= 0) return -1;
    if (via >= 0) {
      // A kube-proxy puts its node's address in the place of the client's, unless the Service keeps to pods of that node.
      const service = routes.destinations.service(destination);
      const rules = service < 0 ? undefined : routes.rulesAt(service, proxies.cursor(via));
      if (rules?.externalLocal !== true) return -1;
    }
    return clientAddress(routes.clientOf(destination, ordinal, hop));
  }

  /** Pods that no policy of a type selects are open; else one of the rules has to let it through. */
  #passes(type: Type, node: NodeRow, own: PodClass | undefined, peer: PolicyPeer, asked: Asked): boolean {
    const version = own === undefined ? undefined : this.#at(node);
    if (own === undefined || version === undefined) return true;
    const known = version.rules[type];
    let rules = known.get(own);
    if (rules === undefined && !known.has(own)) {
      const selecting = version.policies.filter((policy) => policy[type] !== undefined && policy.selects(own));
      rules = selecting.length === 0 ? undefined : selecting.flatMap((policy) => policy[type] ?? []);
      known.set(own, rules);
    }
    return rules === undefined || rules.some((rule) => rule.admits(peer, asked));
  }

  /** As the node has heard of the pod. */
  #classAt(pod: PodRow, node: NodeRow): PodClass {
    const { state, proxies } = this.#around;
    const known = this.#relabelled.size === 0 ? undefined : this.#relabelled.get(pod);
    if (known === undefined || known.epoch !== state.pods.epoch[pod] || node < 0)
      return state.classes.get(state.pods.podClass[pod]);
    const cursor = proxies.cursor(node);
    return state.classes.get(known.changes.findLast(({ entry }) => entry < cursor)?.podClass ?? known.first);
  }

  /** As the node has it. */
  #at(node: NodeRow): Version | undefined {
    const cursor = this.#around.proxies.cursor(node);
    return this.#versions.findLast(({ entry }) => entry < cursor);
  }
}
