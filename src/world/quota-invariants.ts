// What must hold of quotas: whatever has just been admitted fits, so that admission never brings the use of anything above its limit.
import { quotaContent } from '../api/quota-content.ts';
import { Change } from '../model/change-log.ts';
import type { KubeObject } from '../model/object-store.ts';
import { recount } from '../model/objects/admission/quota-recount.ts';
import { podInScope, requirementsOf } from '../model/objects/admission/quota-scopes.ts';
import { podUsage, type Usage } from '../model/objects/admission/quota-usage.ts';
import {
  amountsOf,
  type ResourceQuotaSpec,
  type ResourceQuotaStatus,
} from '../model/objects/admission/resource-quota.ts';
import type { Quantity } from '../model/parse/quantity.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { ObjectRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

interface ResourceQuota extends KubeObject {
  readonly spec?: ResourceQuotaSpec;
  readonly status?: ResourceQuotaStatus;
}

export class QuotaInvariants {
  readonly #state: ClusterState;
  /**
   * By quota and limit in force: what its first status did not count. A limit is in force from the status that names it on; what came
   * between the controller's list and that status is neither counted nor charged, until the quota is counted the next time.
   */
  readonly #uncounted = new Map<ObjectRow, Map<string, Quantity | undefined>>();

  constructor(state: ClusterState) {
    this.#state = state;
  }

  /** A quota came or changed. */
  quotaCommitted(row: ObjectRow, quota: ResourceQuota, what: number, nowUs: number): void {
    const before = (what & Change.Created) === 0 ? this.#uncounted.get(row) : undefined;
    const inForce = Object.keys(quota.status?.hard ?? {});
    if (inForce.length === before?.size && inForce.every((name) => before?.has(name))) return;
    const there = this.#there(quota, this.#state.objects.namespace[row], nowUs);
    const counted = amountsOf(quota.status?.used);
    this.#uncounted.set(
      row,
      new Map(
        inForce.map((name) => [
          name,
          before?.has(name) ? before.get(name) : excess(there.get(name), counted.get(name)),
        ]),
      ),
    );
  }

  /** What is wrong with the quotas of the namespace into which a pod of this class has just come; undefined when nothing is. */
  podAdmitted(podClass: PodClass, nowUs: number): string | undefined {
    const { objects } = this.#state;
    const { namespace } = podClass;
    for (const row of objects.ofKind('ResourceQuota')) {
      const quota: ResourceQuota | undefined = objects.get(row);
      if (quota === undefined || objects.namespace[row] !== namespace) continue;
      const { metadata, spec = {}, status = {} } = quota;
      if (!requirementsOf(spec).every((one) => podInScope(podClass.spec, one))) continue;
      const hard = amountsOf(status.hard);
      const counted = amountsOf(status.used);
      const there = this.#there(quota, namespace, nowUs);
      const uncounted = this.#uncounted.get(row);
      for (const [name, amount] of podUsage(podClass.spec, true)) {
        const limit = hard.get(name);
        const sum = there.get(name);
        if (limit === undefined || sum === undefined || amount.isZero()) continue;
        const over = excess(sum, limit);
        if (over !== undefined && excess(over, uncounted?.get(name)) !== undefined)
          return `quota ${namespace}/${metadata.name} has ${name}=${sum.canonical()} of ${limit.canonical()} after a pod was admitted`;
        // Counted meanwhile, or gone: it is no excuse any more.
        const left = excess(sum, counted.get(name));
        if (excess(uncounted?.get(name), left) !== undefined) uncounted?.set(name, left);
      }
    }
    return undefined;
  }

  #there({ spec = {} }: ResourceQuota, namespace: string, nowUs: number): Usage {
    return recount(spec, quotaContent(this.#state, namespace, nowUs));
  }
}

/** What the one has more than the other; undefined when that is nothing. */
function excess(amount: Quantity | undefined, other: Quantity | undefined): Quantity | undefined {
  const more = other === undefined ? amount : amount?.sub(other);
  return more !== undefined && more.sign() > 0 ? more : undefined;
}
