// A template of an Experiment: its ReplicaSet grows from nothing, has a Service of its own if asked, and goes when the Experiment ends.
import { timestamp, timestampUs } from '../../lib/timestamp.ts';
import { desiredReplicas, type ReplicaSet } from '../kit/deployment-objects.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { withDeadline, scaleDownDeadline } from '../rollout/rollout-annotations.ts';
import { availableReplicas } from '../rollout/rollout-objects.ts';
import { experimentSet, isOfTemplate } from './experiment-set.ts';
import {
  type ExperimentTemplate,
  type TemplateStatus,
  templateStatus,
  withNamed,
} from '../rollout/experiment-objects.ts';
import {
  deadlineSeconds,
  isOver,
  isTemplateCompleted,
  scaleDownDelaySeconds,
  wantedReplicas,
} from './experiment-phase.ts';
import { createTemplateService, deleteTemplateService } from './experiment-services.ts';
import type { ExperimentSync } from './experiment-sync.ts';

const EMPTY = { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, status: '' } as const;

type Fields = { -readonly [Key in keyof TemplateStatus]: TemplateStatus[Key] };

export function* reconcileTemplate(work: ExperimentSync, template: ExperimentTemplate): Steps {
  const { port, experiment } = work;
  const { name } = template;
  const before: TemplateStatus = templateStatus(experiment.status ?? {}, name) ?? { name, ...EMPTY };
  const next: Fields = { ...before };
  const now = timestamp(port.nowUs);
  const wanted = wantedReplicas(experiment, template);
  const set = work.sets.get(name);
  if (set === undefined) {
    if (yield* createSet(work, template, next)) next.lastTransitionTime = now;
  } else {
    if (template.service !== undefined && wanted !== 0) yield* createTemplateService(work, template, set, next);
    const dated = wanted === 0 ? yield* withDelay(work, set) : set;
    if (desiredReplicas(dated) !== wanted) {
      yield* resize(work, template, dated, wanted, next);
      next.lastTransitionTime = now;
    }
  }
  const status = work.sets.get(name)?.status;
  next.replicas = status?.replicas ?? 0;
  next.updatedReplicas = next.replicas;
  next.readyReplicas = status?.readyReplicas ?? 0;
  next.availableReplicas = status?.availableReplicas ?? 0;
  if (
    before.replicas !== next.replicas ||
    before.readyReplicas !== next.readyReplicas ||
    before.availableReplicas !== next.availableReplicas
  ) {
    next.lastTransitionTime = now;
  }
  if (!isTemplateCompleted(next.status)) judge(work, next, wanted);
  if (before.status !== next.status) tell(work, before, next);
  work.status = { ...work.status, templateStatuses: withNamed(work.status.templateStatuses, next) };
}

function judge({ port, experiment, terminating }: ExperimentSync, next: Fields, wanted: number): void {
  if (wanted === next.availableReplicas) {
    next.status = terminating || isOver(experiment, port.nowUs) ? 'Successful' : 'Running';
    return;
  }
  const seconds = deadlineSeconds(experiment);
  const since = timestampUs(next.lastTransitionTime ?? timestamp(port.nowUs));
  if (port.nowUs > since + seconds * 1e6) {
    next.status = 'Failed';
    next.message = `Template '${next.name}' exceeded its progressDeadlineSeconds (${seconds})`;
  } else next.status = terminating ? 'Successful' : 'Progressing';
}

function tell({ port }: ExperimentSync, before: TemplateStatus, next: TemplateStatus): void {
  const bad = next.status === 'Failed' || next.status === 'Error';
  const why = next.message === undefined || next.message === '' ? '' : `: ${next.message}`;
  const how = `transitioned from ${before.status} -> ${next.status}${why}`;
  port.event(bad ? 'Warning' : 'Normal', `Template${next.status}`, `Template '${next.name}' ${how}`);
}

/** An empty one. True when there is one now. */
function* createSet(work: ExperimentSync, template: ExperimentTemplate, next: Fields): Steps<boolean> {
  const { port, experiment } = work;
  const wanted = experimentSet(experiment, template, next.collisionCount);
  const answer = yield* port.createReplicaSet(wanted);
  if (answer !== undefined && 'refused' in answer) {
    port.event(
      'Normal',
      'ReplicaSetCreateError',
      `Failed to create new replica set "${wanted.metadata.name}": ${answer.refused}`,
    );
    next.status = 'Error';
    next.message = `Failed to create ReplicaSet for template '${template.name}': ${answer.refused}`;
    return false;
  }
  // The view may not show it yet; one of somebody else is in the way for good.
  const set = answer ?? port.findReplicaSet(wanted.metadata.name);
  if (set === undefined) return false;
  if (!isOfTemplate(set, wanted)) {
    next.collisionCount = (next.collisionCount ?? 0) + 1;
    return false;
  }
  work.sets.set(template.name, set);
  return true;
}

/** Its pods stay for a while after the Experiment has ended: the deadline begins once. */
function* withDelay(work: ExperimentSync, set: ReplicaSet): Steps<ReplicaSet> {
  const { port, experiment } = work;
  const seconds = scaleDownDelaySeconds(experiment);
  const dated = scaleDownDeadline(set) !== undefined;
  if ((seconds === 0) === !dated) return set;
  return yield* port.updateReplicaSet(
    withDeadline(set, seconds === 0 ? undefined : timestamp(port.nowUs + seconds * 1e6)),
  );
}

function* resize(
  work: ExperimentSync,
  template: ExperimentTemplate,
  set: ReplicaSet,
  wanted: number,
  next: Fields,
): Steps {
  const { port } = work;
  const before = desiredReplicas(set);
  let size = wanted;
  if (wanted === 0) {
    const deadline = scaleDownDeadline(set);
    const left = deadline === undefined ? 0 : timestampUs(deadline) - port.nowUs;
    if (left > 0) {
      port.syncAfter(left);
      size = template.replicas ?? 1;
    }
  }
  const { name } = set.metadata;
  if (size !== before) {
    const way = size > before ? 'up' : 'down';
    try {
      work.sets.set(template.name, yield* port.updateReplicaSet({ ...set, spec: { ...set.spec, replicas: size } }));
    } catch (error) {
      if (!(error instanceof SyncFailed)) throw error;
      port.event('Warning', 'ReplicaSetUpdateError', `Failed to scale ${name} ${way}: ${error.message}`);
      next.status = 'Error';
      next.message = `Unable to scale ReplicaSet for template '${template.name}' to desired replica count '${size}': ${error.message}`;
      return;
    }
    port.event('Normal', 'ScalingReplicaSet', `Scaled ${way} ReplicaSet ${name} from ${before} to ${size}`);
  }
  if (size === 0 && availableReplicas(set) === 0) yield* deleteTemplateService(work, template.name, next);
}
