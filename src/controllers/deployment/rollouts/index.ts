// The family of rollouts: how a Deployment replaces its pods. `spec.strategy.type` names the member.
import { family } from '../../../lib/family.ts';
import { blueGreen } from './blue-green.ts';
import { canary } from './canary.ts';
import { rolloutContract } from './contract.ts';
import { recreate } from './recreate.ts';
import type { Rollout, RolloutContext } from './rollout.ts';
import { rollingUpdate } from './rolling-update.ts';

export const rollouts = family<RolloutContext, Rollout>(
  'rollouts',
  'How a Deployment replaces its pods.',
  [rollingUpdate, recreate, canary, blueGreen],
  rolloutContract,
);
