// The fields of AnalysisRuns that the Rollout controller reads and writes.
import type { AnalysisSpec } from '../../model/analysis/metric.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { AnalysisPhase } from './rollout-objects.ts';

export type AnalysisRunType = 'Step' | 'Background' | 'PrePromotion' | 'PostPromotion';

export const AnalysisLabel = { Type: 'rollout-type', StepIndex: 'step-index' } as const;

export interface AnalysisRun extends KubeObject {
  readonly kind: 'AnalysisRun';
  readonly spec: AnalysisSpec & { readonly terminate?: boolean };
  readonly status?: { readonly phase?: AnalysisPhase; readonly message?: string };
}

export function phaseOf(run: AnalysisRun | undefined): AnalysisPhase {
  return run?.status?.phase ?? '';
}

export function isCompleted(phase: AnalysisPhase): boolean {
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';
}
