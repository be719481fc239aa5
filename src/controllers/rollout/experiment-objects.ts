// The fields of Argo's Experiments that controllers read and write, and the annotations by which they know what is theirs.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { Argument, MetricRule } from '../../model/analysis/metric.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { AnalysisPhase, PodMetadata, RolloutCondition } from './rollout-objects.ts';

export const ExperimentAnnotation = {
  Name: 'experiment.argoproj.io/name',
  Template: 'experiment.argoproj.io/template-name',
} as const;

export type TemplatePhase = '' | 'Successful' | 'Running' | 'Progressing' | 'Error' | 'Failed';

/** One ReplicaSet, and with `service` one Service of its pods alone. */
export interface ExperimentTemplate {
  readonly name: string;
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly service?: { readonly name?: string };
}

export interface ExperimentAnalysis {
  readonly name: string;
  readonly templateName: string;
  readonly clusterScope?: boolean;
  readonly args?: readonly Argument[];
  readonly requiredForCompletion?: boolean;
}

export interface ExperimentSpec {
  readonly templates: readonly ExperimentTemplate[];
  readonly duration?: string;
  readonly progressDeadlineSeconds?: number;
  readonly scaleDownDelaySeconds?: number;
  readonly terminate?: boolean;
  readonly analyses?: readonly ExperimentAnalysis[];
  readonly dryRun?: readonly MetricRule[];
  readonly measurementRetention?: readonly MetricRule[];
  readonly analysisRunMetadata?: PodMetadata;
}

export interface TemplateStatus {
  readonly name: string;
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly collisionCount?: number | undefined;
  readonly status: TemplatePhase;
  readonly message?: string | undefined;
  readonly lastTransitionTime?: string | undefined;
  readonly serviceName?: string | undefined;
  readonly podTemplateHash?: string | undefined;
}

export interface ExperimentRunStatus {
  readonly name: string;
  /** Empty until there is one. */
  readonly analysisRun: string;
  readonly phase: AnalysisPhase;
  readonly message?: string | undefined;
}

export interface ExperimentStatus {
  readonly phase?: AnalysisPhase;
  readonly message?: string | undefined;
  readonly availableAt?: string | undefined;
  readonly templateStatuses?: readonly TemplateStatus[];
  readonly analysisRuns?: readonly ExperimentRunStatus[];
  readonly conditions?: readonly RolloutCondition[];
}

export interface Experiment extends KubeObject {
  readonly kind: 'Experiment';
  readonly spec: ExperimentSpec;
  readonly status?: ExperimentStatus;
}

export function templateStatus({ templateStatuses = [] }: ExperimentStatus, name: string): TemplateStatus | undefined {
  return templateStatuses.find((one) => one.name === name);
}

export function runStatus({ analysisRuns = [] }: ExperimentStatus, name: string): ExperimentRunStatus | undefined {
  return analysisRuns.find((one) => one.name === name);
}

/** The list with that one in place of the one of its name, or behind the others. */
export function withNamed<T extends { readonly name: string }>(list: readonly T[] | undefined, next: T): readonly T[] {
  const before = list ?? [];
  if (!before.some(({ name }) => name === next.name)) return [...before, next];
  return before.map((one) => (one.name === next.name ? next : one));
}
