// Whether a container that has ended is started again: its own rules first, then its policy or the pod's.
import type { ContainerPlan, RestartRule } from './runtime-plan.ts';

const RESTART_ALL = 'RestartAllContainers';

export function isRestarted(plan: ContainerPlan, exitCode: number): boolean {
  const rule = matchingRule(plan.restartRules, exitCode);
  if (rule !== undefined) return true;
  return plan.restartPolicy === 'Always' || (plan.restartPolicy === 'OnFailure' && exitCode !== 0);
}

/** Whether one of its rules may have all containers of the pod restarted. */
export function mayRestartAll(rules: readonly RestartRule[]): boolean {
  return rules.some(({ action }) => action === RESTART_ALL);
}

/** Whether all containers of the pod are restarted when it ends with this code. */
export function restartsAll(plan: ContainerPlan, exitCode: number): boolean {
  return matchingRule(plan.restartRules, exitCode)?.action === RESTART_ALL;
}

function matchingRule(rules: readonly RestartRule[], exitCode: number): RestartRule | undefined {
  return rules.find(({ exitCodes: { operator = 'In', values = [] } = {} }) => {
    return values.includes(exitCode) === (operator === 'In');
  });
}
