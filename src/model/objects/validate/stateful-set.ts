// Validation of StatefulSets (pkg/apis/apps/validation).
import type { StatefulSetSpec } from 'kubernetes-types/apps/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import { compileLabelSelector } from '../../parse/label-selector.ts';
import type { PodTemplate } from '../types.ts';
import type { Errors } from './errors.ts';
import { nonNegative, validateMeta, validateSelector } from './meta.ts';
import { dnsLabelProblems } from './names.ts';
import { validateClaimSpec, type PersistentVolumeClaim } from './persistent-volume-claim.ts';
import { validatePodTemplate, validateRunsForever } from './pod-template.ts';
import type { PodRules } from './security.ts';
import { atMostAll, amount, validateIntOrPercent, type Workload } from './workloads.ts';

const RETENTIONS = ['Retain', 'Delete'];

interface UpdateStrategy {
  type?: string;
  rollingUpdate?: { partition?: number; maxUnavailable?: number | string };
}

/** Fields that are newer than the package of types are added. */
export interface StatefulSetSpecification
  extends Omit<StatefulSetSpec, 'serviceName' | 'template' | 'updateStrategy' | 'volumeClaimTemplates'> {
  minReadySeconds?: number;
  ordinals?: { start?: number };
  persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string };
  serviceName?: string;
  template: PodTemplate;
  updateStrategy?: UpdateStrategy;
  volumeClaimTemplates?: PersistentVolumeClaim[];
}

export type StatefulSet = Workload<StatefulSetSpecification>;

export function validateStatefulSet({ metadata, spec }: StatefulSet, errors: Errors, rules: PodRules): void {
  validateMeta(metadata, true, dnsLabelProblems, errors);
  validateStatefulSetSpec(spec, errors, rules);
  const { serviceName = '' } = spec;
  if (serviceName !== '') errors.invalidEach('spec.serviceName', serviceName, dnsLabelProblems(serviceName));
  for (const [index, claim] of (spec.volumeClaimTemplates ?? []).entries()) {
    validateClaimSpec(claim.spec, `spec.volumeClaimTemplates[${index}].spec`, errors);
  }
}

/** What holds for new ones and for those that replace stored ones. */
export function validateStatefulSetSpec(spec: StatefulSetSpecification, errors: Errors, rules: PodRules): void {
  const { podManagementPolicy, persistentVolumeClaimRetentionPolicy: retention } = spec;
  if (podManagementPolicy !== 'OrderedReady' && podManagementPolicy !== 'Parallel') {
    errors.invalid('spec.podManagementPolicy', podManagementPolicy, "must be 'OrderedReady' or 'Parallel'");
  }
  validateUpdateStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy', errors);
  for (const field of ['whenDeleted', 'whenScaled'] as const) {
    const value = retention?.[field];
    if (retention === undefined || RETENTIONS.includes(value ?? '')) continue;
    errors.notSupported(`spec.persistentVolumeClaimRetentionPolicy.${field}`, value, RETENTIONS);
  }
  nonNegative(spec.replicas, 'spec.replicas', errors);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  nonNegative(spec.ordinals?.start, 'spec.ordinals.start', errors);
  validateSelectorAndTemplate(spec, errors, rules);
}

function validateUpdateStrategy(strategy: UpdateStrategy, path: string, errors: Errors): void {
  const { type, rollingUpdate } = strategy;
  const rolling = `${path}.rollingUpdate`;
  if (type === 'OnDelete') {
    if (rollingUpdate !== undefined) {
      errors.invalid(rolling, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'");
    }
  } else if (type !== 'RollingUpdate') {
    errors.invalid(path, strategy, "must be 'RollingUpdate' or 'OnDelete'");
  } else if (rollingUpdate !== undefined) {
    const { partition, maxUnavailable } = rollingUpdate;
    nonNegative(partition, `${rolling}.partition`, errors);
    if (maxUnavailable === undefined) return;
    validateIntOrPercent(maxUnavailable, `${rolling}.maxUnavailable`, errors);
    if (amount(maxUnavailable) === 0) errors.invalid(`${rolling}.maxUnavailable`, maxUnavailable, 'cannot be 0');
    atMostAll(maxUnavailable, `${rolling}.maxUnavailable`, errors);
  }
}

function validateSelectorAndTemplate(spec: StatefulSetSpecification, errors: Errors, rules: PodRules): void {
  const selector = spec.selector as LabelSelector | undefined;
  const { template } = spec;
  const { labels } = template.metadata;
  if (selector === undefined) {
    errors.required('spec.selector');
    errors.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
  } else {
    const before = errors.list.length;
    validateSelector(selector, 'spec.selector', errors);
    const isReadable = errors.list.length === before;
    if (selector.matchLabels === undefined && selector.matchExpressions === undefined) {
      errors.invalid('spec.selector', selector, 'empty selector is invalid for statefulset');
    }
    if (!isReadable) {
      errors.invalid('spec.selector', selector, '');
      validateRunsForever(template, 'StatefulSet', errors);
      return;
    }
    if (!compileLabelSelector(selector).matches(labels ?? {})) {
      errors.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
    }
  }
  validatePodTemplate(withClaims(spec), 'spec.template', rules, errors);
  validateRunsForever(template, 'StatefulSet', errors);
}

/** The template as its pods will be: each claim is a volume, in place of one of its name. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpecification): PodTemplate {
  const claims = volumeClaimTemplates.map(({ metadata: { name = '' } }) => name);
  const volumes = [
    ...claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    ...(template.spec.volumes ?? []).filter(({ name }) => !claims.includes(name)),
  ];
  return volumes.length === 0 ? template : { ...template, spec: { ...template.spec, volumes } };
}
