// The attachers of storage drivers: they attach and detach what VolumeAttachments ask for (csi-attacher).
import { ApiClient } from '../../api/client.ts';
import type { ApiServer } from '../../api/server.ts';
import { Refused } from '../../api/refused.ts';
import { Samplers } from '../../engine/distributions.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Random } from '../../engine/random.ts';
import { sleep } from '../../engine/script.ts';
import type { VolumeAttachment } from '../../model/storage/objects.ts';
import { ATTACHER, released } from '../../model/storage/protection.ts';
import { NewestObjects } from '../kit/newest-objects.ts';
import { type ControllerSettings, sidecarLimits } from '../settings.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { WorkQueue } from '../kit/work-queue.ts';

interface Sidecar {
  readonly client: ApiClient;
  readonly queue: WorkQueue;
}

/** One attacher for each driver that is named. */
export class VolumeAttacher {
  readonly #engine: Engine;
  readonly #api: ApiServer;
  readonly #settings: ControllerSettings;
  readonly #attachments: NewestObjects<VolumeAttachment>;
  readonly #samplers = new Samplers();
  readonly #attach: number;
  readonly #detach: number;
  readonly #random: Random;
  readonly #sidecars = new Map<string, Sidecar>();

  constructor(engine: Engine, api: ApiServer, settings: ControllerSettings) {
    this.#engine = engine;
    this.#api = api;
    this.#settings = settings;
    this.#attach = this.#samplers.add(settings.storage.attach);
    this.#detach = this.#samplers.add(settings.storage.detach);
    this.#random = engine.stream('volume-attacher');
    const view = api.watchObjects<VolumeAttachment>('VolumeAttachment');
    this.#attachments = new NewestObjects(view);
    view.subscribe((row, attachment) => {
      const driver = this.#attachments.get(row)?.spec?.attacher;
      if (attachment !== undefined && driver !== undefined) this.#sidecar(driver).queue.add(row);
    });
  }

  #sidecar(driver: string): Sidecar {
    let sidecar = this.#sidecars.get(driver);
    if (sidecar === undefined) {
      const client = new ApiClient(this.#api, `${driver} attacher`, sidecarLimits(this.#settings), 'in-turn');
      const workers = { workers: this.#settings.storage.attachWorkers, syncWorkUs: 0 };
      const queue = new WorkQueue(this.#engine, `attacher ${driver}`, workers, (row) => this.#sync(row, client));
      sidecar = { client, queue };
      this.#sidecars.set(driver, sidecar);
    }
    return sidecar;
  }

  *#sync(row: number, client: ApiClient): Steps {
    const attachment = this.#attachments.get(row);
    if (attachment === undefined) return;
    if (attachment.metadata.deletionTimestamp !== undefined) {
      yield* sleep(this.#draw(this.#detach));
      const finalizer = ATTACHER + (attachment.spec?.attacher ?? '');
      const current = this.#attachments.get(row) ?? attachment;
      const result = yield* client.update(row, released(current, finalizer)).wait();
      if (result === Refused.Conflict) throw new SyncFailed(`${current.metadata.name} has changed`);
    } else if (attachment.status?.attached !== true) {
      yield* sleep(this.#draw(this.#attach));
      const current = this.#attachments.get(row);
      if (current === undefined) return;
      yield* client.updateStatus(row, { ...current, status: { attached: true } }).wait();
    }
  }

  #draw(sampler: number): number {
    return Math.round(this.#samplers.draw(sampler, this.#random));
  }
}
