// The containers of a pod that use something for as long as it runs: its containers, then its sidecars; an index counts through both.
import type { Container } from 'kubernetes-types/core/v1.js';
import type { PodClass } from '../model/pod-class.ts';

export interface MeteredContainer {
  readonly name: string;
  readonly image: string;
  readonly cpuLimit: string | undefined;
  /** Its index, as `CpuUsage` has it. */
  readonly container: number;
  /** Its row among those of the pod in the container table, where init containers come first. */
  readonly offset: number;
}

const byClass = new WeakMap<PodClass, readonly MeteredContainer[]>();

export function meteredContainers(podClass: PodClass): readonly MeteredContainer[] {
  let known = byClass.get(podClass);
  if (known === undefined) {
    known = list(podClass.runtime.initContainers, podClass.runtime.containers);
    byClass.set(podClass, known);
  }
  return known;
}

function list(initContainers: readonly Container[], containers: readonly Container[]): readonly MeteredContainer[] {
  const metered = containers.map((one, at) => meteredContainer(one, at, initContainers.length + at));
  for (const [offset, one] of initContainers.entries()) {
    if (one.restartPolicy === 'Always') metered.push(meteredContainer(one, metered.length, offset));
  }
  return metered;
}

function meteredContainer(
  { name, image = '', resources }: Container,
  container: number,
  offset: number,
): MeteredContainer {
  return { name, image, cpuLimit: resources?.limits?.['cpu'], container, offset };
}
