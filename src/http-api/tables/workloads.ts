// How workloads are printed.
import type { ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import type { ReplicationController } from 'kubernetes-types/core/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { withGroup } from '../../model/objects/resource-names.ts';
import { metricTargets } from './autoscaler-metrics.ts';
import type { Cell, Printers } from './printer.ts';
import {
  containerCells,
  formatLabels,
  formatSelector,
  humanDuration,
  NONE,
  secondsOf,
  secondsSince,
  since,
  UNSET,
} from './texts.ts';

/** Conditions of a Job that are shown, the first that holds; those of the second list only while it is not deleted. */
const JOB_ENDS = ['Complete', 'Failed'];
const JOB_STATES = ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'];

export const workloadPrinters: Printers = {
  Deployment: ({ metadata, spec, status }: Deployment, nowUs) => [
    metadata?.name ?? '',
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    status?.updatedReplicas ?? 0,
    status?.availableReplicas ?? 0,
    since(metadata?.creationTimestamp, nowUs),
    ...containerCells(spec?.template.spec?.containers),
    selectorText(spec?.selector),
  ],
  ReplicaSet: (set: ReplicaSet, nowUs) => [...replicated(set, nowUs), formatSelector(set.spec?.selector)],
  ReplicationController: (controller: ReplicationController, nowUs) => [
    ...replicated(controller, nowUs),
    formatLabels(controller.spec?.selector),
  ],
  StatefulSet: ({ metadata, spec, status }: StatefulSet, nowUs) => [
    metadata?.name ?? '',
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    since(metadata?.creationTimestamp, nowUs),
    ...containerCells(spec?.template.spec?.containers),
  ],
  DaemonSet: ({ metadata, spec, status }: DaemonSet, nowUs) => [
    metadata?.name ?? '',
    status?.desiredNumberScheduled ?? 0,
    status?.currentNumberScheduled ?? 0,
    status?.numberReady ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
    formatLabels(spec?.template.spec?.nodeSelector),
    since(metadata?.creationTimestamp, nowUs),
    ...containerCells(spec?.template.spec?.containers),
    formatSelector(spec?.selector),
  ],
  ControllerRevision: ({ metadata, revision }: ControllerRevision, nowUs) => {
    const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
    const kind = owner === undefined ? '' : withGroup(owner.kind, owner.apiVersion).toLowerCase();
    return [
      metadata?.name ?? '',
      owner === undefined ? NONE : `${kind}/${owner.name}`,
      revision,
      since(metadata?.creationTimestamp, nowUs),
    ];
  },
  Job: (job: Job, nowUs) => [
    job.metadata?.name ?? '',
    jobState(job),
    completions(job),
    jobDuration(job, nowUs),
    since(job.metadata?.creationTimestamp, nowUs),
    ...containerCells(job.spec?.template.spec?.containers),
    formatSelector(job.spec?.selector),
  ],
  CronJob: ({ metadata, spec, status }: CronJob, nowUs) => [
    metadata?.name ?? '',
    spec?.schedule ?? '',
    spec?.timeZone ?? NONE,
    spec?.suspend === undefined ? UNSET : spec.suspend ? 'True' : 'False',
    status?.active?.length ?? 0,
    status?.lastScheduleTime === undefined ? NONE : since(status.lastScheduleTime, nowUs),
    since(metadata?.creationTimestamp, nowUs),
    ...containerCells(spec?.jobTemplate.spec?.template.spec?.containers),
    formatSelector(spec?.jobTemplate.spec?.selector),
  ],
  PodDisruptionBudget: ({ metadata, spec, status }: PodDisruptionBudget, nowUs) => [
    metadata?.name ?? '',
    String(spec?.minAvailable ?? 'N/A'),
    String(spec?.maxUnavailable ?? 'N/A'),
    status?.disruptionsAllowed ?? 0,
    since(metadata?.creationTimestamp, nowUs),
  ],
  HorizontalPodAutoscaler: ({ metadata, spec, status }: HorizontalPodAutoscaler, nowUs) => [
    metadata?.name ?? '',
    `${spec?.scaleTargetRef.kind ?? ''}/${spec?.scaleTargetRef.name ?? ''}`,
    metricTargets(spec?.metrics ?? [], status?.currentMetrics ?? []),
    String(spec?.minReplicas ?? UNSET),
    spec?.maxReplicas ?? 0,
    status?.currentReplicas ?? 0,
    since(metadata?.creationTimestamp, nowUs),
  ],
};

function replicated({ metadata, spec, status }: ReplicaSet | ReplicationController, nowUs: number): Cell[] {
  return [
    metadata?.name ?? '',
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    since(metadata?.creationTimestamp, nowUs),
    ...containerCells(spec?.template?.spec?.containers),
  ];
}

/** Of a Deployment, the one whose selector is empty where it selects everything. */
function selectorText(selector: object | undefined): string {
  const text = formatSelector(selector);
  return text === NONE ? '' : text;
}

function jobState({ metadata, status }: Job): string {
  const holds = (wanted: string): boolean => status?.conditions?.find(({ type }) => type === wanted)?.status === 'True';
  const end = JOB_ENDS.find(holds);
  if (end !== undefined) return end;
  return metadata?.deletionTimestamp === undefined ? (JOB_STATES.find(holds) ?? 'Running') : 'Terminating';
}

function completions({ spec, status }: Job): string {
  const done = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${done}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
}

function jobDuration({ status }: Job, nowUs: number): string {
  if (status?.startTime === undefined) return '';
  if (status.completionTime === undefined) return humanDuration(secondsSince(status.startTime, nowUs));
  return humanDuration(secondsOf(status.completionTime) - secondsOf(status.startTime));
}
