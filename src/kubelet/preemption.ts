// Which pods a kubelet ends to admit a critical one (kubelet's preemption package): as few and as small ones as will do, by class of service.
import type { QosClass } from '../model/resources.ts';

/** What a pod must find on the node, by resource. */
export type Requirements = readonly { readonly name: string; readonly quantity: number }[];

export interface Candidate<Pod> {
  readonly pod: Pod;
  readonly qos: QosClass;
  readonly requestOf: (resource: string) => number;
}

/** Undefined when not even all of them together would do. */
export function victims<Pod>(
  candidates: readonly Candidate<Pod>[],
  requirements: Requirements,
): readonly Candidate<Pod>[] | undefined {
  if (less(requirements, candidates).length > 0) return undefined;
  const [bestEffort, burstable, guaranteed] = (['BestEffort', 'Burstable', 'Guaranteed'] as const).map((qos) =>
    candidates.filter((one) => one.qos === qos),
  );
  const ofGuaranteed = byDistance(guaranteed, less(requirements, [...bestEffort, ...burstable]));
  const ofBurstable = byDistance(burstable, less(requirements, [...bestEffort, ...ofGuaranteed]));
  const ofBestEffort = byDistance(bestEffort, less(requirements, [...ofBurstable, ...ofGuaranteed]));
  return [...ofBestEffort, ...ofBurstable, ...ofGuaranteed];
}

/** What is still missing when these pods are gone. */
function less<Pod>(requirements: Requirements, pods: readonly Candidate<Pod>[]): Requirements {
  return requirements.flatMap(({ name, quantity }) => {
    const left = pods.reduce((rest, pod) => rest - pod.requestOf(name), quantity);
    return left > 0 ? [{ name, quantity: left }] : [];
  });
}

/** One after another the pod that comes nearest to what is still missing; of equally near ones the smaller. */
function byDistance<Pod>(pods: readonly Candidate<Pod>[], requirements: Requirements): Candidate<Pod>[] {
  const left = [...pods];
  const chosen: Candidate<Pod>[] = [];
  let missing = requirements;
  while (missing.length > 0 && left.length > 0) {
    let best = 0;
    let bestDistance = missing.length + 1;
    for (const [index, pod] of left.entries()) {
      const distance = distanceOf(missing, pod);
      if (distance < bestDistance || (distance === bestDistance && isSmaller(pod, left[best]))) {
        best = index;
        bestDistance = distance;
      }
    }
    const [victim] = left.splice(best, 1);
    chosen.push(victim);
    missing = less(missing, [victim]);
  }
  return chosen;
}

function distanceOf<Pod>(requirements: Requirements, pod: Candidate<Pod>): number {
  return requirements.reduce((sum, { name, quantity }) => {
    const rest = Math.max(0, quantity - pod.requestOf(name));
    return sum + (rest / quantity) ** 2;
  }, 0);
}

function isSmaller<Pod>(one: Candidate<Pod>, other: Candidate<Pod>): boolean {
  for (const resource of ['memory', 'cpu']) {
    const difference = one.requestOf(resource) - other.requestOf(resource);
    if (difference !== 0) return difference < 0;
  }
  return true;
}
