// Pauses, their end and retries are noted in the condition Progressing, so that the deadline does not run through them.
import type { Steps } from '../kit/sync.ts';
import { ConditionType, isCompleted, Reason, withCondition } from './rollout-conditions.ts';
import { condition, findCondition } from '../kit/progress-conditions.ts';
import type { RolloutCondition } from './rollout-objects.ts';
import { rolloutPhase } from './rollout-phase.ts';
import type { RolloutSync } from './rollout-sync.ts';

const PAUSED = 'Rollout is paused';
const RESUMED = 'Rollout is resumed';

/** True when it wrote the status. */
export function* notePause(work: RolloutSync): Steps<boolean> {
  const { rollout } = work;
  const { status = {} } = rollout;
  const progressing = findCondition(status.conditions, ConditionType.Progressing);
  const paused = isPaused(work);
  const aborted = progressing?.reason === Reason.Aborted;
  const noted: RolloutCondition[] = [];
  const note = (type: string, value: 'True' | 'False' | 'Unknown', reason: string, message: string): void => {
    noted.push(condition(work.port.nowUs, type, value, reason, message));
  };
  // Of what is complete the progress goes on saying so: else each of the two notes would bring the other.
  const complete = isCompleted(status);
  if (paused !== (progressing?.reason === Reason.Paused) && !aborted && !complete) {
    if (paused) note(ConditionType.Progressing, 'Unknown', Reason.Paused, PAUSED);
    else note(ConditionType.Progressing, 'Unknown', Reason.Resumed, RESUMED);
  }
  if (status.abort !== true && aborted) {
    note(ConditionType.Progressing, 'Unknown', Reason.Retry, 'Retrying Rollout after abort');
  }
  const pausedNoted = findCondition(status.conditions, ConditionType.Paused)?.status === 'True';
  if (paused !== pausedNoted && !aborted) {
    note(ConditionType.Paused, paused ? 'True' : 'False', Reason.Paused, PAUSED);
  }
  if (noted.length === 0) return false;
  yield* patchConditions(work, noted);
  return true;
}

export function isPaused({ rollout: { spec, status } }: RolloutSync): boolean {
  return (status?.pauseConditions ?? []).length > 0 || spec.paused === true;
}

/** Writes conditions at once. */
export function* patchConditions(work: RolloutSync, noted: readonly RolloutCondition[]): Steps {
  const { rollout } = work;
  // What is reported again is written even with the same reason: the message may be another one.
  const before = (rollout.status?.conditions ?? []).filter(({ type }) => type !== ConditionType.InvalidSpec);
  const conditions = noted.reduce(withCondition, before);
  const observedGeneration = String(rollout.metadata.generation ?? 0);
  const status = { ...rollout.status, conditions, observedGeneration };
  yield* work.writeStatus({ ...status, ...rolloutPhase(rollout, status) });
}
