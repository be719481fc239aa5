// Validation of Nodes (pkg/apis/core/validation, ValidateNode).
import type { NodeSpec, NodeStatus, Taint } from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { labelValueProblems } from '../../parse/label-syntax.ts';
import type { Errors } from './errors.ts';
import { cidrFamily, cidrProblems } from './ip.ts';
import { validateLabelKey, validateMeta } from './meta.ts';
import { dnsSubdomainProblems } from './names.ts';
import { validateAmount } from './resources.ts';

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export interface Node {
  metadata: ObjectMeta;
  spec: NodeSpec;
  status: NodeStatus;
}

export function validateNode({ metadata, spec, status }: Node, errors: Errors): void {
  validateMeta(metadata, false, dnsSubdomainProblems, errors);
  // The API server reports taints under metadata.
  validateTaints(spec.taints ?? [], 'metadata.taints', errors);
  validateNodeResources(status, errors);
  const ranges = spec.podCIDRs ?? [];
  for (const [index, range] of ranges.entries())
    errors.invalidEach(`spec.podCIDRs[${index}]`, range, cidrProblems(range));
  if (ranges.length > 1 && (ranges.length > 2 || new Set(ranges.map(cidrFamily)).size < 2)) {
    errors.invalid('spec.podCIDRs', ranges, 'may specify no more than one CIDR for each IP family');
  }
}

export function validateNodeResources(status: NodeStatus, errors: Errors): void {
  for (const part of ['capacity', 'allocatable'] as const) {
    for (const [name, amount] of Object.entries(status[part] ?? {})) {
      validateAmount(name, amount, `status.${part}.${name}`, errors);
    }
  }
}

export function validateTaints(taints: readonly Taint[], path: string, errors: Errors): void {
  const seen = new Set<string>();
  for (const [index, taint] of taints.entries()) {
    const at = `${path}[${index}]`;
    validateLabelKey(taint.key, `${at}.key`, errors);
    const problems = labelValueProblems(taint.value ?? '');
    if (problems.length > 0) errors.invalid(`${at}.value`, taint.value, problems.join(';'));
    if (taint.effect === '') errors.required(`${at}.effect`);
    else if (!TAINT_EFFECTS.includes(taint.effect)) errors.notSupported(`${at}.effect`, taint.effect, TAINT_EFFECTS);
    const key = `${taint.key} ${taint.effect}`;
    if (seen.has(key)) errors.duplicate(at, taint);
    seen.add(key);
  }
}
