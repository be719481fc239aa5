// Validation of Argo's Rollouts (argo-rollouts 1.10, pkg/apis/rollouts/validation), and what of them is not simulated.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { Argument, MetricRule, TemplateReference } from '../../analysis/metric.ts';
import { validateArguments, validateRules } from './analysis.ts';
import type { Errors } from './errors.ts';
import { type ExperimentStep, validateExperimentStep } from './experiment.ts';
import { type RouteSteps, type TrafficRouting, validateRouteSteps, validateRouting } from './rollout-routing.ts';
import { nonNegative } from './meta.ts';
import type { PodRules } from './security.ts';
import { validateSelectorAndTemplate, validatingWorkload } from './workloads.ts';

interface Analysis {
  readonly templates?: readonly TemplateReference[];
  readonly args?: readonly Argument[];
  readonly dryRun?: readonly MetricRule[];
  readonly measurementRetention?: readonly MetricRule[];
  readonly startingStep?: number;
}

interface Step extends RouteSteps {
  readonly analysis?: Analysis;
  readonly experiment?: ExperimentStep;
  readonly setWeight?: number;
  readonly pause?: { readonly duration?: number | string };
  readonly setCanaryScale?: {
    readonly weight?: number;
    readonly replicas?: number;
    readonly matchTrafficWeight?: boolean;
  };
  readonly [other: string]: unknown;
}

interface PingPong {
  readonly pingService?: string;
  readonly pongService?: string;
}

interface Canary {
  readonly pingPong?: PingPong;
  readonly canaryService?: string;
  readonly stableService?: string;
  readonly dynamicStableScale?: boolean;
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
  readonly scaleDownDelaySeconds?: number;
  readonly steps?: readonly Step[];
  readonly trafficRouting?: TrafficRouting;
  readonly analysis?: Analysis;
}

interface BlueGreen {
  readonly activeService?: string;
  readonly previewService?: string;
  readonly scaleDownDelayRevisionLimit?: number;
  readonly prePromotionAnalysis?: Analysis;
  readonly postPromotionAnalysis?: Analysis;
}

interface RolloutSpec {
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
  readonly workloadRef?: { readonly kind?: string; readonly name?: string; readonly scaleDown?: string };
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly progressDeadlineSeconds?: number;
  readonly strategy?: { readonly canary?: Canary; readonly blueGreen?: BlueGreen };
}

const STRATEGY = 'spec.strategy';
const STEPS = `${STRATEGY}.canary.steps`;
const NOT_SIMULATED = 'is not simulated: take it out';
const DEFAULT_DEADLINE_SECONDS = 600;

export const validateRollout = validatingWorkload(validateRolloutSpec);

function validateRolloutSpec(spec: RolloutSpec, errors: Errors, rules: PodRules): void {
  nonNegative(spec.replicas, 'spec.replicas', errors);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors);
  const deadline = spec.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS;
  if (deadline <= (spec.minReadySeconds ?? 0)) {
    errors.invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds');
  }
  if (spec.workloadRef === undefined) {
    validateSelectorAndTemplate(
      { ...spec, selector: spec.selector ?? {}, template: spec.template ?? {} },
      rules,
      errors,
    );
  } else {
    validateReference(spec, errors);
  }
  const { canary, blueGreen } = spec.strategy ?? {};
  if (canary === undefined && blueGreen === undefined) {
    errors.required(STRATEGY, 'must have a strategy: blueGreen or canary');
  } else if (canary !== undefined && blueGreen !== undefined) {
    errors.invalid(STRATEGY, 'both', 'multiple strategies can not be listed');
  }
  if (canary !== undefined) validateCanary(canary, errors);
  if (blueGreen !== undefined) validateBlueGreen(blueGreen, errors);
}

function validateReference({ workloadRef, template, selector }: RolloutSpec, errors: Errors): void {
  if (template !== undefined)
    errors.invalid('spec.template', '', 'template must be empty for workload reference rollout');
  const { kind = '', scaleDown = 'never' } = workloadRef ?? {};
  if (!REFERRED.includes(kind)) errors.notSupported('spec.workloadRef.kind', kind, REFERRED);
  if (kind === 'PodTemplate' && selector === undefined) errors.required('spec.selector', 'a PodTemplate has none');
  if (!SCALE_DOWNS.includes(scaleDown)) errors.notSupported('spec.workloadRef.scaleDown', scaleDown, SCALE_DOWNS);
}

/** What a template may be taken from. */
const REFERRED = ['Deployment', 'PodTemplate', 'ReplicaSet'];
const SCALE_DOWNS = ['never', 'onsuccess', 'progressively'];

function validateCanary(canary: Canary, errors: Errors): void {
  const at = `${STRATEGY}.canary`;
  const { canaryService = '', stableService = '', trafficRouting } = canary;
  if (canary.pingPong !== undefined) validatePingPong(canary.pingPong, trafficRouting, at, errors);
  if (canaryService !== '' && canaryService === stableService) {
    errors.invalid(
      `${at}.stableService`,
      stableService,
      'this rollout uses the same service for the stable and canary services, but two different services are required.',
    );
  }
  if (trafficRouting !== undefined) {
    validateRouting(trafficRouting, `${at}.trafficRouting`, errors);
    // Subsets of one Service need no two of them.
    const bySubset = trafficRouting.istio?.destinationRule !== undefined;
    const byName = !bySubset && canary.pingPong === undefined;
    if (canaryService === '' && byName)
      errors.invalid(`${at}.canaryService`, canaryService, 'canary service is required when using TrafficRouting');
    if (stableService === '' && byName)
      errors.invalid(`${at}.stableService`, stableService, 'stable service is required when using TrafficRouting');
  } else {
    if (canary.dynamicStableScale === true) {
      errors.invalid(
        `${at}.dynamicStableScale`,
        true,
        'Canary dynamicStableScale can only be used with traffic routing',
      );
    }
    if (canary.scaleDownDelaySeconds !== undefined) {
      errors.invalid(
        `${at}.scaleDownDelaySeconds`,
        canary.scaleDownDelaySeconds,
        'Canary scaleDownDelaySeconds can only be used with traffic routing',
      );
    }
  }
  if (isZero(canary.maxSurge) && isZero(canary.maxUnavailable)) {
    errors.invalid(`${at}.maxSurge`, canary.maxSurge, 'MaxSurge and MaxUnavailable both can not be zero');
  }
  validateAnalysis(canary.analysis, `${at}.analysis`, errors);
  const most = trafficRouting?.maxTrafficWeight ?? 100;
  for (const [i, step] of (canary.steps ?? []).entries()) validateStep(step, `${STEPS}[${i}]`, most, canary, errors);
}

/** Two Services that take turns. */
function validatePingPong(
  { pingService = '', pongService = '' }: PingPong,
  routing: TrafficRouting | undefined,
  canary: string,
  errors: Errors,
): void {
  const at = `${canary}.pingPong`;
  if (routing !== undefined && routing.alb === undefined && routing.istio === undefined) {
    const message = 'Ping-pong feature works with the ALB and Istio traffic routers only';
    errors.invalid(`${canary}.trafficRouting.alb`, routing.alb, message);
  }
  const both = 'Ping service and Pong service must to be set to use Ping-Pong feature';
  if (pingService === '') errors.invalid(`${at}.pingService`, pingService, both);
  if (pongService === '') errors.invalid(`${at}.pongService`, pongService, both);
  if (pingService === pongService) {
    const message =
      'This rollout uses the same service for the ping and pong services, but two different services are required.';
    errors.invalid(`${at}.pingService`, pingService, message);
  }
  if (routing?.alb !== undefined && (routing.alb.rootService ?? '') === '') {
    const message = 'Root service field is required for the configuration with ALB and ping-pong feature enabled';
    errors.invalid(`${canary}.trafficRouting.alb.rootService`, '', message);
  }
}

function isZero(limit: number | string | undefined): boolean {
  return limit === 0 || limit === '0%';
}

const OTHER_STEPS = ['plugin'] as const;

function validateStep(step: Step, at: string, most: number, canary: Canary, errors: Errors): void {
  const { setWeight, pause, setCanaryScale, analysis, experiment, setHeaderRoute, setMirrorRoute } = step;
  const others = OTHER_STEPS.filter((name) => step[name] !== undefined);
  for (const name of others)
    errors.forbidden(`${at}.${name}`, `the step ${name} ${NOT_SIMULATED}, or put a pause in its place`);
  const known = [setWeight, pause, setCanaryScale, analysis, experiment, setHeaderRoute, setMirrorRoute];
  const given = known.filter((one) => one !== undefined).length + others.length;
  if (given !== 1) {
    errors.invalid(at, '', 'Step must have one of the following set: experiment, setWeight, setCanaryScale or pause');
  }
  if (setWeight !== undefined && (setWeight < 0 || setWeight > most)) {
    errors.invalid(`${at}.setWeight`, setWeight, `SetWeight needs to be between 0 and ${most}`);
  }
  validatePause(pause, at, errors);
  validateAnalysis(analysis, `${at}.analysis`, errors);
  validateRouteSteps(step, canary.trafficRouting, at, errors);
  if (experiment !== undefined) {
    validateExperimentStep(experiment, `${at}.experiment`, canary.trafficRouting !== undefined, errors);
  }
  if (setCanaryScale === undefined) return;
  if (canary.trafficRouting === undefined) {
    errors.invalid(`${at}.setCanaryScale`, '', 'SetCanaryScale requires TrafficRouting to be set');
  }
  const { weight = 0, replicas = 0 } = setCanaryScale;
  if (weight < 0 || weight > 100)
    errors.invalid(`${at}.setCanaryScale.weight`, weight, 'SetWeight needs to be between 0 and 100');
  if (replicas < 0) errors.invalid(`${at}.setCanaryScale.replicas`, replicas, 'Replicas must not be negative');
}

function validateAnalysis(analysis: Analysis | undefined, at: string, errors: Errors): void {
  if (analysis === undefined) return;
  if ((analysis.templates ?? []).length === 0) errors.required(`${at}.templates`, 'an analysis needs a template');
  for (const [i, { templateName = '' }] of (analysis.templates ?? []).entries()) {
    if (templateName === '') errors.required(`${at}.templates[${i}].templateName`);
  }
  validateArguments(analysis.args ?? [], `${at}.args`, errors);
  validateRules(analysis.dryRun ?? [], `${at}.dryRun`, errors);
  validateRules(analysis.measurementRetention ?? [], `${at}.measurementRetention`, errors);
  if ((analysis.startingStep ?? 0) < 0)
    errors.invalid(`${at}.startingStep`, analysis.startingStep, 'must not be negative');
}

function validatePause(pause: Step['pause'], at: string, errors: Errors): void {
  const duration = pause?.duration;
  if (duration === undefined) return;
  const readable =
    typeof duration === 'number' ? duration >= 0 : /^(\d+|(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/.test(duration);
  if (!readable) errors.invalid(`${at}.pause.duration`, duration, 'Duration needs to be greater than 0');
}

function validateBlueGreen(blueGreen: BlueGreen, errors: Errors): void {
  const at = `${STRATEGY}.blueGreen`;
  const { activeService = '', previewService = '', scaleDownDelayRevisionLimit } = blueGreen;
  if (activeService === previewService) {
    errors.invalid(
      `${at}.activeService`,
      activeService,
      'this rollout uses the same service for the active and preview services, but two different services are required.',
    );
  }
  if (scaleDownDelayRevisionLimit === 0) {
    errors.invalid(`${at}.scaleDownDelayRevisionLimit`, 0, 'the revision limit must be greater than 0');
  }
  for (const name of ['prePromotionAnalysis', 'postPromotionAnalysis'] as const) {
    validateAnalysis(blueGreen[name], `${at}.${name}`, errors);
  }
}
