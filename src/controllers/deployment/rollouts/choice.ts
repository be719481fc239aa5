// Which rollout a Deployment has: the one that the scenario gives it, else the one that its strategy names.
import type { Family } from '../../../lib/family.ts';
import type { Deployment } from '../../kit/deployment-objects.ts';
import { rollouts } from './index.ts';
import type { Rollout } from './rollout.ts';

/** A Deployment that does not follow its own `spec.strategy`. */
export interface RolloutUse {
  readonly namespace: string;
  readonly name: string;
  readonly rollout: { readonly name: string; readonly args: unknown };
}

export class RolloutChoice {
  readonly #family: Family<void, Rollout>;
  readonly #own: ReadonlyMap<string, Rollout>;
  readonly #known = new WeakMap<object, Rollout>();
  readonly #usual: Rollout;

  /** Throws an InputError for an unknown rollout or argument. */
  constructor(uses: readonly RolloutUse[] = [], family: Family<void, Rollout> = rollouts) {
    this.#family = family;
    this.#usual = family.create('RollingUpdate', {}, undefined);
    this.#own = new Map(
      uses.map(({ namespace, name, rollout }) => [
        `${namespace}/${name}`,
        family.create(rollout.name, rollout.args, undefined),
      ]),
    );
  }

  /** Made once per version of the Deployment's spec. Throws an InputError. */
  of({ metadata, spec: { strategy } }: Deployment): Rollout {
    const own = this.#own.get(`${metadata.namespace}/${metadata.name}`);
    if (own !== undefined) return own;
    if (strategy === undefined) return this.#usual;
    let made = this.#known.get(strategy);
    if (made === undefined) {
      const { type = 'RollingUpdate', rollingUpdate } = strategy;
      // The limits belong to RollingUpdate alone.
      made = this.#family.create(type, type === 'RollingUpdate' ? rollingUpdate : undefined, undefined);
      this.#known.set(strategy, made);
    }
    return made;
  }
}
