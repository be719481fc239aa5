// Routers whose objects are not simulated (SMI, ALB, Traefik and others): connections to the stable Service are divided by weight at once.
import { EVERY_ENDPOINT } from '../../../model/endpoints.ts';
import type { Division } from '../../../model/ports/routes.ts';
import type { ObjectRow } from '../../../model/rows.ts';
import type { Work } from '../../kit/controller.ts';
import type { Steps } from '../../kit/sync.ts';
import { canaryServicesOf } from '../canary-services.ts';
import type { Rollout, TrafficWeights } from '../rollout-objects.ts';
import { nothing, WeightRouter } from './router.ts';

/** What is divided, for all Rollouts. */
export class DirectDivision {
  readonly #work: Work;
  readonly #division: Division;
  /** By Rollout: the Service that is divided, and how. */
  readonly #divided = new Map<ObjectRow, { readonly service: ObjectRow; readonly how: string }>();

  constructor(work: Work, division: Division) {
    this.#work = work;
    this.#division = division;
  }

  /** Without weight for anybody else the stable Service is undivided; a root Service has no pods of its own. */
  split(row: ObjectRow, rollout: Rollout, { canary, stable, additional = [] }: TrafficWeights): void {
    const { objects } = this.#work.api.registry;
    const find = (name = ''): ObjectRow => objects.find('Service', objects.namespace[row], name);
    const { stableService, canaryService } = canaryServicesOf(rollout);
    // Of an ALB requests ask for its root Service, if it has one.
    const root = rollout.spec.strategy.canary?.trafficRouting?.alb?.rootService;
    const service = find(root ?? stableService);
    const other = find(canaryService);
    const parts = [
      ...(root === undefined ? [] : [{ service: find(stableService), weight: stable.weight }]),
      { service: other, weight: canary.weight },
      ...additional.map((one) => ({ service: find(one.serviceName), weight: one.weight })),
    ].filter((part) => part.weight > 0 && part.service >= 0);
    const own = root === undefined ? stable.weight : 0;
    const how = parts.length === 0 ? '' : `${own}:${JSON.stringify(parts)}`;
    const before = this.#divided.get(row);
    if (before?.service === service && before.how === how) return;
    this.forget(row);
    if (service < 0) return;
    this.#divided.set(row, { service, how });
    if (how === '') return;
    const selection = EVERY_ENDPOINT;
    this.#division.divide(service, [{ selection, weight: own }, ...parts.map((part) => ({ ...part, selection }))]);
  }

  /** The Rollout is gone, or split otherwise. */
  forget(row: ObjectRow): void {
    const divided = this.#divided.get(row);
    if (divided !== undefined && divided.how !== '') this.#division.divide(divided.service, []);
    this.#divided.delete(row);
  }
}

export class DirectRouter extends WeightRouter {
  readonly #division: DirectDivision;
  readonly #row: ObjectRow;
  readonly #rollout: Rollout;

  constructor(division: DirectDivision, row: ObjectRow, rollout: Rollout) {
    super();
    this.#division = division;
    this.#row = row;
    this.#rollout = rollout;
  }

  setWeight(weights: TrafficWeights): Steps {
    this.#division.split(this.#row, this.#rollout, weights);
    return nothing();
  }

  /** Nobody asks whether the proxies have it already. */
  verify(): undefined {}
}
