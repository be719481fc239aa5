// What proxies learn of a Service when it is created, changed or deleted.
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import { serviceRules } from '../model/service-rules.ts';
import type { ClusterState } from '../model/state.ts';
import type { ObjectRow } from '../model/rows.ts';

/** A Service was committed, or is gone: an entry of the log where that says something new to proxies. */
export function serviceChanged(
  { objects, endpoints }: ClusterState,
  row: ObjectRow,
  nowUs: number,
  gone = false,
): void {
  if (gone) {
    if (endpoints.latestRules(row) !== undefined) endpoints.setRules(row, undefined, nowUs);
    return;
  }
  const service = objects.get(row);
  if (service === undefined) return;
  const spec: ServiceSpec = service.spec ?? {};
  const rules = serviceRules(spec);
  if (JSON.stringify(rules) !== JSON.stringify(endpoints.latestRules(row))) endpoints.setRules(row, rules, nowUs);
}
