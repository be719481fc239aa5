// ingress-nginx: beside each stable Ingress a canary Ingress of the Rollout, whose annotations have the weight.
import type { Steps } from '../../kit/sync.ts';
import { SyncFailed } from '../../kit/sync.ts';
import { canonicalJson } from '../../../model/interner.ts';
import type { Ingress } from '../../routes/route-objects.ts';
import { ownerUid } from '../api-terminable.ts';
import { type NginxRouting, type Rollout, ROLLOUT_API, type TrafficWeights } from '../rollout-objects.ts';
import { WeightRouter } from './router.ts';
import type { RouterObjects } from './router-objects.ts';

const DEFAULT_PREFIX = 'nginx.ingress.kubernetes.io';
const CLASS = 'kubernetes.io/ingress.class';
const MOST_CHARACTERS = 253;

export class NginxRouter extends WeightRouter {
  readonly #objects: RouterObjects;
  readonly #rollout: Rollout;
  readonly #routing: NginxRouting;

  constructor(objects: RouterObjects, rollout: Rollout, routing: NginxRouting) {
    super();
    this.#objects = objects;
    this.#rollout = rollout;
    this.#routing = routing;
  }

  *setWeight({ canary: { weight } }: TrafficWeights): Steps {
    for (const stableName of stableIngresses(this.#routing)) {
      const stable = this.#objects.find('Ingress', stableName);
      if (stable === undefined) throw new SyncFailed(`error retrieving stableIngress \`${stableName}\` from cache`);
      const wanted = canaryIngress(stable, this.#rollout, this.#routing, weight);
      const { name } = wanted.metadata;
      const current = this.#objects.find('Ingress', name);
      if (current === undefined) {
        this.#objects.event(
          'Normal',
          'CreatingCanaryIngress',
          `Creating canary ingress \`${name}\` with weight \`${weight}\``,
        );
        if (yield* this.#objects.create(wanted)) continue;
        throw new SyncFailed(`canary ingress \`${name}\` exists but is not in the view yet`);
      }
      if (ownerUid(current) !== this.#rollout.metadata.uid) {
        throw new SyncFailed(`canary ingress \`${name}\` controlled by different object`);
      }
      if (sameIngress(current, wanted)) continue;
      this.#objects.event(
        'Normal',
        'PatchingCanaryIngress',
        `Updating Ingress \`${name}\` to desiredWeight '${weight}'`,
      );
      const { annotations = {} } = wanted.metadata;
      yield* this.#objects.update({ ...wanted, metadata: { ...current.metadata, annotations } });
    }
  }

  /** Nobody asks whether nginx has it already. */
  verify(): undefined {}
}

export function stableIngresses({ stableIngress, stableIngresses: several }: NginxRouting): readonly string[] {
  return several ?? (stableIngress === undefined ? [] : [stableIngress]);
}

/** Rules of the stable Ingress that lead to the stable Service, to the canary Service instead. */
function canaryIngress(stable: Ingress, rollout: Rollout, routing: NginxRouting, weight: number): Ingress {
  const { canaryService = '', stableService = '', trafficRouting } = rollout.spec.strategy.canary ?? {};
  const { name, namespace, uid } = rollout.metadata;
  const prefix = routing.annotationPrefix ?? DEFAULT_PREFIX;
  const rules = (stable.spec?.rules ?? []).flatMap((rule) => {
    const paths = rule.http?.paths ?? [];
    if (!paths.some(({ backend }) => backend.service?.name === stableService)) return [];
    const led = paths.map((path) =>
      path.backend.service?.name === stableService
        ? { ...path, backend: { ...path.backend, service: { ...path.backend.service, name: canaryService } } }
        : path,
    );
    return [{ ...rule, http: { ...rule.http, paths: led } }];
  });
  if (rules.length === 0) {
    throw new SyncFailed(`ingress \`${stable.metadata.name}\` has no rules using service ${stableService} backend`);
  }
  const added = Object.entries({ ...routing.additionalIngressAnnotations, ...routing.canaryIngressAnnotations }).map(
    ([key, value]) => [key.startsWith(prefix) ? key : `${prefix}/${key}`, value] as const,
  );
  const ofClass = stable.metadata.annotations?.[CLASS];
  const most = trafficRouting?.maxTrafficWeight;
  const { tls, ingressClassName } = stable.spec ?? {};
  const owner = { apiVersion: ROLLOUT_API, kind: 'Rollout', name, uid: uid ?? '' };
  return {
    apiVersion: stable.apiVersion,
    kind: 'Ingress',
    metadata: {
      name: `${name}-${stable.metadata.name}-canary`.slice(0, MOST_CHARACTERS),
      ...(namespace === undefined ? {} : { namespace }),
      annotations: {
        ...(ofClass === undefined ? {} : { [CLASS]: ofClass }),
        ...Object.fromEntries(added),
        [`${prefix}/canary`]: 'true',
        [`${prefix}/canary-weight`]: String(weight),
        ...(most === undefined ? {} : { [`${prefix}/canary-weight-total`]: String(most) }),
      },
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    spec: {
      ...(ingressClassName === undefined ? {} : { ingressClassName }),
      rules,
      ...(tls === undefined ? {} : { tls }),
    },
  };
}

function sameIngress(a: Ingress, b: Ingress): boolean {
  const what = ({ metadata, spec }: Ingress): string => canonicalJson({ of: metadata.annotations ?? {}, spec });
  return what(a) === what(b);
}
