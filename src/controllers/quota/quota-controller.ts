// The ResourceQuota controller: counts again what a quota has used, when the quota changes, when something has gone, and every five minutes.
import type { ObjectView } from '../../api/object-view.ts';
import { Refused } from '../../api/refused.ts';
import { Change } from '../../model/change-log.ts';
import { canonicalJson } from '../../model/interner.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { recount } from '../../model/objects/admission/quota-recount.ts';
import { isUsedBy, masked, sum } from '../../model/objects/admission/quota-usage.ts';
import {
  amountsOf,
  printedAmounts,
  type ResourceQuotaSpec,
  type ResourceQuotaStatus,
} from '../../model/objects/admission/resource-quota.ts';
import { isTerminal } from '../../model/pods.ts';
import type { ObjectRow, PodRow } from '../../model/rows.ts';
import { controller, type Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { CountedKinds } from './counted-kinds.ts';

interface ResourceQuota extends KubeObject {
  readonly spec?: ResourceQuotaSpec;
  readonly status?: ResourceQuotaStatus;
}

/** `--resource-quota-sync-period`. */
const RESYNC_US = 300e6;

export const resourceQuota = controller({
  name: 'resourcequota-controller',
  queue: 'resourcequota',
  workers: 'resourceQuota',
  create: (work) => new QuotaSyncs(work),
  watches({ api, views, queue }, syncs) {
    syncs.quotas.subscribe((row, _quota, what) => {
      // What admission and this controller write into the status concerns nobody here.
      if ((what & (Change.Created | Change.Spec | Change.Removed)) === 0) return;
      syncs.limitsChanged();
      queue.add(row);
    });
    views.pods.view.subscribe((pod, _epoch, what) => {
      if (syncs.quotas.size === 0 || (what & (Change.Status | Change.Removed)) === 0) return;
      if ((what & Change.Removed) !== 0 || isTerminal(views.pods.view.state[pod])) syncs.podEnded(pod);
    });
    const others = api.watchKinds((kind) => syncs.counted.has(kind));
    others.subscribe((row, _object, what) => {
      if ((what & Change.Created) === 0) syncs.objectChanged(row);
    });
  },
});

class QuotaSyncs {
  readonly quotas: ObjectView<ResourceQuota>;
  /** Kinds other than Pod that some quota counts. */
  readonly counted = new CountedKinds();
  readonly #work: Work;
  readonly #onResync: number;
  #resyncs = false;

  constructor(work: Work) {
    this.#work = work;
    this.quotas = work.api.watchObjects<ResourceQuota>('ResourceQuota');
    this.#onResync = work.engine.kind('resourcequota.resync', () => this.#resync());
  }

  *sync(row: ObjectRow): Steps {
    if (this.quotas.get(row) === undefined) return;
    const { client } = this.#work;
    // Lists as old as the quota: a cache that is older could take a pod for gone that has just been admitted.
    yield* client.read(row).wait();
    const quota: ResourceQuota | undefined = client.answered(row);
    if (quota === undefined) return;
    const { spec = {}, status = {}, metadata } = quota;
    const hard = amountsOf(spec.hard);
    const counted = recount(spec, client.answeredForQuota(metadata.namespace ?? 'default'));
    const kept = [...amountsOf(status.used)].filter(([name]) => !counted.has(name));
    const used = masked(sum(new Map(kept), counted), hard);
    const next = { hard: printedAmounts(hard), used: printedAmounts(used) };
    if (canonicalJson(next) === canonicalJson(status)) return;
    const result = yield* client.updateStatus(row, { ...quota, status: next }).wait();
    if (result === Refused.Conflict) throw new SyncFailed('the quota has been charged meanwhile');
  }

  limitsChanged(): void {
    this.counted.set([...this.quotas.entries()].flatMap(([, { spec }]) => Object.keys(spec?.hard ?? {})));
    this.#bookResync();
  }

  /** A pod ended or is gone. */
  podEnded(pod: PodRow): void {
    const { api, views } = this.#work;
    this.#addAll(api.registry.classes.get(views.pods.view.podClass[pod]).namespace, (name) => isUsedBy('pods', name));
  }

  objectChanged(row: ObjectRow): void {
    const { kind, namespace } = this.#work.api.registry.objects;
    this.#addAll(namespace[row], (name) => CountedKinds.counts(kind[row], name));
  }

  #addAll(namespace: string, counts: (name: string) => boolean): void {
    for (const [row, { metadata, spec }] of this.quotas.entries()) {
      if (metadata.namespace !== namespace) continue;
      if (Object.keys(spec?.hard ?? {}).some(counts)) this.#work.queue.add(row);
    }
  }

  #bookResync(): void {
    if (this.#resyncs || this.quotas.size === 0) return;
    this.#resyncs = true;
    this.#work.engine.after(RESYNC_US, this.#onResync, 0, 0);
  }

  #resync(): void {
    this.#resyncs = false;
    for (const [row] of this.quotas.entries()) this.#work.queue.add(row);
    this.#bookResync();
  }
}
