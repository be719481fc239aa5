// What controllers in pods write into the status of their Ingresses, Gateways, GatewayClasses and HTTPRoutes, as long as a pod of theirs runs.
import type { ApiClient } from '../../api/client.ts';
import { Refused } from '../../api/refused.ts';
import type { Calendar } from '../../engine/calendar.ts';
import { canonicalJson } from '../../model/interner.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Gateways } from '../../model/ports/gateways.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { type GatewayKind, kindDefaults } from '../../model/settings/gateway.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { WorkQueue } from '../kit/work-queue.ts';
import type { Gateway, GatewayClass, HttpRoute, Ingress } from '../routes/route-objects.ts';
import { conditionsOf } from './conditions.ts';
import type { ControllerOfProxies, GatewayObjects } from './gateway-objects.ts';
import { gatewayStatus } from './gateway-status.ts';
import { publishedAddresses } from './published-addresses.ts';
import { routeParents } from './route-status.ts';

/** ingress-nginx looks at its Ingresses so often, from the moment on at which one of its pods leads. Source: UpdateInterval of its `status.go`. */
const INGRESS_NGINX_US = 60e6;
/** Their last pod takes the address away when it is told to end, with `--update-status-on-shutdown` as it comes (`Shutdown` of ingress-nginx' `status.go`, `shutdown` of haproxy-ingress' `svcstatusing.go`). */
const TIDY: readonly GatewayKind[] = ['ingress-nginx', 'haproxy'];
const tidyControllers = new Set(TIDY.map((kind) => kindDefaults[kind].controller));

export class GatewayStatuses {
  readonly #engine: Calendar;
  readonly #client: ApiClient;
  readonly #gateways: Gateways;
  readonly #objects: GatewayObjects;
  readonly #queue: WorkQueue;
  /** By controller: since when one of its pods has been running. */
  readonly #since = new Map<string, number>();
  /** Controllers whose last pod has tidied up and gone. */
  readonly #gone = new Set<string>();

  constructor(engine: Calendar, client: ApiClient, gateways: Gateways, objects: GatewayObjects) {
    this.#engine = engine;
    this.#client = client;
    this.#gateways = gateways;
    this.#objects = objects;
    this.#queue = new WorkQueue(engine, 'gateway-status', { workers: 1, syncWorkUs: 0 }, (row) => this.#sync(row));
  }

  start(): void {
    this.#objects.subscribe(() => this.#look());
    this.#gateways.changed = () => this.#look();
    this.#gateways.told = (controller, podClass) => this.#shutDown(controller, podClass);
  }

  #look(): void {
    for (const controller of this.#gateways.controllers) {
      const { name } = controller;
      if (this.#gateways.podClasses(name).length === 0) this.#since.delete(name);
      else if (!this.#since.has(name)) this.#since.set(name, this.#engine.now);
      if (this.#since.has(name)) this.#gone.delete(name);
    }
    const { ingresses, gateways, gatewayClasses, routes } = this.#objects.views;
    for (const [row, ingress] of ingresses.entries()) {
      const delayUs = this.#ingressDelayUs(ingress);
      if (delayUs >= 0) this.#queue.addAfter(row, delayUs);
    }
    for (const view of [gateways, gatewayClasses, routes]) for (const [row] of view.entries()) this.#queue.add(row);
  }

  /** Nothing is taken away as long as there is another pod, be it one that ends too: then none of them is the last one. */
  #shutDown(name: string, podClass: PodClass): void {
    const addresses = this.#addresses([podClass]);
    if (!tidyControllers.has(name) || this.#objects.podsLike(podClass) > 1) return;
    if (name === kindDefaults['ingress-nginx'].controller && addresses.length > 1) return;
    this.#gone.add(name);
    const controller = this.#gateways.controllers.find((one) => one.name === name)!;
    for (const [row, ingress] of this.#objects.views.ingresses.entries())
      if (this.#objects.ownsIngress(controller, ingress)) this.#queue.add(row);
  }

  /** -1 where nobody who runs has it. */
  #ingressDelayUs(ingress: Ingress): number {
    const controller = this.#running().find((one) => this.#objects.ownsIngress(one, ingress));
    if (controller === undefined) return -1;
    if (controller.name !== kindDefaults['ingress-nginx'].controller) return 0;
    const sinceUs = this.#engine.now - (this.#since.get(controller.name) ?? 0);
    return (INGRESS_NGINX_US - (sinceUs % INGRESS_NGINX_US)) % INGRESS_NGINX_US;
  }

  #running(): ControllerOfProxies[] {
    return this.#gateways.controllers.filter(({ name }) => this.#since.has(name));
  }

  *#sync(row: ObjectRow): Steps {
    const { ingresses, gateways, gatewayClasses, routes } = this.#objects.views;
    const ingress = ingresses.get(row);
    if (ingress !== undefined) return yield* this.#write(row, ingress, this.#ingressStatus(ingress));
    const gateway = gateways.get(row);
    if (gateway !== undefined) return yield* this.#write(row, gateway, this.#gatewayStatus(gateway));
    const gatewayClass = gatewayClasses.get(row);
    if (gatewayClass !== undefined) return yield* this.#write(row, gatewayClass, this.#classStatus(gatewayClass));
    const route = routes.get(row);
    if (route !== undefined) return yield* this.#write(row, route, this.#routeStatus(route));
  }

  *#write(row: ObjectRow, object: KubeObject, status: object | undefined): Steps {
    if (status === undefined || canonicalJson(status) === canonicalJson(object.status ?? {})) return;
    const result = yield* this.#client.updateStatus(row, { ...object, status }).wait();
    if (result === Refused.Conflict) throw new SyncFailed('the object has changed meanwhile');
  }

  #ingressStatus(ingress: Ingress): object | undefined {
    const own = this.#gateways.controllers.filter((one) => this.#objects.ownsIngress(one, ingress));
    const controller = own.find(({ name }) => this.#since.has(name));
    if (controller === undefined) {
      const loses = ingress.status?.loadBalancer?.ingress !== undefined && own.some(({ name }) => this.#gone.has(name));
      return loses ? { loadBalancer: {} } : undefined;
    }
    const addresses = this.#addresses(this.#gateways.podClasses(controller.name));
    return { loadBalancer: addresses.length === 0 ? {} : { ingress: addresses.map((ip) => ({ ip })) } };
  }

  #gatewayStatus(gateway: Gateway): object | undefined {
    const { namespace = 'default', name } = gateway.metadata;
    const { controllers } = this.#gateways;
    const controller = controllers.find((one) => this.#objects.ownsGateway(one, gateway));
    if (controller === undefined) return undefined;
    const pods = this.#gateways.podClasses(controller.name, `${namespace}/${name}`);
    const proxies = { run: pods.length > 0, addresses: this.#addresses(pods) };
    return gatewayStatus(gateway, this.#objects.around(), proxies, this.#engine.now);
  }

  #classStatus({ metadata, spec, status }: GatewayClass): object | undefined {
    if (!this.#gateways.controllers.some(({ name }) => name === spec?.controllerName)) return undefined;
    const { generation = 1 } = metadata;
    const findings = [{ type: 'Accepted', isTrue: true }];
    return { conditions: conditionsOf(findings, status?.conditions, generation, this.#engine.now) };
  }

  #routeStatus(route: HttpRoute): object | undefined {
    const around = this.#objects.around();
    const { controllers } = this.#gateways;
    const parents = controllers.reduce(
      (before, controller) =>
        routeParents(
          { ...route, status: { parents: before } },
          controller.name,
          this.#objects.gatewaysOf(controller),
          around,
          this.#engine.now,
        ),
      route.status?.parents ?? [],
    );
    return parents.length === 0 && route.status === undefined ? undefined : { parents };
  }

  #addresses(pods: readonly PodClass[]): string[] {
    return publishedAddresses(this.#objects.services(), pods);
  }
}
