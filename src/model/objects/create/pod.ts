// What the API server does to a new pod before it validates and stores it (pkg/registry/core/pod/strategy.go).
import type { PodAffinityTerm } from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { Pod } from '../types.ts';
import { qosClass } from '../../resources.ts';

const OLD_INIT_ANNOTATIONS = [
  'pod.beta.kubernetes.io/init-containers',
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-container-statuses',
  'pod.alpha.kubernetes.io/init-container-statuses',
];

export function preparePod(pod: Pod): void {
  const { metadata, spec } = pod;
  for (const name of OLD_INIT_ANNOTATIONS) delete metadata.annotations?.[name];
  if (metadata.annotations !== undefined && Object.keys(metadata.annotations).length === 0) delete metadata.annotations;
  // Only for pods: a template keeps a negative grace.
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  pod.status = { phase: 'Pending', qosClass: qosClass({ ...spec, containers: spec.containers ?? [] }) };
  if (spec.schedulingGates !== undefined) {
    pod.status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ];
  }
  mergeLabelKeys(pod);
}

/** `matchLabelKeys` and `mismatchLabelKeys` become expressions of their term's selector. */
function mergeLabelKeys({ metadata, spec }: Pod): void {
  const labels = metadata.labels ?? {};
  for (const affinity of [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]) {
    const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const required = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const term of [...preferred.map(({ podAffinityTerm }) => podAffinityTerm), ...required]) {
      addLabelKeys(term.labelSelector, term.matchLabelKeys, 'In', labels);
      addLabelKeys(term.labelSelector, term.mismatchLabelKeys, 'NotIn', labels);
    }
  }
  for (const constraint of spec.topologySpreadConstraints ?? []) {
    addLabelKeys(constraint.labelSelector, constraint.matchLabelKeys, 'In', labels);
  }
}

function addLabelKeys(
  selector: LabelSelector | undefined,
  keys: PodAffinityTerm['matchLabelKeys'],
  operator: 'In' | 'NotIn',
  labels: Readonly<Record<string, string>>,
): void {
  if (selector === undefined) return;
  for (const key of keys ?? []) {
    if (!Object.hasOwn(labels, key)) continue;
    selector.matchExpressions ??= [];
    selector.matchExpressions.push({ key, operator, values: [labels[key]] });
  }
}
