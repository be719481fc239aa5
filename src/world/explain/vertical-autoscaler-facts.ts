// What a VerticalPodAutoscaler recommends beside what its pods request, and whether its updater acts on that.
import { counted } from '../../lib/plural.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { PodRow } from '../../model/rows.ts';
import {
  type ResourceList,
  updateMode,
  type VerticalPodAutoscaler,
  type VpaContainerRecommendation,
} from '../../model/vertical-pod-autoscaler.ts';
import { recommendationsBy } from '../../vertical-autoscaler/recommendation-status.ts';
import { requestsOf } from '../../vertical-autoscaler/seen-pod.ts';
import { updatePriority } from '../../vertical-autoscaler/updater/priority.ts';
import type { World } from '../build.ts';

/** What the updater does to pods outside the bounds, by mode. */
const ACTS: Readonly<Record<string, string>> = {
  Auto: 'the updater evicts them, half of them at a time at most',
  Recreate: 'the updater evicts them, half of them at a time at most',
  InPlaceOrRecreate: 'the updater resizes them, half of them at a time at most, and evicts those that cannot be',
  Initial: 'only new pods get what is recommended (Initial)',
  Off: 'nobody acts on it (Off)',
};
const MIN_REPLICAS = 2;

export function verticalAutoscalerFacts({ state }: World, object: KubeObject, pods: readonly PodRow[]): string[] {
  const autoscaler: VerticalPodAutoscaler = object;
  const { spec, status, metadata } = autoscaler;
  const { kind = '', name = '' } = spec?.targetRef ?? {};
  const target = `${kind}/${metadata.namespace ?? 'default'}/${name}`;
  if (state.objects.find(kind, metadata.namespace, name) < 0) return [`its target ${target} does not exist`];
  const facts = [`${target} has ${counted(pods.length, 'pod')}, updateMode ${updateMode(autoscaler)}`];
  const recommended = status?.recommendation?.containerRecommendations ?? [];
  if (recommended.length === 0) return [...facts, 'nothing is recommended yet: no container of its pods was measured'];
  const classOf = (pod: PodRow) => state.classes.get(state.pods.podClass[pod]);
  const [first] = pods;
  const requests = new Map(
    pods.length === 0 ? [] : classOf(first).spec.containers.map((one) => [one.name, one.resources?.requests]),
  );
  for (const one of recommended) facts.push(containerFact(one, requests.get(one.containerName) ?? {}));
  const targets = recommendationsBy(recommended);
  const outside = pods.filter((pod) => updatePriority(requestsOf(classOf(pod)), targets).outsideRecommendedRange);
  if (outside.length === 0) return [...facts, 'what its pods request is within the bounds: they are left as they are'];
  const minReplicas = spec?.updatePolicy?.minReplicas ?? MIN_REPLICAS;
  const acts =
    pods.length < minReplicas
      ? `the updater leaves them alone: there are fewer than ${minReplicas} (minReplicas)`
      : (ACTS[updateMode(autoscaler)] ?? '');
  return [...facts, `of ${counted(outside.length, 'pod')} the requests are outside the bounds: ${acts}`];
}

/** `main: cpu 50m requested, 476m recommended, 400m to 2 bound it; memory …` */
function containerFact(
  { containerName, target, lowerBound, upperBound }: VpaContainerRecommendation,
  requests: ResourceList,
): string {
  const parts = Object.keys(target).map((resource) => {
    const requested = requests[resource] === undefined ? 'not requested' : `${requests[resource]} requested`;
    return `${resource} ${requested}, ${target[resource]} recommended (${lowerBound[resource] ?? '0'} to ${upperBound[resource] ?? 'any'})`;
  });
  return `${containerName}: ${parts.join('; ')}`;
}
