// How a mesh is wired into traffic: what stands around both halves of calls, and what it hears of processes.
import type { Engine } from '../../engine/engine.ts';
import type { Routes } from '../../model/ports/routes.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import type { Behaviors } from '../behaviors.ts';
import type { CallersKind } from '../callers.ts';
import type { CallTable } from '../calls.ts';
import type { PodContainers } from '../pod-containers.ts';
import type { Serving } from '../serving.ts';
import type { TrafficSettings } from '../settings.ts';
import { Mesh } from './mesh.ts';
import { meshing, type MeshParts, returning } from './meshed-callers.ts';
import { type PassageListener, Passages } from './passages.ts';
import { passing, type PassingServing } from './passing-serving.ts';

/** The connections that come through proxies. */
interface ProxiedConnections {
  cut(which: (one: { readonly endpoint: { readonly pod: PodRow; readonly node: NodeRow } }) => boolean): void;
}

/** What is there once traffic is made. */
interface Made {
  readonly containers: PodContainers;
  readonly behaviors: Behaviors;
  readonly connections: ProxiedConnections | undefined;
}

export class TrafficMesh {
  readonly mesh: Mesh;
  readonly #parts: MeshParts;
  readonly #made: Made;

  constructor(
    engine: Engine,
    state: ClusterState,
    calls: CallTable,
    routes: Routes,
    images: readonly string[],
    querySite: number,
    made: Made,
  ) {
    this.#made = made;
    this.mesh = new Mesh(state, routes, images, {
      behaviors: () => made.behaviors,
      classOf: (pod) => made.containers.knownClass(pod),
      runs: (pod, epoch, number) => made.containers.parts.at(number)?.servers.runs(pod, epoch) === true,
    });
    const servingOf = (number: number) => made.containers.parts.at(number)?.serving as PassingServing | undefined;
    this.#parts = {
      mesh: this.mesh,
      passages: new Passages(engine, calls, servingOf),
      ways: [],
      querySite,
      numberAt: (pod, port) => made.containers.numberAt(pod, port),
    };
  }

  /** What is within the connections that callers keep, and what is around them. */
  inner(Base: CallersKind): CallersKind {
    return returning(Base, this.#parts);
  }

  outer(Base: CallersKind): CallersKind {
    return meshing(Base, this.#parts);
  }

  /** Who hears of passages. */
  tell(listener: PassageListener): void {
    this.#parts.passages.listener = listener;
  }

  serving(Base: typeof Serving): typeof Serving {
    return passing(Base, this.#parts.passages);
  }

  started(pod: PodRow, epoch: number, number: number, node: NodeRow, behavior: number): void {
    this.mesh.started(pod, epoch, number, node, behavior);
  }

  /** A process has ended. Where it was a proxy, so have the connections that came through it. */
  ended(pod: PodRow, number: number): void {
    const { connections } = this.#made;
    if (!this.mesh.isProxy(pod, number)) return;
    connections?.cut(({ endpoint }) => {
      const proxy = this.mesh.of(endpoint.pod, endpoint.node);
      return proxy?.pod === pod && proxy.number === number;
    });
  }
}

/** Undefined where no image is a proxy of a mesh. */
export function meshOf(
  { behaviors }: Pick<TrafficSettings, 'behaviors'>,
  ...given: readonly [Engine, ClusterState, CallTable, Routes, number, Made]
): TrafficMesh | undefined {
  const images = behaviors.filter(({ mesh }) => mesh !== undefined).map(({ image }) => image);
  if (images.length === 0) return undefined;
  const [engine, state, calls, routes, querySite, made] = given;
  return new TrafficMesh(engine, state, calls, routes, images, querySite, made);
}
