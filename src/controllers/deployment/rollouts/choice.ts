// Which rollout a Deployment has: the one that the scenario gives it, else the one that its strategy names.
import type { Family } from '../../../lib/family.ts';
import type { FamilyUse } from '../../../model/settings/family-use.ts';
import type { Work } from '../../kit/controller.ts';
import type { Deployment } from '../../kit/deployment-objects.ts';
import { DeploymentContext, type RolloutPorts } from './context.ts';
import { rollouts } from './index.ts';
import type { Rollout, RolloutContext } from './rollout.ts';
import type { ObjectRow } from '../../../model/rows.ts';

/** A Deployment that does not follow its own `spec.strategy`. */
export interface RolloutUse {
  readonly namespace: string;
  readonly name: string;
  readonly rollout: FamilyUse;
}

/** What is made for a Deployment, for as long as it has this use of a strategy. */
interface Made {
  readonly use: unknown;
  readonly rollout: Rollout;
  readonly context: DeploymentContext;
}

export class RolloutChoice {
  readonly #family: Family<RolloutContext, Rollout>;
  readonly #uses: ReadonlyMap<string, FamilyUse>;
  readonly #ports: RolloutPorts;
  /** By Deployment. */
  readonly #made = new Map<ObjectRow, Made>();

  constructor(ports: RolloutPorts, uses: readonly RolloutUse[] = [], family = rollouts) {
    this.#ports = ports;
    this.#family = family;
    this.#uses = new Map(uses.map(({ namespace, name, rollout }) => [`${namespace}/${name}`, rollout]));
  }

  /** Made once for each version of the Deployment's strategy. Throws an InputError for an unknown rollout or argument. */
  of(work: Work, row: ObjectRow, { metadata, spec: { strategy } }: Deployment): Rollout {
    const own = this.#uses.get(`${metadata.namespace}/${metadata.name}`);
    const use = own ?? strategy;
    const known = this.#made.get(row);
    if (known !== undefined && known.use === use) return known.rollout;
    known?.context.setWeights();
    const context = new DeploymentContext(work, row, this.#ports);
    const { type = 'RollingUpdate', rollingUpdate } = strategy ?? {};
    // The limits belong to RollingUpdate alone.
    const { name, args } = own ?? { name: type, args: type === 'RollingUpdate' ? rollingUpdate : undefined };
    const rollout = this.#family.create(name, args, context);
    this.#made.set(row, { use, rollout, context });
    return rollout;
  }

  /** The Deployment is gone: its Services are undivided again. */
  forget(row: ObjectRow): void {
    this.#made.get(row)?.context.setWeights();
    this.#made.delete(row);
  }
}
