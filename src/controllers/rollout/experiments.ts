// The experiments of a canary: the one of the current step runs, others are ended, and what it comes to decides about the update.
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { Steps } from '../kit/sync.ts';
import { SyncFailed } from '../kit/sync.ts';
import type { Experiment, ExperimentTemplate } from './experiment-objects.ts';
import { isCompleted } from './analysis-objects.ts';
import { analysisArguments } from './analysis-arguments.ts';
import { currentStep } from './canary-steps.ts';
import { revisionOf } from './rollout-annotations.ts';
import {
  type ExperimentStep,
  type ExperimentStepTemplate,
  pauseCondition,
  ROLLOUT_API,
  ROLLOUT_HASH_LABEL,
  RolloutAnnotation,
  type WeightDestination,
} from './rollout-objects.ts';
import { beyondHistory } from './rollout-history.ts';
import { currentHash } from './rollout-revisions.ts';
import type { RolloutSync } from './rollout-sync.ts';

export function* reconcileExperiments(work: RolloutSync): Steps {
  const { pause, rollout, port } = work;
  const { others } = work.experiments;
  if (pause.isAborted || rollout.status?.promoteFull === true) {
    return yield* endAll(work, [
      ...others,
      ...(work.experiments.current === undefined ? [] : [work.experiments.current]),
    ]);
  }
  // Somebody has to look at an outcome first.
  if (pauseCondition(rollout, 'InconclusiveAnalysisRun') ?? pauseCondition(rollout, 'InconclusiveExperiment')) return;
  const { step } = currentStep(rollout);
  let { current } = work.experiments;
  const overtaken = step?.experiment === undefined && current !== undefined ? [current] : [];
  if (step?.experiment !== undefined) {
    if (current === undefined) {
      if (work.stable === undefined) return;
      current = yield* port.experiments.create(newExperiment(work, step.experiment));
      port.event('Normal', 'ExperimentCreated', `Created Experiment '${current.metadata.name}'`);
    }
    judge(work, current);
  }
  work.experiments.current = current;
  const rest = [...others, ...overtaken];
  yield* endAll(work, rest);
  for (const one of beyondHistory(work, rest)) yield* port.experiments.delete(one);
}

function judge({ experiments, pause }: RolloutSync, { metadata, status }: Experiment): void {
  const phase = status?.phase ?? '';
  if (phase === 'Inconclusive') pause.add('InconclusiveExperiment');
  else if (phase === 'Error' || phase === 'Failed') pause.abort(status?.message ?? '');
  else if (phase !== 'Successful') experiments.reported = metadata.name;
}

function* endAll({ port }: RolloutSync, all: readonly Experiment[]): Steps {
  for (const one of all) {
    if (one.spec.terminate !== true && !isCompleted(one.status?.phase ?? '')) yield* port.experiments.terminate(one);
  }
}

/** Where the router sends more traffic while the experiment of this step runs. */
export function experimentWeights({ rollout, experiments }: RolloutSync): readonly WeightDestination[] {
  const { step } = currentStep(rollout);
  const { current } = experiments;
  if (step?.experiment === undefined || current?.status?.phase !== 'Running') return [];
  return (current.status.templateStatuses ?? []).flatMap(({ name, serviceName, podTemplateHash }) => {
    const weight = step.experiment?.templates.find((one) => one.name === name)?.weight;
    return weight === undefined ? [] : [{ weight, serviceName, podTemplateHash }];
  });
}

function newExperiment(work: RolloutSync, step: ExperimentStep): Experiment {
  const { rollout } = work;
  const { name, namespace, labels, uid } = rollout.metadata;
  const hash = currentHash(rollout);
  const revision = String(revisionOf(rollout));
  const owner = { apiVersion: ROLLOUT_API, kind: 'Rollout', name, uid: uid ?? '' };
  const { duration, dryRun, analysisRunMetadata, analyses } = step;
  const { progressDeadlineSeconds } = rollout.spec;
  return {
    apiVersion: ROLLOUT_API,
    kind: 'Experiment',
    metadata: {
      name: [name, hash, revision, String(currentStep(rollout).index ?? 0)].join('-'),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...labels, [ROLLOUT_HASH_LABEL]: hash },
      annotations: { [RolloutAnnotation.Revision]: revision },
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    spec: {
      templates: step.templates.map((one) => templateOf(work, one)),
      ...(duration === undefined ? {} : { duration: String(duration) }),
      ...(progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }),
      ...(dryRun === undefined ? {} : { dryRun }),
      ...(analysisRunMetadata === undefined ? {} : { analysisRunMetadata }),
      ...(analyses === undefined
        ? {}
        : { analyses: analyses.map((one) => ({ ...one, args: analysisArguments(one.args ?? [], rollout, work) })) }),
    },
  };
}

/** The template of the stable or the new ReplicaSet, with more labels and annotations if asked. */
function templateOf({ newest, stable }: RolloutSync, step: ExperimentStepTemplate): ExperimentTemplate {
  const set = step.specRef === 'canary' ? newest : stable;
  if (set === undefined) throw new SyncFailed(`there is no ${step.specRef} ReplicaSet for the experiment's template`);
  const { name, replicas, metadata = {}, weight, service } = step;
  const template = set.spec.template ?? {};
  const own: LabelSelector = step.selector ?? set.spec.selector;
  return {
    name,
    ...(replicas === undefined ? {} : { replicas }),
    minReadySeconds: set.spec.minReadySeconds ?? 0,
    selector: { ...own, matchLabels: { ...own.matchLabels, ...metadata.labels } },
    template: {
      ...template,
      metadata: {
        ...template.metadata,
        labels: { ...template.metadata?.labels, ...metadata.labels },
        ...(metadata.annotations === undefined
          ? {}
          : { annotations: { ...template.metadata?.annotations, ...metadata.annotations } }),
      },
    },
    ...(weight === undefined && service === undefined
      ? {}
      : { service: service?.name === undefined ? {} : { name: service.name } }),
  };
}
