// Hot dialect: a proxy that runs in a pod: its workers, each with a queue of bursts, those that finish what they have, and the routes that it has taken up.
import { type GatewayRoute, type GatewayTable, NO_ROUTES } from '../../model/gateway-table.ts';
import type { PodRow } from '../../model/rows.ts';
import type { GatewaySpec } from '../../model/settings/gateway.ts';

const NONE = -1;

/** A burst that waits until its worker is free. */
interface Burst {
  readonly row: number;
  readonly workUs: number;
  readonly cpuUs: number;
}

/** Works on one request at a time; requests that wait for a backend are in its hands too. */
export class Worker {
  /** Under which number its balancers keep what they know. */
  readonly proxy: number;
  readonly rows = new Set<number>();
  readonly ready: Burst[] = [];
  running = NONE;

  constructor(proxy: number) {
    this.proxy = proxy;
  }
}

/** What a proxy does next about what it has heard. */
export const Sync = { Idle: 0, Booked: 1, Taking: 2 } as const;
type SyncName = (typeof Sync)[keyof typeof Sync];

export class GatewayProcess {
  readonly pod: PodRow;
  readonly spec: GatewaySpec;
  readonly image: string;
  /** The Gateway that its pod is of (`namespace/name`), '' where it is of none. */
  readonly gateway: string;
  /** Another one for each process of the pod's row: events of an earlier one are void. */
  readonly token: number;
  /** Under which number balancers keep what lasts as long as the process. */
  readonly proxy: number;
  table: GatewayTable = NO_ROUTES;
  /** What it is about to take up. */
  next: GatewayTable = NO_ROUTES;
  workers: readonly Worker[] = [];
  /** Of earlier configurations, oldest first, as long as they have requests. */
  draining: Worker[] = [];
  sync: SyncName = Sync.Idle;
  lastSyncUs = Number.NEGATIVE_INFINITY;
  /** Something came while it was busy with what came before. */
  hasMore = false;
  readonly #workerOf = new Map<number, Worker>();
  /** By call site of the caller: where the table leads. */
  #known = new Map<number, GatewayRoute | undefined>();
  /** By destination of a backend: the entry of the endpoints' log that it was of. */
  readonly #entries = new Map<number, number>();

  constructor(pod: PodRow, spec: GatewaySpec, image: string, gateway: string, token: number, proxy: number) {
    this.pod = pod;
    this.spec = spec;
    this.image = image;
    this.gateway = gateway;
    this.token = token;
    this.proxy = proxy;
  }

  /** Other workers take what comes from now on. `proxyOf` gives numbers that nobody had. */
  renew(nextProxy: () => number): readonly Worker[] {
    const old = this.workers.filter((worker) => worker.rows.size > 0);
    this.draining.push(...old);
    const shared = nextProxy();
    this.workers = Array.from(
      { length: this.spec.workers },
      (_, i) => new Worker(this.spec.balancesByWorker && i > 0 ? nextProxy() : shared),
    );
    return old;
  }

  take(table: GatewayTable): void {
    this.table = table;
    this.#known = new Map();
  }

  routeOf(site: number, find: () => GatewayRoute | undefined): GatewayRoute | undefined {
    if (!this.#known.has(site)) this.#known.set(site, find());
    return this.#known.get(site);
  }

  /** Whether the endpoints of a backend are others than those that the workers began with. */
  endpointsChanged(destination: number, entry: number): boolean {
    const before = this.#entries.get(destination);
    this.#entries.set(destination, entry);
    return before !== undefined && before !== entry;
  }

  workerOf(row: number): Worker | undefined {
    return this.#workerOf.get(row);
  }

  /** The request is in the hands of a worker of the present ones. */
  assign(row: number, index: number): Worker {
    const worker = this.workers[index];
    worker.rows.add(row);
    this.#workerOf.set(row, worker);
    return worker;
  }

  /** It has left. A worker of an earlier configuration ends with its last one. */
  leave(row: number): void {
    const worker = this.#workerOf.get(row);
    if (worker === undefined) return;
    this.#workerOf.delete(row);
    worker.rows.delete(row);
    if (worker.rows.size === 0 && this.draining.length > 0) {
      this.draining = this.draining.filter((one) => one !== worker);
    }
  }
}
