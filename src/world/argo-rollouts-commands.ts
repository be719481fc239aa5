// What `kubectl argo rollouts` sends for a Rollout: a patch of its spec, another status, or why it refuses.
import type { Patch } from '../api/resources/patch.ts';
import { timestamp } from '../lib/timestamp.ts';
import { sameTemplate } from '../controllers/kit/pod-template.ts';
import type { ReplicaSet } from '../controllers/kit/deployment-objects.ts';
import { type AnalysisRun, isCompleted, phaseOf } from '../controllers/rollout/analysis-objects.ts';
import { currentStep } from '../controllers/rollout/canary-steps.ts';
import { withoutInjected } from '../controllers/rollout/ephemeral-metadata.ts';
import { revisionOf } from '../controllers/rollout/rollout-annotations.ts';
import { type Rollout, ROLLOUT_HASH_LABEL, type RolloutStatus } from '../controllers/rollout/rollout-objects.ts';
import type { KubectlRefusal } from './kubectl-edits.ts';
import type { ArgoRolloutsCommand } from '../scenario/scenario.ts';

export interface RolloutChanges {
  readonly status?: RolloutStatus;
  readonly spec?: Patch;
}

export function argoRolloutsChanges(
  rollout: Rollout,
  sets: readonly ReplicaSet[],
  { command, full, toRevision }: ArgoRolloutsCommand,
  nowUs: number,
): RolloutChanges | KubectlRefusal {
  const { status = {} } = rollout;
  switch (command) {
    case 'promote':
      return full ? promotedFully(rollout) : promotedOnce(rollout);
    case 'abort':
      return { status: { ...status, abort: true } };
    case 'retry':
      return { status: { ...status, abort: undefined } };
    case 'pause':
      return { spec: merge({ paused: true }) };
    case 'undo':
      return undone(rollout, sets, toRevision);
    case 'restart':
      return { spec: merge({ restartAt: timestamp(nowUs) }) };
    case 'terminate':
      return {};
  }
}

function merge(spec: object): Patch {
  return { type: 'merge', patch: { spec } };
}

function promotedFully({ status = {} }: Rollout): RolloutChanges {
  return status.currentPodHash === status.stableRS ? {} : { status: { ...status, promoteFull: true } };
}

/** A pause ends, or where there is none, the step. */
function promotedOnce(rollout: Rollout): RolloutChanges {
  const { spec, status = {} } = rollout;
  const resumed = spec.paused === true ? { spec: merge({ paused: false }) } : {};
  if ((status.pauseConditions ?? []).length > 0)
    return { ...resumed, status: { ...status, pauseConditions: undefined } };
  const { index, step } = currentStep(rollout);
  if (index === undefined || step === undefined) return resumed;
  return { ...resumed, status: { ...status, currentStepIndex: index + 1 } };
}

/** The template of a revision's ReplicaSet; 0 is the one before. */
function undone(rollout: Rollout, sets: readonly ReplicaSet[], toRevision: number): RolloutChanges | KubectlRefusal {
  const revisions = sets.map(revisionOf).sort((a, b) => b - a);
  const wanted = toRevision === 0 ? revisions.at(1) : toRevision;
  if (wanted === undefined) return { refused: `no revision found for rollout '${rollout.metadata.name}'` };
  const set = sets.find((one) => revisionOf(one) === wanted);
  if (set === undefined) return { refused: `unable to find specified revision ${wanted} in history` };
  const own = withoutInjected(set).spec.template;
  const { [ROLLOUT_HASH_LABEL]: _hash, ...labels } = own?.metadata?.labels ?? {};
  const template = { ...own, metadata: { ...own?.metadata, labels } };
  if (sameTemplate(template, rollout.spec.template)) {
    return { refused: `skipped rollback (current template already matches revision ${wanted})` };
  }
  return { spec: { type: 'json', patch: [{ op: 'replace', path: '/spec/template', value: template }] } };
}

/** Those of the Rollout that have not ended, by name. */
export function runningAnalyses(runs: readonly AnalysisRun[]): readonly string[] {
  return runs.filter((run) => !isCompleted(phaseOf(run))).map(({ metadata }) => metadata.name);
}
