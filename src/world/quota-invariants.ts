// What must hold of quotas: whatever has just been admitted fits, so that admission never brings the use of anything above its limit.
import { quotaContent } from '../api/quota-content.ts';
import type { KubeObject } from '../model/object-store.ts';
import { recount } from '../model/objects/admission/quota-recount.ts';
import { podInScope, requirementsOf } from '../model/objects/admission/quota-scopes.ts';
import { podUsage } from '../model/objects/admission/quota-usage.ts';
import {
  amountsOf,
  type ResourceQuotaSpec,
  type ResourceQuotaStatus,
} from '../model/objects/admission/resource-quota.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { ClusterState } from '../model/state.ts';

interface ResourceQuota extends KubeObject {
  readonly spec?: ResourceQuotaSpec;
  readonly status?: ResourceQuotaStatus;
}

/** What is wrong with the quotas of the namespace into which a pod of this class has just come; undefined when nothing is. */
export function quotaViolation(state: ClusterState, podClass: PodClass, nowUs: number): string | undefined {
  const { objects } = state;
  for (const row of objects.ofKind('ResourceQuota')) {
    const quota: ResourceQuota | undefined = objects.get(row);
    if (quota === undefined || objects.namespace[row] !== podClass.namespace) continue;
    const { spec = {}, status = {} } = quota;
    if (!requirementsOf(spec).every((one) => podInScope(podClass.spec, one))) continue;
    const hard = amountsOf(status.hard);
    const used = recount(spec, quotaContent(state, podClass.namespace, nowUs));
    for (const [name, amount] of podUsage(podClass.spec, true)) {
      const limit = hard.get(name);
      const sum = used.get(name);
      if (limit === undefined || sum === undefined || amount.isZero() || sum.compare(limit) <= 0) continue;
      const { metadata } = quota;
      return `quota ${podClass.namespace}/${metadata.name} has ${name}=${sum.canonical()} of ${limit.canonical()} after a pod was admitted`;
    }
  }
  return undefined;
}
