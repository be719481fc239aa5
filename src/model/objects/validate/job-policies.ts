// Validation of what a Job does about failed pods, and when it replaces them (pkg/apis/batch/validation).
import { labelKeyProblems } from '../../parse/label-syntax.ts';
import type { PodTemplate } from '../types.ts';
import type { Errors } from './errors.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const REPLACEMENTS = ['Failed', 'TerminatingOrFailed'];
const MOST_RULES = 20;
const MOST_CODES = 255;
const MOST_CONDITIONS = 20;

interface ExitCodes {
  readonly containerName?: string;
  readonly operator: string;
  readonly values: readonly number[] | null;
}

interface ConditionPattern {
  readonly type: string;
  readonly status: string;
}

export interface PodFailurePolicy {
  readonly rules: readonly PodFailureRule[] | null;
}

interface PodFailureRule {
  readonly action: string;
  readonly onExitCodes?: ExitCodes;
  readonly onPodConditions?: readonly ConditionPattern[];
}

interface Spec {
  readonly backoffLimitPerIndex?: number;
  readonly podFailurePolicy?: PodFailurePolicy;
  readonly podReplacementPolicy?: string;
  readonly template: PodTemplate;
}

export function validatePodFailurePolicy(spec: Spec, path: string, errors: Errors): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  if (rules.length > MOST_RULES) errors.tooMany(`${path}.rules`, rules.length, MOST_RULES);
  const { containers, initContainers } = spec.template.spec;
  const names = new Set([...(containers ?? []), ...(initContainers ?? [])].map(({ name }) => name));
  for (const [index, { action, onExitCodes, onPodConditions = [] }] of rules.entries()) {
    const at = `${path}.rules[${index}]`;
    if (action === '') errors.required(`${at}.action`, oneOf(ACTIONS));
    else if (action === 'FailIndex') {
      if (spec.backoffLimitPerIndex === undefined) {
        errors.invalid(`${at}.action`, action, 'requires the backoffLimitPerIndex to be set');
      }
    } else if (!ACTIONS.includes(action)) errors.notSupported(`${at}.action`, action, ACTIONS);
    if (onExitCodes !== undefined) validateExitCodes(onExitCodes, names, `${at}.onExitCodes`, errors);
    validateConditions(onPodConditions, `${at}.onPodConditions`, errors);
    if (onExitCodes !== undefined && onPodConditions.length > 0) {
      errors.invalidPart(at, 'specifying both OnExitCodes and OnPodConditions is not supported');
    }
    if (onExitCodes === undefined && onPodConditions.length === 0) {
      errors.invalidPart(at, 'specifying one of OnExitCodes and OnPodConditions is required');
    }
  }
}

function validateConditions(patterns: readonly ConditionPattern[], path: string, errors: Errors): void {
  if (patterns.length > MOST_CONDITIONS) errors.tooMany(path, patterns.length, MOST_CONDITIONS);
  for (const [index, { type, status }] of patterns.entries()) {
    errors.invalidEach(`${path}[${index}].type`, type, labelKeyProblems(type));
    if (status === '') errors.required(`${path}[${index}].status`, oneOf(STATUSES));
    else if (!STATUSES.includes(status)) errors.notSupported(`${path}[${index}].status`, status, STATUSES);
  }
}

function validateExitCodes(codes: ExitCodes, names: ReadonlySet<string>, path: string, errors: Errors): void {
  const { containerName, operator } = codes;
  const values = codes.values ?? [];
  if (operator === '') errors.required(`${path}.operator`, oneOf(OPERATORS));
  else if (!OPERATORS.includes(operator)) errors.notSupported(`${path}.operator`, operator, OPERATORS);
  if (containerName !== undefined && !names.has(containerName)) {
    const message = 'must be one of the container or initContainer names in the pod template';
    errors.invalid(`${path}.containerName`, containerName, message);
  }
  const at = `${path}.values`;
  if (values.length === 0) errors.invalid(at, values, 'at least one value is required');
  else if (values.length > MOST_CODES) errors.tooMany(at, values.length, MOST_CODES);
  const seen = new Set<number>();
  for (const [index, code] of values.entries()) {
    if (operator === 'In' && code === 0) errors.invalid(`${at}[${index}]`, code, 'must not be 0 for the In operator');
    if (seen.has(code)) errors.duplicate(`${at}[${index}]`, code);
    seen.add(code);
  }
  if (values.some((code, index) => index > 0 && values[index - 1] > code))
    errors.invalid(at, values, 'must be ordered');
}

/** With a failure policy a pod is only replaced when it has failed. */
export function validateReplacementPolicy(spec: Spec, path: string, errors: Errors): void {
  const { podReplacementPolicy: policy, podFailurePolicy } = spec;
  if (policy === undefined) return;
  const supported = podFailurePolicy === undefined ? REPLACEMENTS : ['Failed'];
  if (!supported.includes(policy)) errors.notSupported(path, policy, supported);
}

/** As Go prints a list of names. */
function oneOf(names: readonly string[]): string {
  return `valid values: [${names.map((name) => JSON.stringify(name)).join(' ')}]`;
}
