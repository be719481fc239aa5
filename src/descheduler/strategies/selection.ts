// Which pods a strategy is about: those of its namespaces and labels that may be evicted.
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import type { Namespaces } from '../../model/settings/descheduler.ts';
import { covers, type Evictor } from '../evictor.ts';
import type { SeenPod } from '../seen.ts';

interface OfPods {
  readonly namespaces?: Namespaces | undefined;
  readonly labelSelector?: object | undefined;
}

export function selection({ namespaces, labelSelector }: OfPods, evictor: Evictor): (pod: SeenPod) => boolean {
  const selector = labelSelector === undefined ? undefined : compileLabelSelector(labelSelector);
  return (pod) =>
    covers(namespaces, pod.podClass.namespace) &&
    selector?.matches(pod.podClass.labels) !== false &&
    evictor.mayGo(pod);
}
