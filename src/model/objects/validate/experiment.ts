// Validation of Argo's Experiments, and of the canary steps that make them (argo-rollouts 1.10, utils/conditions/experiments.go).
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import { type Argument, durationUs, type MetricRule } from '../../analysis/metric.ts';
import { compileLabelSelector } from '../../parse/label-selector.ts';
import type { PodTemplate } from '../types.ts';
import { validateArguments, validateRules } from './analysis.ts';
import type { Errors } from './errors.ts';
import { nonNegative, validateSelector } from './meta.ts';
import { validatePodTemplate, validateRunsForever } from './pod-template.ts';
import type { PodRules } from './security.ts';
import { validatingWorkload } from './workloads.ts';

interface Analysis {
  readonly name?: string;
  readonly templateName?: string;
  readonly args?: readonly Argument[];
}

interface Template {
  readonly name?: string;
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}

interface ExperimentSpec {
  readonly templates?: readonly Template[];
  readonly duration?: string;
  readonly progressDeadlineSeconds?: number;
  readonly scaleDownDelaySeconds?: number;
  readonly analyses?: readonly Analysis[];
  readonly dryRun?: readonly MetricRule[];
  readonly measurementRetention?: readonly MetricRule[];
}

export interface ExperimentStep {
  readonly templates?: readonly {
    readonly name?: string;
    readonly specRef?: string;
    readonly replicas?: number;
    readonly weight?: number;
    readonly selector?: LabelSelector;
  }[];
  readonly duration?: string | number;
  readonly analyses?: readonly Analysis[];
  readonly dryRun?: readonly MetricRule[];
}

const DEFAULT_DEADLINE_SECONDS = 600;
const SPEC_REFS = ['stable', 'canary'];

export const validateExperiment = validatingWorkload(validateSpec);

function validateSpec(spec: ExperimentSpec, errors: Errors, rules: PodRules): void {
  const deadline = spec.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS;
  validateNames(spec.templates ?? [], 'spec.templates', errors);
  for (const [i, one] of (spec.templates ?? []).entries()) {
    const at = `spec.templates[${i}]`;
    nonNegative(one.replicas, `${at}.replicas`, errors);
    if ((one.minReadySeconds ?? 0) > deadline) {
      errors.invalid(`${at}.minReadySeconds`, one.minReadySeconds, 'cannot be longer than progressDeadlineSeconds');
    }
    validatePods(one, at, rules, errors);
  }
  validateDuration(spec.duration, 'spec.duration', errors);
  nonNegative(spec.progressDeadlineSeconds, 'spec.progressDeadlineSeconds', errors);
  nonNegative(spec.scaleDownDelaySeconds, 'spec.scaleDownDelaySeconds', errors);
  validateAnalyses(spec.analyses ?? [], 'spec.analyses', errors);
  validateRules(spec.dryRun ?? [], 'spec.dryRun', errors);
  validateRules(spec.measurementRetention ?? [], 'spec.measurementRetention', errors);
}

function validatePods({ selector, template }: Template, at: string, rules: PodRules, errors: Errors): void {
  const isEmpty = selector?.matchLabels === undefined && selector?.matchExpressions === undefined;
  if (selector === undefined) errors.required(`${at}.selector`);
  else if (isEmpty) {
    errors.invalid(
      `${at}.selector`,
      selector,
      'this experiment is selecting all pods: a non-empty selector is required',
    );
  } else validateSelector(selector, `${at}.selector`, errors);
  const { labels } = (template as PodTemplate).metadata;
  if (selector !== undefined && !isEmpty && !compileLabelSelector(selector).matches(labels ?? {})) {
    errors.invalid(`${at}.template.metadata.labels`, labels, '`selector` does not match template `labels`');
  }
  validatePodTemplate(template as PodTemplate, `${at}.template`, rules, errors);
  validateRunsForever(template as PodTemplate, 'ReplicaSet', errors);
}

/** The step of a canary. `routed`: there is a router that can send a part of the traffic to a template. */
export function validateExperimentStep(step: ExperimentStep, at: string, routed: boolean, errors: Errors): void {
  const { templates = [], duration, analyses = [], dryRun = [] } = step;
  if (templates.length === 0) errors.required(`${at}.templates`, 'an experiment needs a template');
  validateNames(templates, `${at}.templates`, errors);
  let weights = 0;
  for (const [i, { specRef = '', replicas, weight, selector }] of templates.entries()) {
    const path = `${at}.templates[${i}]`;
    if (!SPEC_REFS.includes(specRef)) errors.notSupported(`${path}.specRef`, specRef, SPEC_REFS);
    nonNegative(replicas, `${path}.replicas`, errors);
    if (selector !== undefined) validateSelector(selector, `${path}.selector`, errors);
    if (weight === undefined) continue;
    weights += weight;
    if (weight < 0) errors.invalid(`${path}.weight`, weight, 'must not be negative');
    if (!routed) {
      errors.invalid(
        `${path}.weight`,
        weight,
        'Experiment template weight cannot be set unless TrafficRouting is enabled',
      );
    }
  }
  if (weights > 100) errors.invalid(`${at}.templates`, weights, 'the weights of all templates must not be above 100');
  validateDuration(duration, `${at}.duration`, errors);
  validateAnalyses(analyses, `${at}.analyses`, errors);
  validateRules(dryRun, `${at}.dryRun`, errors);
}

function validateNames(list: readonly { readonly name?: string }[], at: string, errors: Errors): void {
  const names = new Set<string>();
  for (const [i, { name = '' }] of list.entries()) {
    if (name === '') errors.required(`${at}[${i}].name`);
    else if (names.has(name)) errors.duplicate(`${at}[${i}].name`, name);
    names.add(name);
  }
}

function validateDuration(duration: string | number | undefined, at: string, errors: Errors): void {
  if (duration === undefined || duration === '') return;
  const us = durationUs(String(duration));
  if (us === undefined || us < 0) errors.invalid(at, duration, 'expected a duration such as 5m or a number of seconds');
}

function validateAnalyses(analyses: readonly Analysis[], at: string, errors: Errors): void {
  validateNames(analyses, at, errors);
  for (const [i, { templateName = '', args = [] }] of analyses.entries()) {
    if (templateName === '') errors.required(`${at}[${i}].templateName`);
    validateArguments(args, `${at}[${i}].args`, errors);
  }
}
