// Rollouts where there is neither network nor traffic: nothing is divided, nothing is measured.
import { RolloutChoice } from '../../src/controllers/deployment/rollouts/choice.ts';
import type { RolloutContext } from '../../src/controllers/deployment/rollouts/rollout.ts';

const unmeasured = { read: () => undefined };

export function rolloutsWithoutTraffic(): RolloutChoice {
  return new RolloutChoice({ division: { divide: () => undefined }, requests: { watch: () => unmeasured } });
}

export const contextWithoutTraffic: RolloutContext = {
  nowUs: 0,
  alarm: () => undefined,
  setWeights: () => undefined,
  readings: () => unmeasured,
};
