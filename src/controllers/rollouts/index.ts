// The family of rollouts: how a Deployment replaces its pods. `spec.strategy.type` names the member.
import { family } from '../../lib/family.ts';
import type { Deployment } from '../deployment-objects.ts';
import { recreate } from './recreate.ts';
import type { Rollout } from './rollout.ts';
import { rollingUpdate } from './rolling-update.ts';

export const rollouts = family<void, Rollout>('rollout', 'How a Deployment replaces its pods.', [
  rollingUpdate,
  recreate,
]);

const known = new WeakMap<object, Rollout>();
const byDefault = rollouts.create('RollingUpdate', {}, undefined);

/** The rollout that the Deployment's strategy names, made once per version of the spec. Throws an InputError. */
export function rolloutOf(deployment: Deployment): Rollout {
  const { strategy } = deployment.spec;
  if (strategy === undefined) return byDefault;
  let made = known.get(strategy);
  if (made === undefined) {
    made = rollouts.create(strategy.type ?? 'RollingUpdate', strategy.rollingUpdate, undefined);
    known.set(strategy, made);
  }
  return made;
}
