// Validation of a container's own restart policy and rules (pkg/apis/core/validation).
import type { Errors } from './errors.ts';

const POLICIES = ['Always', 'Never', 'OnFailure'];
const ACTIONS = ['Restart', 'RestartAllContainers'];
const OPERATORS = ['In', 'NotIn'];
const MOST_RULES = 20;
const MOST_CODES = 255;

export interface RestartRules {
  restartPolicy?: string;
  restartPolicyRules?: readonly {
    readonly action?: string;
    readonly exitCodes?: { readonly operator?: string; readonly values?: readonly number[] };
  }[];
}

export function validateRestart(
  { restartPolicy, restartPolicyRules = [] }: RestartRules,
  path: string,
  errors: Errors,
): void {
  if (restartPolicy === undefined) {
    if (restartPolicyRules.length > 0) {
      errors.required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used');
    }
  } else if (!POLICIES.includes(restartPolicy)) errors.notSupported(`${path}.restartPolicy`, restartPolicy, POLICIES);
  if (restartPolicyRules.length > MOST_RULES) {
    errors.tooMany(`${path}.restartPolicyRules`, restartPolicyRules.length, MOST_RULES);
  }
  for (const [index, { action = '', exitCodes }] of restartPolicyRules.entries()) {
    const at = `${path}.restartPolicyRules[${index}]`;
    if (!ACTIONS.includes(action)) errors.notSupported(`${at}.action`, action, ACTIONS);
    if (exitCodes === undefined) {
      errors.required(`${at}.exitCodes`, 'must be specified');
      continue;
    }
    const { operator = '', values = [] } = exitCodes;
    if (!OPERATORS.includes(operator)) errors.notSupported(`${at}.exitCodes.operator`, operator, OPERATORS);
    if (values.length > MOST_CODES) errors.tooMany(`${at}.exitCodes.values`, values.length, MOST_CODES);
  }
}
