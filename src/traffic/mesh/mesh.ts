// The proxies of a service mesh: which pods are in it, and which proxy has their requests.
import type { PodClass } from '../../model/pod-class.ts';
import type { Routes } from '../../model/ports/routes.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { MeshSpec } from '../../model/settings/mesh.ts';
import type { ClusterState } from '../../model/state.ts';
import type { Behaviors } from '../behaviors.ts';
import { MeshCounts } from './mesh-counts.ts';

/** The first number of a proxy for balancers: far below those of gateways. */
const FIRST_PROXY = -(2 ** 30);

/** The process of a proxy, running or not. */
export interface MeshProxy {
  /** Where it runs: its own pod, which a sidecar shares with the application. */
  readonly pod: PodRow;
  readonly epoch: number;
  /** Of its container among those of the pod that serve. */
  readonly number: number;
  readonly spec: MeshSpec;
  /** Under which number its balancers keep what they know, and of which kind it is to the routes. */
  readonly proxy: number;
  readonly kind: number;
  readonly counts: MeshCounts;
}

/** What there is once traffic is made. */
interface Made {
  behaviors(): Behaviors;
  /** Undefined for a pod of which nothing has run yet. */
  classOf(pod: PodRow): PodClass | undefined;
  /** Whether a process runs there, in the container of that number. */
  runs(pod: PodRow, epoch: number, number: number): boolean;
}

export class Mesh {
  readonly counts = new Map<string, MeshCounts>();
  readonly #state: ClusterState;
  readonly #routes: Pick<Routes, 'sidecars'>;
  readonly #made: Made;
  /** By pod: its own; by node: that of all others there. */
  readonly #sidecars: (MeshProxy | undefined)[] = [];
  readonly #ofNodes: (MeshProxy | undefined)[] = [];
  /** By image. */
  readonly #kinds = new Map<string, number>();
  #proxies = FIRST_PROXY;

  constructor(state: ClusterState, routes: Pick<Routes, 'sidecars'>, images: readonly string[], made: Made) {
    this.#state = state;
    this.#routes = routes;
    this.#made = made;
    for (const image of images) this.counts.set(image, new MeshCounts(image));
  }

  /** A container of a pod runs from now on; most are no proxies. */
  started(pod: PodRow, epoch: number, number: number, node: NodeRow, behavior: number): void {
    const proxy = this.#make(pod, epoch, number, behavior);
    if (proxy === undefined) return;
    const list: (MeshProxy | undefined)[] = proxy.spec.place === 'sidecar' ? this.#sidecars : this.#ofNodes;
    const at = proxy.spec.place === 'sidecar' ? pod : node;
    while (list.length < at) list.push(undefined);
    list[at] = proxy;
  }

  /** Whether the last process in that container of the pod was a proxy. */
  isProxy(pod: PodRow, number: number): boolean {
    return (
      this.#sidecars[pod]?.number === number || this.#ofNodes.some((one) => one?.pod === pod && one.number === number)
    );
  }

  runs({ pod, epoch, number }: MeshProxy): boolean {
    return this.#made.runs(pod, epoch, number);
  }

  /** Which proxy has what a pod on that node sends and gets; undefined for one that is in no mesh. */
  of(pod: PodRow, node: NodeRow): MeshProxy | undefined {
    if (pod < 0) return undefined;
    const podClass = this.#made.classOf(pod);
    if (podClass === undefined) return undefined;
    const behaviors = this.#made.behaviors();
    const number = behaviors.containers.of(podClass).sidecar;
    if (number > 0) return this.#sidecarOf(pod, number, podClass, behaviors);
    const proxy = this.#ofNodes[node];
    return proxy !== undefined && proxy.pod !== pod && takesIn(proxy.spec, podClass) ? proxy : undefined;
  }

  /** One that has not started, or is of an earlier pod of the row, stands there and does not run. */
  #sidecarOf(pod: PodRow, number: number, podClass: PodClass, behaviors: Behaviors): MeshProxy | undefined {
    const epoch = this.#state.pods.epoch[pod];
    const known = this.#sidecars[pod];
    if (known?.epoch === epoch) return known;
    const { further } = behaviors.containers.of(podClass);
    const made = this.#make(pod, epoch, number, behaviors.of(podClass, further[number - 1].container));
    while (this.#sidecars.length < pod) this.#sidecars.push(undefined);
    this.#sidecars[pod] = made;
    return made;
  }

  #make(pod: PodRow, epoch: number, number: number, behavior: number): MeshProxy | undefined {
    const { specs } = this.#made.behaviors();
    const { image, mesh: spec } = specs[behavior];
    if (spec === undefined) return undefined;
    let kind = this.#kinds.get(image);
    if (kind === undefined) {
      const { balancer, syncPeriodUs, syncUs } = spec;
      kind = this.#routes.sidecars({ proxies: image, balancer, syncPeriodUs, syncUs });
      this.#kinds.set(image, kind);
    }
    const proxy = this.#proxies;
    this.#proxies -= 1;
    return { pod, epoch, number, spec, proxy, kind, counts: this.counts.get(image)! };
  }
}

function takesIn({ namespaces, labels }: MeshSpec, podClass: PodClass): boolean {
  if (namespaces !== undefined && !namespaces.includes(podClass.namespace)) return false;
  return Object.entries(labels).every(([key, value]) => podClass.labels[key] === value);
}
