// What the API server adds to a Job that does not select by hand: labels that only its pods have, and a selector for them (pkg/registry/batch/job).
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { PodTemplate } from './types.ts';

const UID_LABEL = 'batch.kubernetes.io/controller-uid';
const NAME_LABEL = 'batch.kubernetes.io/job-name';

export interface SelectingJob {
  readonly metadata: ObjectMeta;
  readonly spec: Spec;
}

interface Spec {
  readonly manualSelector?: boolean;
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly template: PodTemplate;
}

/** In the order in which they are checked. */
export function generatedLabels({ name = '', uid = '' }: ObjectMeta): Readonly<Record<string, string>> {
  return { 'controller-uid': uid, 'job-name': name, [UID_LABEL]: uid, [NAME_LABEL]: name };
}

/** The spec of a Job that has its uid. Labels that the client set stay, and are refused where they are others. */
export function withSelector({ metadata, spec }: SelectingJob): Spec {
  if (spec.manualSelector === true) return spec;
  const { template, selector } = spec;
  const labels = { ...generatedLabels(metadata), ...template.metadata.labels };
  return {
    ...spec,
    selector: { ...selector, matchLabels: { [UID_LABEL]: metadata.uid ?? '', ...selector?.matchLabels } },
    template: { ...template, metadata: { ...template.metadata, labels } },
  };
}
