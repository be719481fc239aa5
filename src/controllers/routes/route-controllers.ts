// What an ingress controller, a gateway's controller and a mesh do with the objects that they watch: they tell the routers.
import type { ApiServer } from '../../api/server.ts';
import { EVERY_ENDPOINT, type Selection } from '../../model/endpoints.ts';
import { canonicalJson } from '../../model/interner.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { RouteRule, Routing } from '../../model/ports/routes.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { httpRoutes } from './http-routes.ts';
import { ingressRoutes } from './ingress-canaries.ts';
import type { DestinationRule, HttpRoute, Ingress, VirtualService } from './route-objects.ts';
import type { RouteEntry, ServiceRoute } from './route.ts';
import { virtualServiceRoutes } from './virtual-services.ts';

export class RouteControllers {
  readonly #api: ApiServer;
  readonly #routing: Routing;
  readonly #views;
  /** By Service, those that have rules. */
  #routed = new Set<ObjectRow>();
  /** By route: where each client was sent to, for as long as the run lasts. */
  readonly #cookies = new Map<string, Map<number, ObjectRow>>();

  constructor(api: ApiServer, routing: Routing) {
    this.#api = api;
    this.#routing = routing;
    this.#views = {
      ingresses: api.watchObjects<Ingress>('Ingress'),
      httpRoutes: api.watchObjects<HttpRoute>('HTTPRoute'),
      virtualServices: api.watchObjects<VirtualService>('VirtualService'),
      destinationRules: api.watchObjects<DestinationRule>('DestinationRule'),
      services: api.watchObjects('Service'),
    };
  }

  start(): void {
    for (const view of Object.values(this.#views)) view.subscribe(() => this.#tell());
  }

  /** All of it again: there are few of these objects, and they change seldom. */
  #tell(): void {
    const { ingresses, httpRoutes: routes, virtualServices, destinationRules } = this.#views;
    const all = <T extends KubeObject>(view: { entries(): Iterable<[ObjectRow, T]> }): T[] =>
      [...view.entries()].map(([, object]) => object);
    const found = [
      ...ingressRoutes(all(ingresses)),
      ...httpRoutes(all(routes)),
      ...virtualServiceRoutes(all(virtualServices), all(destinationRules)),
    ];
    const rules = new Map<ObjectRow, RouteRule[]>();
    for (const route of found) {
      const row = this.#rowOf(route);
      if (row < 0) continue;
      const own = rules.get(row) ?? [];
      rules.set(row, own);
      for (const entry of route.entries) own.push(this.#ruleOf(entry, row));
    }
    for (const row of this.#routed) if (!rules.has(row)) this.#routing.route(row, []);
    for (const [row, own] of rules) this.#routing.route(row, own);
    this.#routed = new Set(rules.keys());
  }

  /** A backend that does not exist takes its share to nowhere. */
  #ruleOf({ matches, backends, sticky, mirrors = [] }: RouteEntry, own: ObjectRow): RouteRule {
    const found = mirrors.flatMap(({ share, labels, ...named }) => {
      const service = this.#rowOf(named);
      return service < 0 ? [] : [{ service, selection: this.#selection(labels), share }];
    });
    return {
      matches,
      backends: backends.map(({ weight, labels, ...named }) => {
        const row = this.#rowOf(named);
        const selection = row < 0 ? NOBODY : this.#selection(labels);
        return row === own || row < 0 ? { selection, weight } : { service: row, selection, weight };
      }),
      ...(found.length === 0 ? {} : { mirrors: found }),
      ...(sticky === undefined ? {} : { sticky: this.#cookiesOf(sticky) }),
    };
  }

  /** Pods with these labels: their class has them. */
  #selection(labels: Readonly<Record<string, string>> | undefined): Selection {
    if (labels === undefined) return EVERY_ENDPOINT;
    const wanted = Object.entries(labels);
    const { classes } = this.#api.registry;
    return {
      key: `labels ${canonicalJson(labels)}`,
      admits: (podClass) => {
        const own = classes.get(podClass).labels;
        return wanted.every(([key, value]) => own[key] === value);
      },
    };
  }

  #cookiesOf(name: string): Map<number, ObjectRow> {
    const known = this.#cookies.get(name) ?? new Map<number, ObjectRow>();
    this.#cookies.set(name, known);
    return known;
  }

  #rowOf({ namespace, service }: Pick<ServiceRoute, 'namespace' | 'service'>): ObjectRow {
    return this.#api.registry.objects.find('Service', namespace, service);
  }
}

const NOBODY = { key: 'nobody', admits: () => false };
