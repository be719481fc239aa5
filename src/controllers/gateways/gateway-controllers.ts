// What controllers in pods make of the Ingresses, Gateways and HTTPRoutes that are theirs: a table for their proxies, anew with each change.
import type { Gateways } from '../../model/ports/gateways.ts';
import { kindDefaults } from '../../model/settings/gateway.ts';
import type { GatewayObjects } from './gateway-objects.ts';
import { gatewayTable } from './gateway-table.ts';
import { ingressTable } from './ingress-table.ts';
import { joined } from './joined-tables.ts';

/** All pods of a controller hear of a change at one time; what they do then takes each of them its own. */
export class GatewayControllers {
  readonly #gateways: Gateways;
  readonly #objects: GatewayObjects;
  readonly #cookies = new Map<string, Map<number, string>>();

  constructor(gateways: Gateways, objects: GatewayObjects) {
    this.#gateways = gateways;
    this.#objects = objects;
  }

  start(): void {
    this.#objects.subscribe(() => this.#tell());
  }

  /** All of it anew: there are few of these objects, and they change seldom. */
  #tell(): void {
    const around = this.#objects.around();
    for (const controller of this.#gateways.controllers) {
      const { name } = controller;
      const ingresses = ingressTable(this.#objects.ingressesOf(controller), {
        annotations: name === kindDefaults['ingress-nginx'].controller,
        cookies: (route) => this.#cookiesOf(route),
      });
      const own = this.#objects
        .gatewaysOf(controller)
        .map((gateway) => ({ gateway, table: gatewayTable(gateway, around) }));
      this.#gateways.configure(name, '', joined([ingresses, ...own.map(({ table }) => table)]));
      for (const { gateway, table } of own) {
        const { namespace = 'default', name: called } = gateway.metadata;
        this.#gateways.configure(name, `${namespace}/${called}`, table);
      }
    }
  }

  #cookiesOf(route: string): Map<number, string> {
    const known = this.#cookies.get(route) ?? new Map<number, string>();
    this.#cookies.set(route, known);
    return known;
  }
}
