// The AnalysisRuns of a Rollout: those that its status names, one of each type, and the others.
import { type AnalysisRun, type AnalysisRunType, phaseOf } from './analysis-objects.ts';
import type { AnalysisPhase, AnalysisRunStatus, RolloutStatus } from './rollout-objects.ts';

export class CurrentRuns {
  readonly #current = new Map<AnalysisRunType, AnalysisRun>();
  /** What the status says of them after this sync. */
  readonly #reported = new Map<AnalysisRunType, AnalysisRunStatus>();
  readonly others: readonly AnalysisRun[];

  constructor(status: RolloutStatus, runs: readonly AnalysisRun[]) {
    const names = new Map<string, AnalysisRunType>();
    for (const [type, run] of statusesOf(status)) if (run !== undefined) names.set(run.name, type);
    const others: AnalysisRun[] = [];
    for (const run of runs) {
      const type = names.get(run.metadata.name);
      if (type === undefined) others.push(run);
      else this.#current.set(type, run);
    }
    this.others = others;
  }

  get(type: AnalysisRunType): AnalysisRun | undefined {
    return this.#current.get(type);
  }

  phase(type: AnalysisRunType): AnalysisPhase {
    return phaseOf(this.get(type));
  }

  get all(): readonly AnalysisRun[] {
    return [...this.#current.values()];
  }

  set(type: AnalysisRunType, run: AnalysisRun | undefined): void {
    if (run === undefined) this.#current.delete(type);
    else this.#current.set(type, run);
  }

  /** From now on the status names the current ones. */
  tell(): void {
    this.#reported.clear();
    for (const [type, run] of this.#current) {
      this.#reported.set(type, { name: run.metadata.name, status: phaseOf(run), message: run.status?.message });
    }
  }

  get statuses(): Pick<RolloutStatus, 'canary' | 'blueGreen'> {
    return {
      canary: {
        currentStepAnalysisRunStatus: this.#reported.get('Step'),
        currentBackgroundAnalysisRunStatus: this.#reported.get('Background'),
      },
      blueGreen: {
        prePromotionAnalysisRunStatus: this.#reported.get('PrePromotion'),
        postPromotionAnalysisRunStatus: this.#reported.get('PostPromotion'),
      },
    };
  }
}

/** What a status says of the runs, by type. */
export function statusesOf({
  canary,
  blueGreen,
}: RolloutStatus): readonly (readonly [AnalysisRunType, AnalysisRunStatus | undefined])[] {
  return [
    ['PostPromotion', blueGreen?.postPromotionAnalysisRunStatus],
    ['PrePromotion', blueGreen?.prePromotionAnalysisRunStatus],
    ['Step', canary?.currentStepAnalysisRunStatus],
    ['Background', canary?.currentBackgroundAnalysisRunStatus],
  ];
}
