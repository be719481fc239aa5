// Which objects of the input the API server will not admit at the start: out of the bounds of a LimitRange, or above a ResourceQuota.
import type { PersistentVolumeClaimSpec, PodSpec } from 'kubernetes-types/core/v1.js';
import {
  claimLimitProblems,
  type LimitRange,
  podLimitProblems,
  withLimitDefaults,
} from '../model/objects/admission/limit-range.ts';
import { chargeQuotas, type QuotaStatus, type Request } from '../model/objects/admission/quota-charge.ts';
import { missingAmounts } from '../model/objects/admission/quota-constraints.ts';
import { objectUsageOf, recount } from '../model/objects/admission/quota-recount.ts';
import { claimInScope, podInScope, requirementsOf } from '../model/objects/admission/quota-scopes.ts';
import { podUsage } from '../model/objects/admission/quota-usage.ts';
import { amountsOf, type ResourceQuotaSpec } from '../model/objects/admission/resource-quota.ts';
import { pluralOf, withGroup } from '../model/objects/resource-names.ts';
import type { Problems } from './problems.ts';
import type { KubernetesObject, ScenarioObject } from './scenario.ts';

/** What there is in a namespace so far. */
interface Content {
  readonly ranges: LimitRange[];
  readonly quotas: QuotaStatus[];
  readonly pods: PodSpec[];
  readonly others: { readonly resource: string; readonly object: object }[];
}

/** Objects are applied in their order: what comes before a quota is counted by it, and what comes after it is charged. */
export function refuseAtStart(objects: readonly ScenarioObject[], problems: Problems): void {
  const namespaces = new Map<string, Content>();
  for (const { object, place } of objects) {
    const { namespace } = object.metadata;
    if (namespace === undefined) continue;
    const content = namespaces.get(namespace) ?? { ranges: [], quotas: [], pods: [], others: [] };
    namespaces.set(namespace, content);
    const resource = withGroup(pluralOf(object.kind), object.apiVersion);
    const why = object.kind === 'Pod' ? refusedPod(object, content) : refusedObject(object, resource, content);
    if (why !== undefined) {
      problems.add(place, `${resource} "${object.metadata.name}" is forbidden: ${why}`);
      continue;
    }
    if (object.kind === 'LimitRange') content.ranges.push(object as LimitRange);
    if (object.kind === 'ResourceQuota') content.quotas.push(counted(object, content));
  }
}

function refusedPod(object: KubernetesObject, content: Content): string | undefined {
  let spec = (object.spec ?? { containers: [] }) as PodSpec;
  for (const range of content.ranges) ({ spec } = withLimitDefaults(spec, range));
  const [problem] = content.ranges.flatMap((range) => podLimitProblems(spec, range));
  if (problem !== undefined) return problem;
  const refused = charge(content, {
    resource: 'pods',
    usage: podUsage(spec, true),
    inScope: (requirement) => podInScope(spec, requirement),
    missing: (tracked) => missingAmounts(spec, tracked),
  });
  if (refused === undefined) content.pods.push(spec);
  return refused;
}

function refusedObject(object: KubernetesObject, resource: string, content: Content): string | undefined {
  const isClaim = object.kind === 'PersistentVolumeClaim';
  if (isClaim) {
    const requests = (object.spec as PersistentVolumeClaimSpec | undefined)?.resources?.requests ?? {};
    const [problem] = content.ranges.flatMap((range) => claimLimitProblems(requests, range));
    if (problem !== undefined) return problem;
  }
  const refused = charge(content, {
    resource,
    usage: objectUsageOf(resource, object),
    inScope: (requirement) => isClaim && claimInScope(object.spec ?? {}, requirement),
    missing: () => undefined,
  });
  if (refused === undefined) content.others.push({ resource, object });
  return refused;
}

function charge({ quotas }: Content, request: Request): string | undefined {
  const answer = chargeQuotas(quotas, request);
  if ('refused' in answer) return answer.refused;
  for (const [index, used] of answer.used) quotas[index] = { ...quotas[index], used };
  return undefined;
}

function counted(object: KubernetesObject, { pods, others }: Content): QuotaStatus {
  const spec: ResourceQuotaSpec = object.spec ?? {};
  const used = recount(spec, {
    pods: () => pods.map((pod) => ({ spec: pod, all: 1, running: 1 })),
    objects: () => others,
  });
  return { name: object.metadata.name, requirements: requirementsOf(spec), hard: amountsOf(spec.hard), used };
}
