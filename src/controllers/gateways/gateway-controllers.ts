// What controllers in pods make of the Ingresses, Gateways and HTTPRoutes that are theirs: a table for their proxies, anew with each change.
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import type { IngressClassSpec } from 'kubernetes-types/networking/v1.js';
import type { ApiServer } from '../../api/server.ts';
import type { GatewayTable } from '../../model/gateway-table.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { Gateways } from '../../model/ports/gateways.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { kindDefaults } from '../../model/settings/gateway.ts';
import type { Gateway, GatewayClass, HttpRoute, Ingress, ReferenceGrant } from '../routes/route-objects.ts';
import { gatewayTable } from './gateway-table.ts';
import { ingressTable } from './ingress-table.ts';
import { joined } from './joined-tables.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const DEFAULT_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

interface IngressClass extends KubeObject {
  readonly kind: 'IngressClass';
  readonly spec?: IngressClassSpec;
}

interface Service extends KubeObject {
  readonly spec?: ServiceSpec;
}

type Watched<T extends KubeObject> = { entries(): Iterable<[ObjectRow, T]> };

/** All pods of a controller hear of a change at one time; what they do then takes each of them its own. */
export class GatewayControllers {
  readonly #gateways: Gateways;
  readonly #views;
  readonly #cookies = new Map<string, Map<number, string>>();

  constructor(api: ApiServer, gateways: Gateways) {
    this.#gateways = gateways;
    this.#views = {
      ingresses: api.watchObjects<Ingress>('Ingress'),
      ingressClasses: api.watchObjects<IngressClass>('IngressClass'),
      gateways: api.watchObjects<Gateway>('Gateway'),
      gatewayClasses: api.watchObjects<GatewayClass>('GatewayClass'),
      routes: api.watchObjects<HttpRoute>('HTTPRoute'),
      grants: api.watchObjects<ReferenceGrant>('ReferenceGrant'),
      services: api.watchObjects<Service>('Service'),
      namespaces: api.watchObjects('Namespace'),
    };
  }

  start(): void {
    for (const view of Object.values(this.#views)) view.subscribe(() => this.#tell());
  }

  /** All of it anew: there are few of these objects, and they change seldom. */
  #tell(): void {
    for (const { name, className } of this.#gateways.controllers) {
      const ingresses = ingressTable(this.#ingressesOf(name, className), {
        annotations: name === kindDefaults['ingress-nginx'].controller,
        cookies: (route) => this.#cookiesOf(route),
      });
      const own = this.#gatewaysOf(name).map((gateway) => ({ gateway, table: this.#tableOf(gateway) }));
      this.#gateways.configure(name, '', joined([ingresses, ...own.map(({ table }) => table)]));
      for (const { gateway, table } of own) {
        const { namespace = 'default', name: called } = gateway.metadata;
        this.#gateways.configure(name, `${namespace}/${called}`, table);
      }
    }
  }

  #ingressesOf(controller: string, className: string): Ingress[] {
    const classes = all(this.#views.ingressClasses);
    const ownNames = classes.filter(({ spec }) => spec?.controller === controller).map(({ metadata }) => metadata.name);
    // Charts bring the object along; manifests that were taken from elsewhere may lack it.
    if (className !== '' && !classes.some(({ metadata }) => metadata.name === className)) ownNames.push(className);
    const standard = classes.find(({ metadata }) => metadata.annotations?.[DEFAULT_ANNOTATION] === 'true');
    return all(this.#views.ingresses).filter(({ metadata, spec }) => {
      const asked = spec?.ingressClassName ?? metadata.annotations?.[CLASS_ANNOTATION] ?? standard?.metadata.name;
      return asked !== undefined && ownNames.includes(asked);
    });
  }

  #gatewaysOf(controller: string): Gateway[] {
    const own = all(this.#views.gatewayClasses).filter(({ spec }) => spec?.controllerName === controller);
    const classes = new Set(own.map(({ metadata }) => metadata.name));
    return all(this.#views.gateways).filter(({ spec }) => classes.has(spec?.gatewayClassName ?? ''));
  }

  #tableOf(gateway: Gateway): GatewayTable {
    const { routes, grants, services, namespaces } = this.#views;
    const known = new Set(all(services).map(({ metadata: { namespace = 'default', name } }) => `${namespace}/${name}`));
    return gatewayTable(gateway, {
      routes: all(routes),
      grants: all(grants),
      hasService: (namespace, name) => known.has(`${namespace}/${name}`),
      portOf: ({ namespace, name, port }) => {
        const service = all(services).find(
          ({ metadata }) => metadata.name === name && (metadata.namespace ?? 'default') === namespace,
        );
        const ports = service?.spec?.ports ?? [];
        const asked = ports.find((one) => one.name === port) ?? ports.find((one) => String(one.port) === port);
        return (port === '' ? ports[0] : asked)?.port;
      },
      namespaceLabels: (name) => all(namespaces).find(({ metadata }) => metadata.name === name)?.metadata.labels ?? {},
    });
  }

  #cookiesOf(route: string): Map<number, string> {
    const known = this.#cookies.get(route) ?? new Map<number, string>();
    this.#cookies.set(route, known);
    return known;
  }
}

function all<T extends KubeObject>(view: Watched<T>): T[] {
  return [...view.entries()].map(([, object]) => object);
}
