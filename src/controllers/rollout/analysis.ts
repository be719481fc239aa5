// The analyses of a Rollout: which runs there should be now, and what their outcome does to the update.
import type { Steps } from '../kit/sync.ts';
import { type AnalysisRun, AnalysisLabel, type AnalysisRunType, isCompleted, phaseOf } from './analysis-objects.ts';
import { analysisArguments } from './analysis-arguments.ts';
import { statusesOf } from './analysis-runs.ts';
import { currentStep } from './canary-steps.ts';
import { isRollbackWithinWindow } from './promotion.ts';
import { beyondHistory } from './rollout-history.ts';
import { isSaturated, revisionOf, scaleDownDeadline } from './rollout-annotations.ts';
import {
  availableReplicas,
  hashOf,
  isFullyPromoted,
  pauseCondition,
  ROLLOUT_API,
  ROLLOUT_HASH_LABEL,
  RolloutAnnotation,
  type RolloutAnalysis,
} from './rollout-objects.ts';
import type { AnalysisPort } from './rollout-port.ts';
import type { RolloutSync } from './rollout-sync.ts';

/** How an outcome is reported when it aborts the update. */
const FAILED: Readonly<Record<AnalysisRunType, string>> = {
  Step: 'Step-based analysis phase error/failed',
  Background: 'Background analysis phase error/failed',
  PrePromotion: 'Blue/green pre-promotion analysis phase error/failed',
  PostPromotion: 'Blue/green post-promotion analysis phase error/failed',
};

export function* reconcileAnalysis(work: RolloutSync): Steps {
  const { runs, rollout } = work;
  const { analyses } = work.port;
  if (skipsAnalysis(work)) {
    runs.tell();
    return yield* terminate(analyses, [...runs.all, ...runs.others]);
  }
  for (const type of typesOf(work)) {
    const run = yield* reconcileRun(work, type, analyses);
    // After the promotion even one that was ended before its time counts.
    if (run !== undefined && type === 'PostPromotion') judge(work, type, run);
    runs.set(type, run);
  }
  runs.tell();
  const current = new Set(runs.all.map(({ metadata }) => metadata.name));
  const others = runs.others.filter(({ metadata }) => !current.has(metadata.name));
  yield* terminate(analyses, others);
  for (const run of beyondHistory(work, others)) yield* analyses.delete(run);
  for (const [type, before] of statusesOf(rollout.status ?? {})) {
    const run = runs.get(type);
    const phase = phaseOf(run);
    if (run === undefined || phase === '' || !(before === undefined || isChange(before, run))) continue;
    const what = `Status New: '${phase}' Previous: '${before?.status ?? 'NoPreviousStatus'}'`;
    const bad = phase === 'Failed' || phase === 'Error';
    const message = `${type} Analysis Run '${run.metadata.name}' ${what}`;
    work.port.event(bad ? 'Warning' : 'Normal', `AnalysisRun${phase}`, message);
  }
}

function isChange(before: { readonly name: string; readonly status: string }, run: AnalysisRun): boolean {
  return before.name === run.metadata.name && before.status !== phaseOf(run);
}

function typesOf({ rollout }: RolloutSync): readonly AnalysisRunType[] {
  return rollout.spec.strategy.blueGreen === undefined ? ['Step', 'Background'] : ['PrePromotion', 'PostPromotion'];
}

/** Nothing is analysed that is aborted, promoted in full, new, or goes back to a ReplicaSet that is still up. A retry does not. */
function skipsAnalysis(work: RolloutSync): boolean {
  const { rollout, newest, pause } = work;
  return (
    pause.isAborted ||
    rollout.status?.promoteFull === true ||
    (scaleDownDeadline(newest) !== undefined && rollout.status?.abortedAt === undefined) ||
    (rollout.status?.stableRS ?? '') === '' ||
    isRollbackWithinWindow(work)
  );
}

/** The run that there should be of a type, begun or ended as needed. */
function* reconcileRun(
  work: RolloutSync,
  type: AnalysisRunType,
  analyses: AnalysisPort,
): Steps<AnalysisRun | undefined> {
  const { rollout, runs } = work;
  const current = runs.get(type);
  const asked = askedFor(work, type);
  if (type === 'Step' && ((rollout.status?.pauseConditions ?? []).length > 0 || rollout.status?.abort === true)) {
    return current;
  }
  if (asked === undefined) {
    if (type === 'Background' && rollout.spec.strategy.canary?.analysis !== undefined) return undefined;
    yield* terminate(analyses, current === undefined ? [] : [current]);
    return undefined;
  }
  if (skipsPromotionAnalysis(work, type)) {
    yield* terminate(analyses, current === undefined ? [] : [current]);
    return current;
  }
  if (pauseCondition(rollout, 'InconclusiveAnalysisRun') !== undefined) return current;
  if (current === undefined || needsAnother(work, current)) {
    const args = analysisArguments(asked.args ?? [], rollout, work);
    return yield* analyses.create(newRun(work, type), { ...asked, args });
  }
  if (type !== 'PostPromotion') judge(work, type, current);
  return current;
}

function isOfPromotion(type: AnalysisRunType): boolean {
  return type === 'PrePromotion' || type === 'PostPromotion';
}

/** The analysis that the manifest wants of that type now. */
function askedFor({ rollout, runs }: RolloutSync, type: AnalysisRunType): RolloutAnalysis | undefined {
  const { canary, blueGreen } = rollout.spec.strategy;
  if (type === 'PrePromotion') return blueGreen?.prePromotionAnalysis;
  if (type === 'PostPromotion') return blueGreen?.postPromotionAnalysis;
  const { index, step } = currentStep(rollout);
  if (type === 'Step') {
    // A run of the step before, which somebody promoted past.
    const began = runs.get('Step')?.metadata.labels?.[AnalysisLabel.StepIndex];
    return began !== undefined && began !== String(index) ? undefined : step?.analysis;
  }
  const { stableRS = '', currentPodHash = '' } = rollout.status ?? {};
  if (canary?.analysis === undefined || (canary.analysis.templates ?? []).length === 0) return undefined;
  const early = index !== undefined && index < (canary.analysis.startingStep ?? 0);
  return isFullyPromoted(rollout) || stableRS === '' || currentPodHash === '' || early ? undefined : canary.analysis;
}

export function skipsPromotionAnalysis({ rollout, newest }: RolloutSync, type: AnalysisRunType): boolean {
  if (!isOfPromotion(type)) return false;
  const { stableRS, blueGreen } = rollout.status ?? {};
  const hash = hashOf(newest);
  const active = blueGreen?.activeSelector ?? '';
  if (stableRS === hash || hash === '') return true;
  if (type === 'PostPromotion') return active !== hash || !isSaturated(rollout, newest);
  if (active === '' || active === hash) return true;
  const preview = rollout.spec.strategy.blueGreen?.previewReplicaCount;
  if (preview === undefined) return !isSaturated(rollout, newest);
  return newest?.spec.replicas !== preview || availableReplicas(newest) !== preview;
}

/** After an inconclusive one that somebody looked at, and after an abort that is tried again. */
function needsAnother({ rollout }: RolloutSync, current: AnalysisRun): boolean {
  const { controllerPause, abortedAt } = rollout.status ?? {};
  const paused =
    pauseCondition(rollout, 'CanaryPauseStep') !== undefined || pauseCondition(rollout, 'BlueGreenPause') !== undefined;
  if (controllerPause === true && !paused) return phaseOf(current) === 'Inconclusive';
  return abortedAt !== undefined;
}

function judge(work: RolloutSync, type: AnalysisRunType, run: AnalysisRun): void {
  const phase = phaseOf(run);
  if (phase === 'Inconclusive') work.pause.add('InconclusiveAnalysisRun');
  if (phase !== 'Error' && phase !== 'Failed') return;
  const message = run.status?.message ?? '';
  work.pause.abort(message === '' ? FAILED[type] : `${FAILED[type]}: ${message}`);
}

function newRun({ rollout, newest }: RolloutSync, type: AnalysisRunType): AnalysisRun {
  const { name, namespace, uid } = rollout.metadata;
  const { index } = currentStep(rollout);
  const hash = hashOf(newest);
  const revision = String(revisionOf(rollout));
  const suffix = { Step: [String(index)], Background: [], PrePromotion: ['pre'], PostPromotion: ['post'] }[type];
  const owner = { apiVersion: ROLLOUT_API, kind: 'Rollout', name, uid: uid ?? '' };
  return {
    apiVersion: ROLLOUT_API,
    kind: 'AnalysisRun',
    metadata: {
      name: [name, hash, revision, ...suffix].join('-'),
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        [AnalysisLabel.Type]: type,
        [ROLLOUT_HASH_LABEL]: hash,
        ...(type === 'Step' ? { [AnalysisLabel.StepIndex]: String(index) } : {}),
        ...rollout.spec.selector.matchLabels,
      },
      annotations: { [RolloutAnnotation.Revision]: revision },
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    spec: {},
  };
}

function* terminate(analyses: AnalysisPort, runs: readonly AnalysisRun[]): Steps {
  for (const run of runs) {
    if (run.spec.terminate !== true && !isCompleted(phaseOf(run))) yield* analyses.terminate(run);
  }
}
