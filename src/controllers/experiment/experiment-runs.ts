// An analysis of an Experiment: its run begins once all templates are available, and ends with the Experiment.
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { type AnalysisRun, isCompleted, phaseOf } from '../rollout/analysis-objects.ts';
import { ROLLOUT_API } from '../rollout/rollout-objects.ts';
import { UnresolvedArgument } from '../../model/analysis/arguments.ts';
import { experimentArguments } from './experiment-arguments.ts';
import {
  type ExperimentAnalysis,
  type ExperimentRunStatus,
  runStatus,
  withNamed,
} from '../rollout/experiment-objects.ts';
import { ownerOf } from './experiment-set.ts';
import type { ExperimentSync } from './experiment-sync.ts';

export function* reconcileRun(work: ExperimentSync, analysis: ExperimentAnalysis): Steps {
  const { name } = analysis;
  const before = runStatus(work.experiment.status ?? {}, name) ?? { name, analysisRun: '', phase: '' as const };
  const next = yield* reconciled(work, analysis, before);
  if (before.phase !== next.phase && next.phase !== '') {
    const bad = isCompleted(next.phase) && next.phase !== 'Successful';
    const why = next.message === undefined || next.message === '' ? '' : `: ${next.message}`;
    const how = `transitioned from ${before.phase} -> ${next.phase}${why}`;
    work.port.event(bad ? 'Warning' : 'Normal', `AnalysisRun${next.phase}`, `AnalysisRun '${name}' ${how}`);
  }
  work.status = { ...work.status, analysisRuns: withNamed(work.status.analysisRuns, next) };
}

function* reconciled(
  work: ExperimentSync,
  analysis: ExperimentAnalysis,
  before: ExperimentRunStatus,
): Steps<ExperimentRunStatus> {
  const { port, experiment, terminating } = work;
  const { name, templateName, clusterScope } = analysis;
  if (experiment.status?.availableAt === undefined) {
    const missing = port.missingTemplate({ templateName, ...(clusterScope === true ? { clusterScope } : {}) });
    if (missing === undefined) return before;
    const what = clusterScope === true ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
    return { ...before, phase: 'Error', message: `${what} verification failed for analysis '${name}': ${missing}` };
  }
  if (before.analysisRun === '') return terminating ? before : yield* begun(work, analysis, before);
  if (isCompleted(before.phase)) return before;
  const run = port.findRun(before.analysisRun);
  if (run === undefined) return { ...before, phase: 'Error', message: `analysisrun "${before.analysisRun}" not found` };
  if (!terminating) return { ...before, phase: phaseOf(run), message: run.status?.message };
  if (!isCompleted(phaseOf(run)) && run.spec.terminate !== true) {
    port.event('Normal', 'AnalysisRunTerminating', `Terminating ${name} (${run.metadata.name})`);
    yield* port.terminateRun(run);
  }
  return before;
}

function* begun(
  work: ExperimentSync,
  analysis: ExperimentAnalysis,
  before: ExperimentRunStatus,
): Steps<ExperimentRunStatus> {
  const { port, experiment } = work;
  const { spec, metadata } = experiment;
  const { name, templateName, clusterScope = false, args = [] } = analysis;
  const run: AnalysisRun = {
    apiVersion: ROLLOUT_API,
    kind: 'AnalysisRun',
    metadata: {
      name: `${metadata.name}-${name}`,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      ownerReferences: [ownerOf(experiment)],
    },
    spec: {},
  };
  const { dryRun, measurementRetention, analysisRunMetadata } = spec;
  try {
    const made = yield* port.createRun(run, {
      templates: [{ templateName, clusterScope }],
      args: experimentArguments(args, work),
      ...(dryRun === undefined ? {} : { dryRun }),
      ...(measurementRetention === undefined ? {} : { measurementRetention }),
      ...(analysisRunMetadata === undefined ? {} : { analysisRunMetadata }),
    });
    return { ...before, phase: 'Pending', analysisRun: made.metadata.name };
  } catch (error) {
    if (!(error instanceof SyncFailed || error instanceof UnresolvedArgument)) throw error;
    const message = `Failed to create AnalysisRun for analysis '${name}': ${error.message}`;
    return { ...before, phase: 'Error', message };
  }
}
