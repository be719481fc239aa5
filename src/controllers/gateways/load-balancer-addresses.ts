// The controller of the cloud that gives Services of type LoadBalancer their address: as soon as they are there.
import type { ApiClient } from '../../api/client.ts';
import { Refused } from '../../api/refused.ts';
import type { Calendar } from '../../engine/calendar.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { WorkQueue } from '../kit/work-queue.ts';
import type { GatewayObjects, ServiceObject } from './gateway-objects.ts';

/** 198.18.0.0/15, which nobody has: for measurements (RFC 2544). */
const FIRST = [198, 18] as const;
const MOST = 2 ** 17;

export class LoadBalancerAddresses {
  readonly #client: ApiClient;
  readonly #objects: GatewayObjects;
  readonly #queue: WorkQueue;
  #given = 0;

  constructor(engine: Calendar, client: ApiClient, objects: GatewayObjects) {
    this.#client = client;
    this.#objects = objects;
    this.#queue = new WorkQueue(engine, 'service', { workers: 1, syncWorkUs: 0 }, (row) => this.#sync(row));
  }

  start(): void {
    const { services } = this.#objects.views;
    services.subscribe((row) => {
      if (isBalanced(services.get(row))) this.#queue.add(row);
    });
  }

  *#sync(row: ObjectRow): Steps {
    const service = this.#objects.views.services.get(row);
    if (service === undefined || !isBalanced(service) || service.status?.loadBalancer?.ingress !== undefined) return;
    if (this.#given + 1 >= MOST) throw new SyncFailed('there are no more addresses');
    this.#client.objectEvent('Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer', row);
    this.#given += 1;
    const ip = [FIRST[0], FIRST[1] + (this.#given >> 16), (this.#given >> 8) & 255, this.#given & 255].join('.');
    const status = { ...service.status, loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } };
    const result = yield* this.#client.updateStatus(row, { ...service, status }).wait();
    if (result === Refused.Conflict) throw new SyncFailed('the Service has changed meanwhile');
    this.#client.objectEvent('Normal', 'EnsuredLoadBalancer', 'Ensured load balancer', row);
  }
}

function isBalanced(service: ServiceObject | undefined): boolean {
  return service?.spec?.type === 'LoadBalancer';
}
