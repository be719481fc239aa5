// Validation of DaemonSets (pkg/apis/apps/validation).
import type { DaemonSetSpec, DaemonSetUpdateStrategy } from 'kubernetes-types/apps/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import { compileLabelSelector } from '../../parse/label-selector.ts';
import type { PodTemplate } from '../types.ts';
import type { Errors } from './errors.ts';
import { nonNegative, validateSelector } from './meta.ts';
import { validatePodTemplate, validateRunsForever } from './pod-template.ts';
import type { PodRules } from './security.ts';
import { amount, atMostAll, validateIntOrPercent, validatingWorkload } from './workloads.ts';

export const validateDaemonSet = validatingWorkload(validateDaemonSetSpec);

export function validateDaemonSetSpec(spec: DaemonSetSpec, errors: Errors, rules: PodRules): void {
  const selector = spec.selector as LabelSelector | undefined;
  const template = spec.template as PodTemplate;
  const before = errors.list.length;
  validateSelector(selector, 'spec.selector', errors);
  const { labels } = template.metadata;
  // No selector at all matches nothing, an empty one everything, one that cannot be read is complained about already.
  const isReadable = errors.list.length === before;
  if (isReadable && (selector === undefined || !compileLabelSelector(selector).matches(labels ?? {}))) {
    errors.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
  }
  if (selector !== undefined && selector.matchLabels === undefined && selector.matchExpressions === undefined) {
    errors.invalid('spec.selector', selector, 'empty selector is invalid for daemonset');
  }
  validatePodTemplate(template, 'spec.template', rules, errors);
  validateRunsForever(template, 'DaemonSet', errors);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  validateStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy', errors);
  nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors);
}

function validateStrategy({ type, rollingUpdate }: DaemonSetUpdateStrategy, path: string, errors: Errors): void {
  if (type === 'OnDelete') return;
  if (type !== 'RollingUpdate') {
    errors.notSupported(path, { type, rollingUpdate }, ['OnDelete', 'RollingUpdate']);
    return;
  }
  const at = `${path}.rollingUpdate`;
  if (rollingUpdate === undefined) {
    errors.required(at);
    return;
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  validateIntOrPercent(maxUnavailable, `${at}.maxUnavailable`, errors);
  validateIntOrPercent(maxSurge, `${at}.maxSurge`, errors);
  atMostAll(maxUnavailable, `${at}.maxUnavailable`, errors);
  atMostAll(maxSurge, `${at}.maxSurge`, errors);
  const surges = amount(maxSurge) !== 0;
  if (amount(maxUnavailable) !== 0) {
    if (surges) errors.invalid(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero');
  } else if (!surges) errors.required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0');
}
