// What all requests share: the simulated API server, its resources, the clients that ask, the caches of watches.
import { ApiClient } from '../api/client.ts';
import { Resources } from '../api/resources/resources.ts';
import type { ApiServer } from '../api/server.ts';
import { timestamp } from '../lib/timestamp.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ClusterState } from '../model/state.ts';
import type { World } from '../world/build.ts';
import { type ServedResource, ServedResources } from './discovery/served-resources.ts';
import { Snapshots } from './reading/snapshots.ts';
import { shownObject } from './shown-objects.ts';
import type { TablePrinter } from './tables/printer.ts';
import { tablePrinter } from './tables/table.ts';
import { WatchCaches } from './watching/watch-caches.ts';

export class Server {
  readonly world: World;
  readonly api: ApiServer;
  readonly state: ClusterState;
  readonly served: ServedResources;
  readonly snapshots = new Snapshots();
  readonly caches: WatchCaches;
  readonly #users = new Map<string, Resources>();
  readonly #printers = new Map<string, TablePrinter>();
  #generated = 0;

  constructor(world: World) {
    this.world = world;
    this.api = world.api;
    this.state = world.state;
    this.served = new ServedResources(world.state.objects, () => world.metricsServer.runs);
    this.caches = new WatchCaches(world.api);
  }

  get nowUs(): number {
    return this.api.engine.now;
  }

  /** Now, as objects have it. */
  get timestamp(): string {
    return timestamp(this.nowUs);
  }

  /** The resources as a user reaches them: kubectl limits itself, the server's flow control is the server's affair. */
  resourcesOf(user: string): Resources {
    let resources = this.#users.get(user);
    if (resources === undefined) {
      resources = new Resources(new ApiClient(this.api, user, { qps: Infinity, burst: 1 }));
      this.#users.set(user, resources);
    }
    return resources;
  }

  /** How many names of custom objects were generated before. */
  nextGenerated(): number {
    this.#generated += 1;
    return this.#generated - 1;
  }

  /** The object as it is shown to clients. */
  shown(resource: ServedResource, object: KubeObject): KubeObject {
    return shownObject(this.state, object, resource.apiVersion, this.nowUs);
  }

  /** Of kinds that are built in they are made once: definitions of the others may change. */
  printerOf({ apiVersion, kind, group }: ServedResource): TablePrinter {
    const id = `${apiVersion} ${kind}`;
    const known = this.#printers.get(id);
    if (known !== undefined) return known;
    const isBuiltIn = (!group.includes('.') || group.endsWith('.k8s.io')) && !COMMUNITY.has(group);
    const made = tablePrinter(this.state.objects, apiVersion, kind, isBuiltIn);
    if (isBuiltIn) this.#printers.set(id, made);
    return made;
  }
}

/** Groups of custom kinds with a name like that of a built-in one. */
const COMMUNITY: ReadonlySet<string> = new Set([
  'autoscaling.k8s.io',
  'gateway.networking.k8s.io',
  'scheduling.x-k8s.io',
]);
