// The pod template of a Job as its class is made of it.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { COMPLETION_INDEX, jobLabels } from '../../model/job-pod.ts';
import type { Job } from '../kit/job-objects.ts';

/**
 * Pods of the Jobs that one CronJob makes are of one class: `shared` leaves out the labels with the Job's own name and UID, which its
 * pods show all the same (`model/complete-objects`), and which nobody can have written into a selector before, unless something asks for the labels whatever they say.
 */
export function podTemplateOf({ metadata, spec }: Job, shared: boolean): PodTemplateSpec {
  if (!shared) return spec.template;
  const own = jobLabels(metadata.name, metadata.uid ?? '');
  const labels = Object.entries(spec.template.metadata?.labels ?? {}).filter(([key, value]) => own[key] !== value);
  return { ...spec.template, metadata: { ...spec.template.metadata, labels: Object.fromEntries(labels) } };
}

/** The same for the pods of one index, where somebody tells them apart. */
export function templateOfIndex(template: PodTemplateSpec, index: number): PodTemplateSpec {
  const labels = { ...template.metadata?.labels, [COMPLETION_INDEX]: String(index) };
  return { ...template, metadata: { ...template.metadata, labels } };
}
