// Validation of pods and pod templates (pkg/apis/core/validation).
import type { EphemeralContainer } from 'kubernetes-types/core/v1.js';
import type { Pod, PodSpec, PodTemplate } from '../types.ts';
import { validatePodAnnotations } from './annotations.ts';
import { validateTrimmedImage } from './ephemeral-containers.ts';
import type { Errors } from './errors.ts';
import { validateAnnotations, validateLabels, validateMeta } from './meta.ts';
import { dnsSubdomainProblems } from './names.ts';
import { validatePodSpec } from './pod-spec.ts';
import type { PodRules } from './security.ts';

/** A pod that is to be created. */
export function validatePod(pod: Pod, rules: PodRules, errors: Errors): void {
  validateAnyPod(pod, rules, errors);
  const { spec } = pod;
  if (ephemeral(spec).length > 0) errors.forbidden('spec.ephemeralContainers', 'cannot be set on create');
  if (spec.nodeName !== undefined && spec.schedulingGates !== undefined) {
    errors.forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared');
  }
}

/** What holds for every pod, new or changed. */
export function validateAnyPod({ metadata, spec }: Pod, rules: PodRules, errors: Errors): void {
  validateMeta(metadata, true, dnsSubdomainProblems, errors);
  validatePodAnnotations(metadata.annotations ?? {}, spec, 'metadata.annotations', errors);
  validatePodSpec(spec, metadata, 'spec', rules, errors);
  if (spec.serviceAccountName === undefined) {
    for (const [index, { projected }] of (spec.volumes ?? []).entries()) {
      for (const [at, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
        if (serviceAccountToken === undefined) continue;
        const path = `spec.volumes[${index}].projected.sources[${at}].serviceAccountToken`;
        errors.forbidden(path, 'must not be specified when serviceAccountName is not set');
      }
    }
  }
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [index, container] of (spec[list] ?? []).entries()) {
      validateTrimmedImage(container, `spec.${list}[${index}]`, errors);
    }
  }
}

export function validatePodTemplate(
  { metadata, spec }: PodTemplate,
  path: string,
  rules: PodRules,
  errors: Errors,
): void {
  validateLabels(metadata.labels, `${path}.labels`, errors);
  validateAnnotations(metadata.annotations, `${path}.annotations`, errors);
  validatePodAnnotations(metadata.annotations ?? {}, spec, `${path}.annotations`, errors);
  validatePodSpec(spec, undefined, `${path}.spec`, rules, errors);
  if (ephemeral(spec).length > 0) {
    errors.forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template');
  }
}

/** Pods of these controllers run for as long as they exist. */
export function validateRunsForever({ spec }: PodTemplate, kind: string, errors: Errors): void {
  const { restartPolicy, activeDeadlineSeconds } = spec;
  if (restartPolicy !== 'Always') {
    errors.notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']);
  }
  if (activeDeadlineSeconds !== undefined) {
    const message = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.forbidden('spec.template.spec.activeDeadlineSeconds', message);
  }
}

function ephemeral(spec: PodSpec): readonly EphemeralContainer[] {
  return spec.ephemeralContainers ?? [];
}
