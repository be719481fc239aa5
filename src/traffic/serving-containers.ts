// Which containers of a class of pods serve requests, and at which ports.
import { containerPorts } from '../model/objects/pod-ports.ts';
import type { PodClass } from '../model/pod-class.ts';
import { behaviorOfImage } from '../model/settings/behavior.ts';
import type { BehaviorSpec } from '../model/settings/traffic.ts';

/** Containers by their index in `RuntimeTemplate.lasting`: `spec.containers`, then sidecars. */
export interface ServingClass {
  /** The one whose image has a behaviour, the first of several, else the first: it serves what comes at its ports, or at any where it declares none. */
  readonly main: number;
  /** Others that declare ports of their own, in their order, sidecars too. Those that declare none serve nobody. */
  readonly further: readonly { readonly container: number; readonly ports: readonly number[] }[];
  /** The number of a mesh's sidecar among those that serve, counted from the main one, which is 0; -1 where there is none. */
  readonly sidecar: number;
}

export class ServingContainers {
  readonly #behaviors: readonly BehaviorSpec[];
  readonly #known: ServingClass[] = [];

  constructor(behaviors: readonly BehaviorSpec[]) {
    this.#behaviors = behaviors;
  }

  of(podClass: PodClass): ServingClass {
    this.#known[podClass.id] ??= this.#find(podClass);
    return this.#known[podClass.id];
  }

  /** The number of a container among those that serve, 0 for the main one; -1 for one that serves nobody. */
  numberOf(podClass: PodClass, container: number): number {
    const { main, further } = this.of(podClass);
    if (container === main) return 0;
    const at = further.findIndex((one) => one.container === container);
    return at < 0 ? -1 : at + 1;
  }

  #find({ runtime }: PodClass): ServingClass {
    const { containers, lasting } = runtime;
    const behaviorOf = (image = ''): BehaviorSpec | undefined => behaviorOfImage(this.#behaviors, image);
    const isSidecar = (image = ''): boolean => behaviorOf(image)?.mesh?.place === 'sidecar';
    const named = containers.findIndex(({ image }) => behaviorOf(image) !== undefined && !isSidecar(image));
    const main =
      named >= 0
        ? named
        : Math.max(
            0,
            containers.findIndex(({ image }) => !isSidecar(image)),
          );
    let sidecar = -1;
    // A port that two containers declare is that of the main one, else of the first: the second one could not listen.
    const taken = new Set(containers.length === 0 ? [] : containerPorts(containers[main]));
    const further = [];
    for (const [container, one] of lasting.entries()) {
      if (container === main) continue;
      const ports = containerPorts(one).filter((port) => !taken.has(port));
      for (const port of ports) taken.add(port);
      const passes = sidecar < 0 && isSidecar(one.image);
      if (ports.length > 0 || passes) further.push({ container, ports });
      if (passes) sidecar = further.length;
    }
    return { main, further, sidecar };
  }
}
