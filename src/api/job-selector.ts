// The labels and the selector that the API server gives a new Job, by which it finds its pods (pkg/registry/batch/job/strategy.go).
import type { JobSpec } from 'kubernetes-types/batch/v1.js';
import { jobLabels } from '../model/job-pod.ts';
import type { KubeObject } from '../model/object-store.ts';

/** What the manifest says already is kept; `manualSelector` leaves everything to it. */
export function withJobSelector(job: KubeObject, uid: string): KubeObject {
  const spec = job.spec as JobSpec;
  if (spec.manualSelector === true) return job;
  const { metadata } = spec.template;
  const labels = { ...jobLabels(job.metadata.name, uid), ...metadata?.labels };
  const matchLabels = { 'batch.kubernetes.io/controller-uid': uid, ...spec.selector?.matchLabels };
  const template = { ...spec.template, metadata: { ...metadata, labels } };
  return { ...job, spec: { ...spec, template, selector: { ...spec.selector, matchLabels } } };
}
