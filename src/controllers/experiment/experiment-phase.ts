// How far an Experiment is: whether it ends, how long it has run, and the worst of its templates and analyses.
import { timestampUs } from '../../lib/timestamp.ts';
import { durationUs } from '../../model/analysis/metric.ts';
import { isCompleted } from '../rollout/analysis-objects.ts';
import type { AnalysisPhase } from '../rollout/rollout-objects.ts';
import {
  type Experiment,
  type ExperimentSpec,
  type ExperimentStatus,
  type ExperimentTemplate,
  runStatus,
  type TemplatePhase,
  templateStatus,
} from '../rollout/experiment-objects.ts';

const DEFAULT_DEADLINE_SECONDS = 600;
const DEFAULT_SCALE_DOWN_DELAY_SECONDS = 30;

/** The best first. What is not among them counts as the best. */
const TEMPLATE_ORDER: readonly TemplatePhase[] = ['Successful', 'Running', 'Progressing', 'Error', 'Failed'];
const ANALYSIS_ORDER: readonly AnalysisPhase[] = [
  'Successful',
  'Running',
  'Pending',
  'Inconclusive',
  'Error',
  'Failed',
];
const OF_TEMPLATES: Partial<Record<TemplatePhase, AnalysisPhase>> = {
  Progressing: 'Pending',
  Failed: 'Failed',
  Error: 'Error',
  Successful: 'Successful',
};

interface Verdict {
  readonly phase: AnalysisPhase;
  readonly message: string;
}

export function deadlineSeconds({ spec }: Experiment): number {
  return spec.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS;
}

export function scaleDownDelaySeconds({ spec }: Experiment): number {
  return spec.scaleDownDelaySeconds ?? DEFAULT_SCALE_DOWN_DELAY_SECONDS;
}

export function isTemplateCompleted(phase: TemplatePhase): boolean {
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error';
}

/** It is over, somebody ended it, a part of it went wrong, or all that it needs has succeeded: its pods go. */
export function isTerminating({ spec, status = {} }: Experiment): boolean {
  return (
    spec.terminate === true ||
    isCompleted(status.phase ?? '') ||
    (status.templateStatuses ?? []).some((one) => one.status === 'Failed' || one.status === 'Error') ||
    (status.analysisRuns ?? []).some(({ phase }) => isCompleted(phase) && phase !== 'Successful') ||
    requiredRunsSucceeded(spec, status)
  );
}

export function hasRequiredRuns({ analyses = [] }: ExperimentSpec): boolean {
  return analyses.some(({ requiredForCompletion }) => requiredForCompletion === true);
}

export function requiredRunsSucceeded(spec: ExperimentSpec, status: ExperimentStatus): boolean {
  const required = (spec.analyses ?? []).filter(({ requiredForCompletion }) => requiredForCompletion === true);
  return required.length > 0 && required.every(({ name }) => runStatus(status, name)?.phase === 'Successful');
}

/** Microseconds that are left of its duration: 0 or less once it has passed, undefined while it does not run or has none. */
export function timeLeftUs({ spec, status }: Pick<Experiment, 'spec' | 'status'>, nowUs: number): number | undefined {
  const length = spec.duration === undefined || spec.duration === '' ? undefined : durationUs(spec.duration);
  if (length === undefined || status?.availableAt === undefined) return undefined;
  return timestampUs(status.availableAt) + length - nowUs;
}

/** Its duration has passed: the instant of its end does not count yet. */
export function isOver(experiment: Pick<Experiment, 'spec' | 'status'>, nowUs: number): boolean {
  const left = timeLeftUs(experiment, nowUs);
  return left !== undefined && left < 0;
}

/** How many pods of the template there should be now. */
export function wantedReplicas(experiment: Experiment, template: ExperimentTemplate): number {
  const phase = templateStatus(experiment.status ?? {}, template.name)?.status ?? '';
  return isTerminating(experiment) || isTemplateCompleted(phase) ? 0 : (template.replicas ?? 1);
}

export function worstTemplate({ templates }: ExperimentSpec, status: ExperimentStatus): Verdict {
  let worst: TemplatePhase = 'Successful';
  let message = '';
  for (const { name } of templates) {
    const one = templateStatus(status, name);
    const phase: TemplatePhase = one?.status ?? 'Progressing';
    if (TEMPLATE_ORDER.indexOf(phase) <= TEMPLATE_ORDER.indexOf(worst)) continue;
    worst = phase;
    message = one?.message ?? message;
  }
  return { phase: OF_TEMPLATES[worst] ?? 'Running', message };
}

/** Without analyses it is a success. */
export function worstRun(spec: ExperimentSpec, status: ExperimentStatus): Verdict {
  let worst: AnalysisPhase = 'Successful';
  let message = '';
  for (const { name } of spec.analyses ?? []) {
    const one = runStatus(status, name);
    const phase = one?.phase ?? '';
    if (ANALYSIS_ORDER.indexOf(phase) <= ANALYSIS_ORDER.indexOf(worst)) continue;
    worst = phase;
    message = one?.message ?? '';
  }
  // Those that are not required may still run: nobody waits for them.
  const open = worst === 'Running' || worst === 'Pending' || worst === 'Successful';
  if (open && requiredRunsSucceeded(spec, status)) {
    return { phase: 'Successful', message: 'Required AnalysisRuns completed' };
  }
  return { phase: worst === 'Pending' ? 'Running' : worst, message };
}
