// The host names under which cluster DNS has single pods.
import type { ClassRow, PodRow } from './rows.ts';
import type { ClusterState } from './state.ts';

/**
 * The host name under which DNS has a pod behind a Service; '' where it has none, as for pods without one, or with another Service as their
 * `subdomain`. Source: pkg/controller/util/endpoint `ShouldSetHostname`.
 */
export function dnsHostname(state: ClusterState, pod: PodRow, podClass: ClassRow, service: string): string {
  const { spec, claimTemplates } = state.classes.get(podClass);
  if (spec.subdomain !== service) return '';
  if (claimTemplates !== undefined) return state.podName(pod);
  return jobHostname(state, pod) ?? spec.hostname ?? '';
}

/** A pod of an Indexed Job is reached by the Job's name and its index. */
export function jobHostname({ pods, identities, objects }: ClusterState, pod: PodRow): string | undefined {
  const { index = -1 } = pods.ofJobs.get(pod) ?? {};
  return index < 0 ? undefined : `${objects.name[identities.maker[pods.identity[pod]]]}-${index}`;
}
