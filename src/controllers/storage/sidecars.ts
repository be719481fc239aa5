// The programs that run beside storage drivers (csi-provisioner, csi-attacher): one for each driver, with its client and queue.
import { ApiClient } from '../../api/client.ts';
import type { ManagerContext } from '../kit/controller.ts';
import type { Steps } from '../kit/sync.ts';
import { WorkQueue } from '../kit/work-queue.ts';
import { sidecarLimits } from '../settings.ts';

interface Sidecar {
  readonly driver: string;
  readonly client: ApiClient;
  readonly queue: WorkQueue;
}

interface SidecarKind {
  /** Names queues, with the driver's name. */
  readonly kind: string;
  readonly workers: number;
  /** What its client is called. */
  clientName(driver: string): string;
  sync(key: number, sidecar: Sidecar): Steps;
}

/** Every driver that is named is taken to run. */
export class Sidecars {
  readonly #manager: ManagerContext;
  readonly #kind: SidecarKind;
  readonly #byDriver = new Map<string, Sidecar>();

  constructor(manager: ManagerContext, kind: SidecarKind) {
    this.#manager = manager;
    this.#kind = kind;
  }

  of(driver: string): Sidecar {
    const known = this.#byDriver.get(driver);
    if (known !== undefined) return known;
    const { engine, api, settings } = this.#manager;
    const client = new ApiClient(api, this.#kind.clientName(driver), sidecarLimits(settings), 'in-turn');
    const limits = { workers: this.#kind.workers, syncWorkUs: 0 };
    const queue = new WorkQueue(engine, `${this.#kind.kind} ${driver}`, limits, (key) => this.#kind.sync(key, made));
    const made: Sidecar = { driver, client, queue };
    this.#byDriver.set(driver, made);
    return made;
  }
}
