// What the API server does to a new pod before it validates and stores it (pkg/registry/core/pod/strategy.go).
import type { Container, PodAffinityTerm, ResourceRequirements } from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { Pod, PodSpec } from '../types.ts';
import { parseQuantity, type Quantity } from '../../parse/quantity.ts';

type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

type ResourceMap = Readonly<Record<string, string>>;

const OLD_INIT_ANNOTATIONS = [
  'pod.beta.kubernetes.io/init-containers',
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-container-statuses',
  'pod.alpha.kubernetes.io/init-container-statuses',
];

/** Alias fields of a pod's or a template's spec, kept equal by the API server's conversion. */
export function linkAliases(spec: PodSpec): void {
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  if (account === undefined) return;
  spec.serviceAccountName = account;
  spec.serviceAccount = account;
}

export function preparePod(pod: Pod): void {
  const { metadata, spec } = pod;
  for (const name of OLD_INIT_ANNOTATIONS) delete metadata.annotations?.[name];
  if (metadata.annotations !== undefined && Object.keys(metadata.annotations).length === 0) delete metadata.annotations;
  // Only for pods: a template keeps a negative grace.
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  pod.status = { phase: 'Pending', qosClass: qosClass(spec) };
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

/** The pod's quality of service, from the CPU and memory of its containers or of the pod as a whole. */
function qosClass(spec: PodSpec): QosClass {
  const parts: readonly ResourceRequirements[] =
    spec.resources === undefined
      ? [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(
          (container: Container) => container.resources ?? {},
        )
      : [spec.resources];
  const requests = total(parts.map((part) => part.requests));
  const limits = total(parts.map((part) => part.limits));
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const limited = parts.every((part) => isPositive(part.limits?.cpu) && isPositive(part.limits?.memory));
  const equal =
    requests.size === limits.size && [...requests].every(([name, amount]) => limits.get(name)?.compare(amount) === 0);
  return limited && equal ? 'Guaranteed' : 'Burstable';
}

function isPositive(text: string | undefined): boolean {
  return text !== undefined && parseQuantity(text).sign() > 0;
}

function total(lists: readonly (ResourceMap | undefined)[]): Map<string, Quantity> {
  const sums = new Map<string, Quantity>();
  for (const list of lists) {
    for (const name of ['cpu', 'memory']) {
      const text = list?.[name];
      if (text === undefined || !isPositive(text)) continue;
      const amount = parseQuantity(text);
      sums.set(name, sums.get(name)?.add(amount) ?? amount);
    }
  }
  return sums;
}
