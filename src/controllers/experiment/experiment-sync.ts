// One sync of an Experiment, in Argo's order: its templates, its analyses, and what they come to.
import { timestampUs } from '../../lib/timestamp.ts';
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import type { ServiceObject } from '../kit/shared-views.ts';
import type { Steps } from '../kit/sync.ts';
import { assessed } from './experiment-assessment.ts';
import { reconcileRun } from './experiment-runs.ts';
import { type Experiment, type ExperimentStatus, templateStatus } from '../rollout/experiment-objects.ts';
import { deadlineSeconds, isTerminating, timeLeftUs, wantedReplicas } from './experiment-phase.ts';
import type { ExperimentPort } from './experiment-port.ts';
import { reconcileTemplate } from './experiment-templates.ts';

/** What the steps of one sync share. */
export interface ExperimentSync {
  readonly port: ExperimentPort;
  readonly experiment: Experiment;
  /** By template. */
  readonly sets: Map<string, ReplicaSet>;
  readonly services: Map<string, ServiceObject>;
  /** Nothing more is made, its pods go, its analyses end. */
  readonly terminating: boolean;
  /** As it will be after this sync. */
  status: ExperimentStatus;
}

/** The status after this sync. `sets` and `services` are what the Experiment controls, by template. */
export function* syncExperiment(
  port: ExperimentPort,
  experiment: Experiment,
  sets: ReadonlyMap<string, ReplicaSet>,
  services: ReadonlyMap<string, ServiceObject>,
): Steps<ExperimentStatus> {
  const work: ExperimentSync = {
    port,
    experiment,
    sets: new Map(sets),
    services: new Map(services),
    terminating: isTerminating(experiment),
    status: experiment.status ?? {},
  };
  for (const template of experiment.spec.templates) yield* reconcileTemplate(work, template);
  for (const analysis of experiment.spec.analyses ?? []) yield* reconcileRun(work, analysis);
  const status = assessed(work);
  const afterUs = comesBackAfterUs({ ...experiment, status }, port.nowUs);
  if (afterUs !== undefined) port.syncAfter(afterUs);
  return status;
}

/** At the end of its duration, or when a template that is not as large as wanted is late. */
function comesBackAfterUs(experiment: Experiment, nowUs: number): number | undefined {
  if (isTerminating(experiment)) return undefined;
  const left = timeLeftUs(experiment, nowUs);
  const delays = left === undefined || left < 0 ? [] : [left];
  for (const template of experiment.spec.templates) {
    const status = templateStatus(experiment.status ?? {}, template.name);
    if (status?.status !== 'Progressing' && status?.status !== 'Running') continue;
    if (status.lastTransitionTime === undefined) continue;
    if (status.availableReplicas === wantedReplicas(experiment, template)) continue;
    delays.push(timestampUs(status.lastTransitionTime) + deadlineSeconds(experiment) * 1e6 - nowUs);
  }
  return delays.length === 0 ? undefined : Math.min(...delays);
}
