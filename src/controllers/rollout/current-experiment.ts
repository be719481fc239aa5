// The experiments of a Rollout: the one that its status names, and the others.
import type { Experiment } from './experiment-objects.ts';
import type { RolloutStatus } from './rollout-objects.ts';

export class CurrentExperiment {
  readonly others: readonly Experiment[];
  current: Experiment | undefined;
  /** What the status says of it after this sync. */
  reported: string | undefined;

  constructor({ canary }: RolloutStatus, experiments: readonly Experiment[]) {
    this.current = experiments.find(({ metadata }) => metadata.name === canary?.currentExperiment);
    this.others = experiments.filter((one) => one !== this.current);
  }
}
