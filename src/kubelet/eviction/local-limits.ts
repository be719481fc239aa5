// The limits that a pod sets itself for what it writes to its node: sizes of emptyDir volumes, ephemeral storage of containers.
import type { PodClass } from '../../model/pod-class.ts';
import { parseQuantity, type Quantity } from '../../model/parse/quantity.ts';
import { limitedQuantities } from '../../model/resources.ts';

interface Limit {
  readonly bytes: number;
  /** As Kubernetes prints it. */
  readonly text: string;
}

interface LocalLimits {
  readonly emptyDirs: readonly (Limit & { readonly name: string })[];
  /** Of all the pod's containers and volumes. */
  readonly total: Limit | undefined;
  /** By the index in the pod's containers, init containers first. */
  readonly containers: readonly (Limit & { readonly name: string; readonly index: number })[];
}

const RESOURCE = 'ephemeral-storage';
export const NO_LIMITS: LocalLimits = { emptyDirs: [], total: undefined, containers: [] };
const byClass = new WeakMap<PodClass, LocalLimits>();

export function localLimits(podClass: PodClass): LocalLimits {
  let known = byClass.get(podClass);
  if (known === undefined) {
    known = find(podClass);
    byClass.set(podClass, known);
  }
  return known;
}

function find({ spec, runtime }: PodClass): LocalLimits {
  const emptyDirs = (spec.volumes ?? []).flatMap(({ name, emptyDir }) => {
    const size = emptyDir?.sizeLimit === undefined ? undefined : parseQuantity(emptyDir.sizeLimit);
    return size === undefined || size.sign() <= 0 ? [] : [{ name, ...limitOf(size) }];
  });
  const total = limitedQuantities(spec).get(RESOURCE);
  const containers = runtime.containers.flatMap(({ name, resources }, index) => {
    const text = resources?.limits?.[RESOURCE];
    const limit = text === undefined ? undefined : parseQuantity(text);
    return limit === undefined || limit.sign() === 0
      ? []
      : [{ name, index: runtime.initContainers.length + index, ...limitOf(limit) }];
  });
  if (emptyDirs.length === 0 && total === undefined && containers.length === 0) return NO_LIMITS;
  return { emptyDirs, total: total === undefined ? undefined : limitOf(total), containers };
}

function limitOf(quantity: Quantity): Limit {
  return { bytes: quantity.approximate(), text: quantity.canonical() };
}
