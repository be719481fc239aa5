// Labels and annotations that the pods of one class do not share.
import { COMPLETION_INDEX, jobLabels, jobPodAnnotations } from '../job-pod.ts';
import type { KubeObject } from '../object-store.ts';
import { ownLabelsOfOrdinal } from '../ordinal-pod.ts';
import type { PodRow } from '../rows.ts';
import type { ClusterState } from '../state.ts';

/** Labels that pods of one class do not share. */
export function ownLabels(state: ClusterState, row: PodRow): Record<string, string> {
  const podClass = state.classes.get(state.pods.podClass[row]);
  return { ...ownLabelsOfOrdinal(podClass, state.podName(row)), ...labelsOfJob(state, row) };
}

/** Annotations that pods of one class do not share. */
export function ownAnnotations({ boundWith, pods }: ClusterState, row: PodRow): Record<string, string> {
  const ofJob = pods.ofJobs.get(row);
  return { ...boundWith.get(row), ...(ofJob === undefined ? {} : jobPodAnnotations(ofJob)) };
}

interface JobObject extends KubeObject {
  readonly spec?: { readonly manualSelector?: boolean };
}

/** The Job's own, and the index; one that selects by hand has no labels of its own. */
function labelsOfJob(state: ClusterState, row: PodRow): Record<string, string> {
  const { pods, identities, objects } = state;
  const job = pods.ofJobs.get(row);
  if (job === undefined) return {};
  const maker = identities.maker[pods.identity[row]];
  const made: JobObject | undefined = maker < 0 ? undefined : objects.get(maker);
  const labels =
    maker < 0 || made?.spec?.manualSelector === true ? {} : jobLabels(objects.name[maker], state.objectUid(maker));
  return job.index < 0 ? labels : { ...labels, [COMPLETION_INDEX]: String(job.index) };
}
