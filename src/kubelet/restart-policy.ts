// Whether a container that has ended is started again: its own rules first, then its policy or the pod's.
import type { ContainerPlan, RestartRule } from './runtime-plan.ts';

export function isRestarted(plan: ContainerPlan, exitCode: number): boolean {
  const rule = matchingRule(plan.restartRules, exitCode);
  if (rule !== undefined) return true;
  return plan.restartPolicy === 'Always' || (plan.restartPolicy === 'OnFailure' && exitCode !== 0);
}

function matchingRule(rules: readonly RestartRule[], exitCode: number): RestartRule | undefined {
  return rules.find(({ exitCodes: { operator = 'In', values = [] } = {} }) => {
    return values.includes(exitCode) === (operator === 'In');
  });
}
