// Makes the claims of a StatefulSet's pods and keeps their owners as the retention policy has them.
import { NamedObjects } from '../../api/named-objects.ts';
import type { ApiClient } from '../../api/client.ts';
import { isForbidden, Refused } from '../../api/refused.ts';
import type { Claim } from '../../model/storage/objects.ts';
import type { Work } from '../kit/controller.ts';
import type { StatefulSet } from '../kit/stateful-set-objects.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { claimsFor, isStaleClaim, type OwningPod, rightOwners } from './claims.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** In the API server's words where it has any. */
export function whyRefused(client: ApiClient, answer: number): string {
  return isForbidden(answer) ? client.refusal(answer) : `the API server refused it (${answer})`;
}

export class ClaimControl {
  readonly #work: Work;
  readonly #claims: NamedObjects<Claim>;

  constructor(work: Work) {
    this.#work = work;
    this.#claims = new NamedObjects(work.views.claims);
  }

  /** Whether a claim of an earlier pod of that name is on its way out. */
  isStale(set: StatefulSet, podName: string): boolean {
    return this.#known(set, podName).some(([, claim]) => isStaleClaim(set, claim, podName));
  }

  /** Throws SyncFailed when a claim is refused, or is being deleted. */
  *create(row: ObjectRow, set: StatefulSet, podName: string): Steps {
    const { client } = this.#work;
    const { name } = set.metadata;
    const failures: string[] = [];
    for (const claim of claimsFor(set, podName)) {
      const known = this.#claims.find(claim.metadata.namespace, claim.metadata.name);
      if (known?.metadata.deletionTimestamp !== undefined) failures.push(`pvc ${claim.metadata.name} is being deleted`);
      if (known !== undefined) continue;
      const result = yield* client.create(claim).wait();
      if (result === Refused.AlreadyExists) continue;
      const what = `Create Claim ${claim.metadata.name}`;
      if (result >= 0) {
        const message = `${what} Pod ${podName} in StatefulSet ${name} success`;
        client.objectEvent('Normal', 'SuccessfulCreate', message, row);
      } else {
        const why = whyRefused(client, result);
        failures.push(`failed to create PVC ${claim.metadata.name}: ${why}`);
        const message = `${what} for Pod ${podName} in StatefulSet ${name} failed error: ${why}`;
        client.objectEvent('Warning', 'FailedCreate', message, row);
      }
    }
    if (failures.length > 0) throw new SyncFailed(failures.join('; '));
  }

  *keepOwners(set: StatefulSet, pod: OwningPod): Steps {
    for (const [row, claim] of this.#known(set, pod.name)) {
      const owners = rightOwners(set, claim, pod);
      if (owners === undefined) continue;
      const { ownerReferences: _, ...metadata } = claim.metadata;
      const references = owners.length === 0 ? {} : { ownerReferences: owners };
      const result = yield* this.#work.client
        .update(row, { ...claim, metadata: { ...metadata, ...references } })
        .wait();
      if (result < 0 && result !== Refused.NotFound) {
        throw new SyncFailed(`the owners of claim ${claim.metadata.name} could not be written (${result})`);
      }
      const written = this.#work.client.answered(row);
      if (written !== undefined) this.#claims.take(row, written);
    }
  }

  /** The pod's claims that there are. */
  #known(set: StatefulSet, podName: string): readonly (readonly [ObjectRow, Claim])[] {
    const { namespace = 'default' } = set.metadata;
    return (set.spec.volumeClaimTemplates ?? []).flatMap(({ metadata }) => {
      const row = this.#claims.rowOf(namespace, `${metadata?.name ?? ''}-${podName}`);
      const claim = this.#claims.get(row);
      return claim === undefined ? [] : [[row, claim] as const];
    });
  }
}
