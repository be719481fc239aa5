// The attachers of storage drivers: they attach and detach what VolumeAttachments ask for (csi-attacher).
import { NamedObjects } from '../../api/named-objects.ts';
import type { ApiClient } from '../../api/client.ts';
import { Refused } from '../../api/refused.ts';
import { Samplers } from '../../engine/distributions.ts';
import type { Random } from '../../engine/random.ts';
import { sleep } from '../../engine/script.ts';
import type { VolumeAttachment } from '../../model/storage/objects.ts';
import { ATTACHER, released } from '../../model/storage/protection.ts';
import type { Controller, ManagerContext } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { Sidecars } from './sidecars.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** One attacher for each driver that is named. */
export const volumeAttacher: Controller = {
  start: (manager) => void new VolumeAttachers(manager),
};

/** A call that the provider refuses is made again after this. */
const RETRY_US = 10e6;

class VolumeAttachers {
  readonly #attachments: NamedObjects<VolumeAttachment>;
  readonly #samplers = new Samplers();
  readonly #refuses: () => boolean;
  readonly #attach: number;
  readonly #detach: number;
  readonly #random: Random;
  readonly #sidecars: Sidecars;

  constructor(manager: ManagerContext) {
    const { engine, api, settings } = manager;
    this.#sidecars = new Sidecars(manager, {
      kind: 'attacher',
      workers: settings.storage.attachWorkers,
      clientName: (driver) => `${driver} attacher`,
      sync: (row, { client }) => this.#sync(row, client),
    });
    this.#refuses = settings.cloudRefuses ?? (() => false);
    this.#attach = this.#samplers.add(settings.storage.attach);
    this.#detach = this.#samplers.add(settings.storage.detach);
    this.#random = engine.stream('volume-attacher');
    const view = api.watchObjects<VolumeAttachment>('VolumeAttachment');
    this.#attachments = new NamedObjects(view);
    view.subscribe((row, attachment) => {
      const driver = this.#attachments.get(row)?.spec?.attacher;
      if (attachment !== undefined && driver !== undefined) this.#sidecars.of(driver).queue.add(row);
    });
  }

  *#sync(row: ObjectRow, client: ApiClient): Steps {
    const attachment = this.#attachments.get(row);
    if (attachment === undefined) return;
    while (this.#refuses()) yield* sleep(RETRY_US);
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
