// Whether a status may replace a stored one: nothing that is counted is negative or more than all there are (ValidateStatusUpdate of each strategy).
import type { DecodedObject } from '../decode.ts';
import { Errors, type FieldError } from '../validate/errors.ts';
import type { Job } from '../validate/job.ts';
import { nonNegative } from '../validate/meta.ts';
import { validateQuotaAmounts } from '../validate/resource-quota.ts';
import { validateJobStatus } from './job-status.ts';

type Counts = Readonly<Record<string, number | undefined>>;

interface Counted {
  readonly counts: readonly string[];
  /** These are some of `status.replicas`. */
  readonly parts?: readonly string[];
  /** How the server calls `readyReplicas`, of which `availableReplicas` are some. */
  readonly ready?: string;
  /** Whether names that were taken are counted: they never become fewer. */
  readonly collisions?: true;
}

const OF_REPLICA_SETS: Counted = {
  counts: ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
  parts: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
  ready: 'readyReplicas',
};
const OF_AUTOSCALERS: Counted = { counts: ['currentReplicas', 'desiredReplicas'] };

/** By apiVersion and kind; statuses of other kinds are not looked at. */
const COUNTED: Readonly<Record<string, Counted | undefined>> = {
  'apps/v1 Deployment': {
    counts: [
      'observedGeneration',
      'replicas',
      'updatedReplicas',
      'readyReplicas',
      'availableReplicas',
      'unavailableReplicas',
    ],
    parts: ['updatedReplicas', 'readyReplicas', 'availableReplicas'],
    ready: 'readyReplicas',
    collisions: true,
  },
  'apps/v1 ReplicaSet': OF_REPLICA_SETS,
  'v1 ReplicationController': OF_REPLICA_SETS,
  'apps/v1 StatefulSet': {
    counts: [
      'replicas',
      'readyReplicas',
      'currentReplicas',
      'updatedReplicas',
      'availableReplicas',
      'observedGeneration',
    ],
    parts: ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
    ready: 'status.readyReplicas',
    collisions: true,
  },
  'apps/v1 DaemonSet': {
    counts: [
      'currentNumberScheduled',
      'numberMisscheduled',
      'desiredNumberScheduled',
      'numberReady',
      'observedGeneration',
      'updatedNumberScheduled',
      'numberAvailable',
      'numberUnavailable',
    ],
    collisions: true,
  },
  'autoscaling/v1 HorizontalPodAutoscaler': OF_AUTOSCALERS,
  'autoscaling/v2 HorizontalPodAutoscaler': OF_AUTOSCALERS,
  'policy/v1 PodDisruptionBudget': {
    counts: ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'],
  },
};

/** Both are whole objects; all but the status of the new one is what is stored. */
export function validateStatus(object: DecodedObject, old: DecodedObject): readonly FieldError[] {
  const errors = new Errors();
  const kind = `${object.apiVersion} ${object.kind}`;
  const counted = COUNTED[kind];
  if (counted !== undefined) {
    validateCounts(counted, (object.status ?? {}) as Counts, (old.status ?? {}) as Counts, errors);
  } else if (kind === 'batch/v1 Job') {
    validateJobStatus(object as unknown as Job, old as unknown as Job, errors);
  } else if (kind === 'v1 ResourceQuota') {
    const status = (object.status ?? {}) as Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
    for (const list of ['hard', 'used']) validateQuotaAmounts(status[list] ?? {}, `status.${list}`, errors);
  }
  return errors.list;
}

function validateCounts(
  { counts, parts = [], ready, collisions }: Counted,
  status: Counts,
  old: Counts,
  errors: Errors,
): void {
  const count = (name: string): number => status[name] ?? 0;
  for (const name of counts) nonNegative(status[name], `status.${name}`, errors);
  if (collisions) nonNegative(status.collisionCount, 'status.collisionCount', errors);
  for (const part of parts) {
    if (count(part) <= count('replicas')) continue;
    errors.invalid(`status.${part}`, count(part), 'cannot be greater than status.replicas');
  }
  if (ready !== undefined && count('availableReplicas') > count('readyReplicas')) {
    errors.invalid('status.availableReplicas', count('availableReplicas'), `cannot be greater than ${ready}`);
  }
  const before = collisions && old.collisionCount;
  if (before !== undefined && (status.collisionCount ?? -1) < before) {
    errors.invalid('status.collisionCount', count('collisionCount'), 'cannot be decremented');
  }
}
