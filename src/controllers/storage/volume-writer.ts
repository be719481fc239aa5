// Writes of claims and volumes whose answers are known at once: the binder goes on with the versions that it has written.
import type { NamedObjects } from '../../api/named-objects.ts';
import type { ApiClient } from '../../api/client.ts';
import type { Claim, PersistentVolume } from '../../model/storage/objects.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** Each throws SyncFailed when the write is refused. */
export class VolumeWriter {
  readonly #client: ApiClient;
  readonly #claims: NamedObjects<Claim>;
  readonly #volumes: NamedObjects<PersistentVolume>;

  constructor(client: ApiClient, claims: NamedObjects<Claim>, volumes: NamedObjects<PersistentVolume>) {
    this.#client = client;
    this.#claims = claims;
    this.#volumes = volumes;
  }

  /** Writes nothing when the volume has the phase already. */
  *setPhase(row: ObjectRow, volume: PersistentVolume, phase: string): Steps<PersistentVolume> {
    if (volume.status?.phase === phase) return volume;
    const result = yield* this.#client.updateStatus(row, { ...volume, status: { phase } }).wait();
    return this.#written(this.#volumes, row, result, volume);
  }

  *volume(row: ObjectRow, volume: PersistentVolume): Steps<PersistentVolume> {
    return this.#written(this.#volumes, row, yield* this.#client.update(row, volume).wait(), volume);
  }

  *claim(row: ObjectRow, claim: Claim): Steps<Claim> {
    return this.#written(this.#claims, row, yield* this.#client.update(row, claim).wait(), claim);
  }

  *claimStatus(row: ObjectRow, claim: Claim): Steps<Claim> {
    return this.#written(this.#claims, row, yield* this.#client.updateStatus(row, claim).wait(), claim);
  }

  /** The answer to a write carries the new version. */
  #written<T extends Claim | PersistentVolume>(cache: NamedObjects<T>, row: ObjectRow, result: number, sent: T): T {
    const stored = this.#client.answered(row) as T | undefined;
    if (result < 0 || stored === undefined) {
      throw new SyncFailed(`${sent.kind} ${sent.metadata.name} could not be written (${result})`);
    }
    cache.take(row, stored);
    return stored;
  }
}
