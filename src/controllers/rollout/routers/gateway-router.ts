// Gateway API, by the plugin argoproj-labs/gatewayAPI: the weights go into the backends of HTTPRoutes, a header's route is a rule of its own.
import { canonicalJson } from '../../../model/interner.ts';
import { type Steps, SyncFailed } from '../../kit/sync.ts';
import type { HttpRoute } from '../../routes/route-objects.ts';
import type { GatewayRouting, HeaderRoute, Rollout, TrafficWeights } from '../rollout-objects.ts';
import { managedRouteNames } from './managed-routes.ts';
import { nothing, type TrafficRouter } from './router.ts';
import type { RouterObjects } from './router-objects.ts';

export const GATEWAY_PLUGIN = 'argoproj-labs/gatewayAPI';

type Rules = NonNullable<NonNullable<HttpRoute['spec']>['rules']>;
type HttpRule = Rules[number];

export class GatewayRouter implements TrafficRouter {
  readonly #objects: RouterObjects;
  readonly #rollout: Rollout;
  readonly #routing: GatewayRouting;
  /** Validation lets no Rollout with such a router have this step. */
  readonly setMirrorRoute = nothing;
  readonly updateHash = nothing;

  constructor(objects: RouterObjects, rollout: Rollout, routing: GatewayRouting) {
    this.#objects = objects;
    this.#rollout = rollout;
    this.#routing = routing;
  }

  *removeManagedRoutes(): Steps {
    const managed = managedRouteNames(this.#rollout);
    if (managed.length > 0) yield* this.#edit((rules) => rules.filter(({ name = '' }) => !managed.includes(name)));
  }

  /** Matches of the weighed rule, and the headers. The plugin keeps in a ConfigMap which rules are its own; here a rule has the route's name. */
  *setHeaderRoute({ name, match }: HeaderRoute): Steps {
    yield* this.#edit((rules) => {
      const others = rules.filter((one) => one.name !== name);
      if (match === undefined) return others;
      const { canaryService, stableService } = this.#services();
      const weighed = others.find(({ backendRefs = [] }) =>
        [canaryService, stableService].every((service) => backendRefs.some((one) => one.name === service)),
      );
      const backend = weighed?.backendRefs?.find((one) => one.name === canaryService);
      if (weighed === undefined || backend === undefined) throw new SyncFailed('backendRef was not found in httpRoute');
      const headers = match.map(({ headerName, headerValue: { exact, prefix, regex } }) =>
        exact === undefined
          ? { type: 'RegularExpression', name: headerName, value: prefix === undefined ? (regex ?? '') : `${prefix}.*` }
          : { type: 'Exact', name: headerName, value: exact },
      );
      const { weight: _weight, ...bare } = backend;
      const made = {
        ...weighed,
        name,
        matches: (weighed.matches ?? [{}]).map((one) => ({ ...one, headers })),
        backendRefs: [bare],
      };
      return [...others, made];
    });
  }

  *setWeight({ canary, stable, additional = [] }: TrafficWeights): Steps {
    const managed = managedRouteNames(this.#rollout);
    const { canaryService, stableService } = this.#services();
    const before = this.#rollout.status?.canary?.weights?.additional ?? [];
    const isFormer = (name: string): boolean => before.some(({ serviceName }) => serviceName === name);
    const experiments = additional.map(({ serviceName = '', weight }) => ({ name: serviceName, weight }));
    yield* this.#edit((rules) => {
      for (const service of [canaryService, stableService]) {
        if (!rules.some(({ backendRefs = [] }) => backendRefs.some(({ name }) => name === service))) {
          throw new SyncFailed('backendRef was not found in httpRoute');
        }
      }
      return rules.map((rule): HttpRule => {
        const { name = '', backendRefs = [] } = rule;
        if (managed.includes(name)) return rule;
        const port = backendRefs.at(0)?.port;
        const isWeighed = backendRefs.some((one) => one.name === stableService);
        const kept = backendRefs.flatMap((one) => {
          if (one.name === canaryService) return [{ ...one, weight: canary.weight }];
          if (one.name === stableService) return [{ ...one, weight: stable.weight }];
          return isFormer(one.name) || experiments.some((other) => other.name === one.name) ? [] : [one];
        });
        const added = isWeighed ? experiments.map((one) => (port === undefined ? one : { ...one, port })) : [];
        return { ...rule, backendRefs: [...kept, ...added] };
      });
    });
  }

  /** Nobody asks whether the gateway has it already. */
  verify(): undefined {}

  *#edit(change: (rules: Rules) => Rules): Steps {
    const { namespace } = this.#routing;
    for (const name of httpRoutesOf(this.#routing)) {
      const found = this.#objects.get('HTTPRoute', name, namespace ?? this.#objects.namespace);
      const before = found.spec?.rules ?? [];
      const rules = change(before);
      if (canonicalJson(rules) === canonicalJson(before)) continue;
      yield* this.#objects.update({ ...found, spec: { ...found.spec, rules } });
    }
  }

  #services() {
    const { canaryService = '', stableService = '' } = this.#rollout.spec.strategy.canary ?? {};
    return { canaryService, stableService };
  }
}

export function httpRoutesOf({ httpRoute, httpRoutes = [] }: GatewayRouting): readonly string[] {
  return [...(httpRoute === undefined ? [] : [httpRoute]), ...httpRoutes.map(({ name }) => name)];
}
