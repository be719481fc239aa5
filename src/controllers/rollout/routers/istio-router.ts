// Istio: the weights go into the routes of VirtualServices, the hashes of the two ReplicaSets into the subsets of a DestinationRule.
import { canonicalJson } from '../../../model/interner.ts';
import { type Steps, SyncFailed } from '../../kit/sync.ts';
import type { DestinationRule, VirtualServiceRoute } from '../../routes/route-objects.ts';
import { canaryServicesOf } from '../canary-services.ts';
import {
  type HeaderRoute,
  type IstioRouting,
  type IstioVirtualService,
  type MirrorRoute,
  type Rollout,
  ROLLOUT_HASH_LABEL,
  RolloutAnnotation,
  type TrafficWeights,
} from '../rollout-objects.ts';
import { managedRouteNames } from './managed-routes.ts';
import type { TrafficRouter } from './router.ts';
import type { RouterObjects } from './router-objects.ts';
import {
  type Parties,
  withHeaderRoute,
  withMirrorRoute,
  withoutManaged,
  withWeights,
} from './virtual-service-edits.ts';

type Routes = readonly VirtualServiceRoute[];

export class IstioRouter implements TrafficRouter {
  readonly #objects: RouterObjects;
  readonly #rollout: Rollout;
  readonly #routing: IstioRouting;

  constructor(objects: RouterObjects, rollout: Rollout, routing: IstioRouting) {
    this.#objects = objects;
    this.#rollout = rollout;
    this.#routing = routing;
  }

  *removeManagedRoutes(): Steps {
    const managed = managedRouteNames(this.#rollout);
    if (managed.length === 0) return;
    yield* this.#edit('removed all managed routes.', (routes) => withoutManaged(routes, managed));
  }

  *setHeaderRoute(route: HeaderRoute): Steps {
    const parties = this.#parties();
    const managed = managedRouteNames(this.#rollout);
    yield* this.#edit(`set headerRoute '${route.name}'`, (routes, names) =>
      withHeaderRoute(routes, names, managed, parties, route),
    );
  }

  *setMirrorRoute(route: MirrorRoute): Steps {
    const parties = this.#parties();
    const managed = managedRouteNames(this.#rollout);
    yield* this.#edit(`set mirrorRoute '${route.name}'`, (routes, names) =>
      withMirrorRoute(routes, names, managed, parties, route),
    );
  }

  *updateHash({ canary, stable, additional = [] }: TrafficWeights): Steps {
    const { destinationRule } = this.#routing;
    if (destinationRule === undefined) return;
    const { name, canarySubsetName, stableSubsetName } = destinationRule;
    const rule = this.#destinationRule(name);
    const hashes = new Map([
      [canarySubsetName, canary.podTemplateHash ?? ''],
      [stableSubsetName, stable.podTemplateHash ?? ''],
      ...additional.map((one) => [one.serviceName ?? '', one.podTemplateHash ?? ''] as const),
    ]);
    const labelled = (labels: Readonly<Record<string, string>> | undefined, hash: string) => {
      const { [ROLLOUT_HASH_LABEL]: _old, ...others } = labels ?? {};
      return hash === '' ? others : { ...others, [ROLLOUT_HASH_LABEL]: hash };
    };
    const { subsets = [] } = rule.spec ?? {};
    const known = subsets.filter((one) => hashes.has(one.name));
    const fresh = additional.filter((one) => !subsets.some((subset) => subset.name === one.serviceName));
    const next: DestinationRule = {
      ...rule,
      metadata: {
        ...rule.metadata,
        annotations: { ...rule.metadata.annotations, [RolloutAnnotation.ManagedBy]: this.#rollout.metadata.name },
      },
      spec: {
        ...rule.spec,
        subsets: [
          ...known.map((one) => ({ ...one, labels: labelled(one.labels, hashes.get(one.name) ?? '') })),
          ...fresh.map((one) => ({ name: one.serviceName ?? '', labels: labelled({}, one.podTemplateHash ?? '') })),
        ],
      },
    };
    if (canonicalJson(next) === canonicalJson(rule)) return;
    yield* this.#objects.update(next);
    const of = (subset: string): string => `${subset}: ${hashes.get(subset) ?? ''}`;
    const how = `(${of(canarySubsetName)}, ${of(stableSubsetName)})`;
    this.#objects.event('Normal', 'UpdatedDestinationRule', `DestinationRule ${name} subset updated ${how}`);
  }

  *setWeight(weights: TrafficWeights): Steps {
    const parties = this.#parties();
    const managed = managedRouteNames(this.#rollout);
    yield* this.#edit(`set to desiredWeight '${weights.canary.weight}'`, (routes, names) =>
      withWeights(routes, names, managed, parties, weights),
    );
  }

  /** Nobody asks whether the sidecars have it already. */
  verify(): undefined {}

  *#edit(what: string, change: (routes: Routes, names: readonly string[]) => Routes): Steps {
    for (const { name, routes: names = [] } of virtualServicesOf(this.#routing)) {
      const [bare, namespace] = name.split('.');
      const found = this.#objects.find('VirtualService', bare, namespace);
      if (found === undefined) {
        this.#objects.event('Warning', 'VirtualServiceNotFound', `VirtualService \`${bare}\` not found`);
        throw new SyncFailed(`virtualservices.networking.istio.io "${bare}" not found`);
      }
      const before = found.spec?.http ?? [];
      const http = change(before, names);
      if (canonicalJson(http) === canonicalJson(before)) continue;
      yield* this.#objects.update({ ...found, spec: { ...found.spec, http } });
      this.#objects.event('Normal', 'Updated VirtualService', `VirtualService \`${bare}\` ${what}`);
    }
  }

  #parties(): Parties {
    const { canaryService, stableService } = canaryServicesOf(this.#rollout);
    const { destinationRule } = this.#routing;
    return {
      canaryService,
      stableService,
      canarySubset: destinationRule?.canarySubsetName,
      stableSubset: destinationRule?.stableSubsetName,
      host: destinationRule === undefined ? undefined : this.#destinationRule(destinationRule.name).spec?.host,
    };
  }

  #destinationRule(name: string): DestinationRule {
    const found = this.#objects.find('DestinationRule', name);
    if (found !== undefined) return found;
    this.#objects.event('Warning', 'DestinationRuleNotFound', `DestinationRule \`${name}\` not found`);
    throw new SyncFailed(`destinationrules.networking.istio.io "${name}" not found`);
  }
}

export function virtualServicesOf({ virtualService, virtualServices }: IstioRouting): readonly IstioVirtualService[] {
  return virtualServices ?? (virtualService === undefined ? [] : [virtualService]);
}
