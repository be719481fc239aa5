// The objects of routers as a Rollout's sync reads and writes them: Ingresses, VirtualServices, DestinationRules, HTTPRoutes.
import type { ApiConnection } from '../../../api/server.ts';
import { NamedObjects } from '../../../api/named-objects.ts';
import { Refused } from '../../../api/refused.ts';
import type { KubeObject } from '../../../model/object-store.ts';
import type { ObjectRow } from '../../../model/rows.ts';
import type { Work } from '../../kit/controller.ts';
import { type Steps, SyncFailed } from '../../kit/sync.ts';
import type { DestinationRule, HttpRoute, Ingress, VirtualService } from '../../routes/route-objects.ts';

/** With the plurals by which messages name them. */
export const ROUTER_KINDS = {
  Ingress: 'ingresses.networking.k8s.io',
  VirtualService: 'virtualservices.networking.istio.io',
  DestinationRule: 'destinationrules.networking.istio.io',
  HTTPRoute: 'httproutes.gateway.networking.k8s.io',
} as const;

interface ObjectOf {
  readonly Ingress: Ingress;
  readonly VirtualService: VirtualService;
  readonly DestinationRule: DestinationRule;
  readonly HTTPRoute: HttpRoute;
}

export type RouterKind = keyof typeof ROUTER_KINDS;

/** As the watches bring them or as this controller wrote them. */
export class RouterViews {
  readonly #views: Readonly<Record<RouterKind, NamedObjects<KubeObject>>>;

  constructor(api: ApiConnection, changed: (kind: RouterKind, object: KubeObject) => void) {
    const view = (kind: RouterKind): NamedObjects<KubeObject> => {
      const objects = new NamedObjects<KubeObject>(api.watchObjects(kind));
      objects.onChange((object) => changed(kind, object));
      return objects;
    };
    this.#views = {
      Ingress: view('Ingress'),
      VirtualService: view('VirtualService'),
      DestinationRule: view('DestinationRule'),
      HTTPRoute: view('HTTPRoute'),
    };
  }

  of(kind: RouterKind): NamedObjects<KubeObject> {
    return this.#views[kind];
  }
}

/** For one Rollout. */
export class RouterObjects {
  readonly #work: Work;
  readonly #row: ObjectRow;
  readonly #views: RouterViews;
  readonly namespace: string | undefined;

  constructor(work: Work, row: ObjectRow, views: RouterViews) {
    this.#work = work;
    this.#row = row;
    this.#views = views;
    this.namespace = work.api.registry.objects.namespace[row];
  }

  find<K extends RouterKind>(kind: K, name: string, namespace = this.namespace): ObjectOf[K] | undefined {
    return this.#views.of(kind).find(namespace, name) as ObjectOf[K] | undefined;
  }

  /** Throws SyncFailed where there is none. */
  get<K extends RouterKind>(kind: K, name: string, namespace = this.namespace): ObjectOf[K] {
    const found = this.find(kind, name, namespace);
    if (found === undefined) throw new SyncFailed(`${ROUTER_KINDS[kind]} "${name}" not found`);
    return found;
  }

  /** False when there is one of that name already. */
  *create(object: KubeObject): Steps<boolean> {
    const result = yield* this.#work.client.create(object, this.#row).wait();
    if (result === Refused.AlreadyExists) return false;
    this.#taken(result, object);
    return true;
  }

  *update(object: KubeObject): Steps {
    const { kind, metadata } = object;
    const row = this.#work.api.registry.objects.find(kind, metadata.namespace, metadata.name);
    this.#taken(row < 0 ? Refused.NotFound : yield* this.#work.client.update(row, object).wait(), object);
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#work.client.objectEvent(type, reason, message, this.#row);
  }

  #taken(result: number, sent: KubeObject): void {
    const { kind, metadata } = sent;
    if (result < 0) throw new SyncFailed(`${kind} ${metadata.name}: the write was refused (${result})`);
    const row = result as ObjectRow;
    this.#views.of(kind as RouterKind).take(row, this.#work.client.answered(row) ?? sent);
  }
}
