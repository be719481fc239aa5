// What a Job's podFailurePolicy makes of a failed pod: the first rule that matches says whether it counts, and what follows.
import type {
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement as OnExitCodes,
  PodFailurePolicyOnPodConditionsPattern as OnPodCondition,
} from 'kubernetes-types/batch/v1.js';
import type { ContainerEnd } from '../../model/job-pod.ts';

export interface FailedPod {
  /** `namespace/name`, for the message. */
  readonly key: string;
  /** Its containers that have terminated. */
  readonly containers: readonly ContainerEnd[];
  /** The status of one of its conditions: True, False, or undefined when it has no such condition. */
  condition(type: string): 'True' | 'False' | undefined;
}

export interface Verdict {
  /** It counts towards the back-off limit. */
  readonly counts: boolean;
  readonly action?: string;
  /** Why the whole Job fails. */
  readonly failJob?: string;
}

const NO_RULE: Verdict = { counts: true };

export function matchPodFailurePolicy(policy: PodFailurePolicy | undefined, pod: FailedPod): Verdict {
  for (const [index, { action, onExitCodes, onPodConditions = [] }] of (policy?.rules ?? []).entries()) {
    const why = onExitCodes === undefined ? matchConditions(onPodConditions, pod) : matchExitCodes(onExitCodes, pod);
    if (why === undefined) continue;
    if (action === 'Ignore') return { counts: false, action };
    if (action !== 'FailJob') return { counts: true, action };
    return { counts: true, action, failJob: `${why} matching ${action} rule at index ${index}` };
  }
  return NO_RULE;
}

function matchExitCodes({ containerName, operator, values }: OnExitCodes, pod: FailedPod): string | undefined {
  const found = pod.containers.find(({ name, exitCode }) => {
    if (exitCode === 0 || (containerName !== undefined && containerName !== name)) return false;
    return values.includes(exitCode) === (operator === 'In');
  });
  return found && `Container ${found.name} for pod ${pod.key} failed with exit code ${found.exitCode}`;
}

function matchConditions(patterns: readonly OnPodCondition[], pod: FailedPod): string | undefined {
  const found = patterns.find(({ type, status }) => pod.condition(type) === status);
  return found && `Pod ${pod.key} has condition ${found.type}`;
}
