// What an Experiment comes to after a sync: its phase by the worst of its parts, when it became available, its condition.
import { timestamp } from '../../lib/timestamp.ts';
import { condition, findCondition, withoutCondition } from '../kit/progress-conditions.ts';
import { isCompleted } from '../rollout/analysis-objects.ts';
import { Reason, withCondition } from '../rollout/rollout-conditions.ts';
import type { RolloutCondition } from '../rollout/rollout-objects.ts';
import type { ExperimentStatus } from '../rollout/experiment-objects.ts';
import { hasRequiredRuns, isOver, requiredRunsSucceeded, worstRun, worstTemplate } from './experiment-phase.ts';
import type { ExperimentSync } from './experiment-sync.ts';

const PROGRESSING = 'Progressing';
const COMPLETED = 'ExperimentCompleted';

export function assessed(work: ExperimentSync): ExperimentStatus {
  const { experiment, port } = work;
  const before = experiment.status?.phase ?? '';
  const next = { ...work.status, ...judged(work) };
  const status: ExperimentStatus = { ...next, conditions: conditionsOf(work, next) };
  const phase = status.phase ?? '';
  if (phase !== before) {
    const bad = isCompleted(phase) && phase !== 'Successful';
    port.event(bad ? 'Warning' : 'Normal', `Experiment${phase}`, `Experiment transitioned from ${before} -> ${phase}`);
  }
  return status;
}

function judged({ experiment: { spec }, status, port }: ExperimentSync): ExperimentStatus {
  const { phase = '' } = status;
  if (phase === '') return { phase: 'Pending' };
  if (phase !== 'Pending' && phase !== 'Running') return {};
  const templates = worstTemplate(spec, status);
  const runs = worstRun(spec, status);
  const available =
    templates.phase === 'Running' && status.availableAt === undefined ? { availableAt: timestamp(port.nowUs) } : {};
  const byRuns = isCompleted(templates.phase)
    ? templates.phase === 'Successful' && (isCompleted(runs.phase) || hasRequiredRuns(spec))
    : (isCompleted(runs.phase) && runs.phase !== 'Successful') || requiredRunsSucceeded(spec, status);
  const { phase: next, message } = byRuns ? runs : templates;
  return { ...available, phase: next, message: message === '' ? undefined : message };
}

function conditionsOf({ experiment, port }: ExperimentSync, next: ExperimentStatus): readonly RolloutCondition[] {
  const conditions = next.conditions ?? [];
  const { name } = experiment.metadata;
  const note = (status: 'True' | 'False', reason: string, what: string): RolloutCondition =>
    condition(port.nowUs, PROGRESSING, status, reason, `Experiment "${name}" ${what}`);
  if (isCompleted(next.phase ?? '') && (next.templateStatuses ?? []).every(({ replicas }) => replicas === 0)) {
    return withCondition(conditions, note('False', COMPLETED, 'has successfully ran and completed.'));
  }
  if (hasMoved(experiment.status ?? {}, next)) {
    const current = findCondition(conditions, PROGRESSING);
    const made = note('True', Reason.SetUpdated, 'is progressing.');
    const since = current?.status === 'True' ? current.lastTransitionTime : made.lastTransitionTime;
    // Written again even with the same reason: its update time says when there was progress.
    return [...withoutCondition(conditions, PROGRESSING), { ...made, lastTransitionTime: since }];
  }
  if (experiment.status?.availableAt !== undefined && !isOver(experiment, port.nowUs)) {
    return withCondition(conditions, note('True', Reason.NewSetAvailable, 'is running.'));
  }
  return conditions;
}

/** A template is new, or has other pods than before. */
function hasMoved(before: ExperimentStatus, next: ExperimentStatus): boolean {
  const counts = ({ templateStatuses = [] }: ExperimentStatus): string =>
    templateStatuses.map((one) => [one.replicas, one.readyReplicas, one.availableReplicas].join()).join(';');
  return counts(before) !== counts(next);
}
