// The objects that controllers of proxies in pods watch, and which of them are whose.
import type { ServiceSpec, ServiceStatus } from 'kubernetes-types/core/v1.js';
import type { IngressClassSpec } from 'kubernetes-types/networking/v1.js';
import type { PodView } from '../../api/pod-view.ts';
import type { ApiServer } from '../../api/server.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { PodClass, PodClasses } from '../../model/pod-class.ts';
import type { Gateways } from '../../model/ports/gateways.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { Gateway, GatewayClass, HttpRoute, Ingress, ReferenceGrant } from '../routes/route-objects.ts';
import type { GatewaySurroundings } from './attachment.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const DEFAULT_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';
const REVISION_LABELS = new Set(['controller-revision-hash', 'pod-template-generation', 'pod-template-hash']);
/** The API server gives it to each namespace. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

export type ControllerOfProxies = Gateways['controllers'][number];

interface IngressClass extends KubeObject {
  readonly kind: 'IngressClass';
  readonly spec?: IngressClassSpec;
}

export interface ServiceObject extends KubeObject {
  readonly spec?: ServiceSpec;
  readonly status?: ServiceStatus;
}

interface SecretObject extends KubeObject {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

type Watched<T extends KubeObject> = { entries(): Iterable<[ObjectRow, T]> };

export class GatewayObjects {
  readonly views;
  readonly #pods: PodView;
  readonly #classes: PodClasses;

  constructor(api: ApiServer) {
    this.#pods = api.watchPods();
    this.#classes = api.registry.classes;
    this.views = {
      ingresses: api.watchObjects<Ingress>('Ingress'),
      ingressClasses: api.watchObjects<IngressClass>('IngressClass'),
      gateways: api.watchObjects<Gateway>('Gateway'),
      gatewayClasses: api.watchObjects<GatewayClass>('GatewayClass'),
      routes: api.watchObjects<HttpRoute>('HTTPRoute'),
      grants: api.watchObjects<ReferenceGrant>('ReferenceGrant'),
      services: api.watchObjects<ServiceObject>('Service'),
      namespaces: api.watchObjects('Namespace'),
      secrets: api.watchObjects<SecretObject>('Secret'),
    };
  }

  /** Called after each change of what one of them asks for; of Services also of their status, which has their addresses. */
  subscribe(changed: () => void): void {
    for (const view of Object.values(this.views)) {
      view.subscribe((_row, _object, what) => {
        if (what !== Change.Status || view.kind === 'Service') changed();
      });
    }
  }

  ingressesOf(controller: ControllerOfProxies): Ingress[] {
    return all(this.views.ingresses).filter((ingress) => this.ownsIngress(controller, ingress));
  }

  gatewaysOf(controller: ControllerOfProxies): Gateway[] {
    return all(this.views.gateways).filter((gateway) => this.ownsGateway(controller, gateway));
  }

  ownsIngress({ name, className }: ControllerOfProxies, { metadata, spec }: Ingress): boolean {
    const classes = all(this.views.ingressClasses);
    const standard = classes.find((one) => one.metadata.annotations?.[DEFAULT_ANNOTATION] === 'true');
    const asked = spec?.ingressClassName ?? metadata.annotations?.[CLASS_ANNOTATION] ?? standard?.metadata.name;
    const found = classes.find((one) => one.metadata.name === asked);
    // Charts bring the object along; manifests that were taken from elsewhere may lack it.
    if (found === undefined) return asked !== undefined && className !== '' && asked === className;
    return found.spec?.controller === name;
  }

  ownsGateway({ name }: ControllerOfProxies, { spec }: Gateway): boolean {
    const own = all(this.views.gatewayClasses).filter((one) => one.spec?.controllerName === name);
    return own.some(({ metadata }) => metadata.name === spec?.gatewayClassName);
  }

  /** Pods of its namespace, in whatever state, that have all labels of a pod of this class but those of its revision. */
  podsLike({ namespace, labels }: PodClass): number {
    const wanted = Object.entries(labels).filter(([key]) => !REVISION_LABELS.has(key));
    let count = 0;
    for (const [pod, isThere] of this.#pods.alive.entries()) {
      if (isThere === 0) continue;
      const other = this.#classes.get(this.#pods.podClass[pod]);
      if (other.namespace === namespace && wanted.every(([key, value]) => other.labels[key] === value)) count += 1;
    }
    return count;
  }

  services(): ServiceObject[] {
    return all(this.views.services);
  }

  around(): GatewaySurroundings {
    const services = this.services();
    const { routes, grants, namespaces, secrets } = this.views;
    const known = new Set(services.map(({ metadata: { namespace = 'default', name } }) => `${namespace}/${name}`));
    return {
      routes: all(routes),
      grants: all(grants),
      keyPair: (namespace, name) =>
        all(secrets).find(
          ({ metadata, type }) =>
            type === 'kubernetes.io/tls' && metadata.name === name && (metadata.namespace ?? 'default') === namespace,
        )?.data,
      hasService: (namespace, name) => known.has(`${namespace}/${name}`),
      portOf: ({ namespace, name, port }) => {
        const service = services.find(
          ({ metadata }) => metadata.name === name && (metadata.namespace ?? 'default') === namespace,
        );
        const ports = service?.spec?.ports ?? [];
        const asked = ports.find((one) => one.name === port) ?? ports.find((one) => String(one.port) === port);
        return (port === '' ? ports[0] : asked)?.port;
      },
      namespaceLabels: (name) => ({
        [NAME_LABEL]: name,
        ...all(namespaces).find(({ metadata }) => metadata.name === name)?.metadata.labels,
      }),
    };
  }
}

function all<T extends KubeObject>(view: Watched<T>): T[] {
  return [...view.entries()].map(([, object]) => object);
}
