// The programs that run beside storage drivers (csi-provisioner, csi-attacher): one for each driver, with its client and queue.
import { ApiClient } from '../../api/client.ts';
import type { ManagerContext } from '../kit/controller.ts';
import type { Steps } from '../kit/sync.ts';
import { WorkQueue } from '../kit/work-queue.ts';
import { sidecarLimits } from '../settings.ts';
import type { ObjectRow } from '../../model/rows.ts';

interface Sidecar<Key extends number> {
  readonly driver: string;
  readonly client: ApiClient;
  readonly queue: WorkQueue<Key>;
}

interface SidecarKind<Key extends number> {
  /** Names queues, with the driver's name. */
  readonly kind: string;
  readonly workers: number;
  /** What its client is called. */
  clientName(driver: string): string;
  sync(key: Key, sidecar: Sidecar<Key>): Steps;
}

/** Every driver that is named is taken to run. */
export class Sidecars<Key extends number = ObjectRow> {
  readonly #manager: ManagerContext;
  readonly #kind: SidecarKind<Key>;
  readonly #byDriver = new Map<string, Sidecar<Key>>();

  constructor(manager: ManagerContext, kind: SidecarKind<Key>) {
    this.#manager = manager;
    this.#kind = kind;
  }

  of(driver: string): Sidecar<Key> {
    const known = this.#byDriver.get(driver);
    if (known !== undefined) return known;
    const { engine, api, settings } = this.#manager;
    const client = new ApiClient(api, this.#kind.clientName(driver), sidecarLimits(settings), 'in-turn');
    const limits = { workers: this.#kind.workers, syncWorkUs: 0 };
    const queue = new WorkQueue<Key>(engine, `${this.#kind.kind} ${driver}`, limits, (key) =>
      this.#kind.sync(key, made),
    );
    const made: Sidecar<Key> = { driver, client, queue };
    this.#byDriver.set(driver, made);
    return made;
  }
}
