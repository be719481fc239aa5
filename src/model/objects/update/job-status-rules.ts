// What the fields of a Job's status must agree about (pkg/apis/batch/validation, pkg/registry/batch/job).
import type { Job } from '../validate/job.ts';

/** What the rules are about. Each is looked at where one of the things that it watches changes. */
export interface Facts {
  readonly complete: boolean;
  readonly failed: boolean;
  readonly failureTarget: boolean;
  readonly criteriaMet: boolean;
  readonly finished: boolean;
  readonly active: number;
  readonly ready?: number;
  readonly terminating?: number;
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly uncountedTerminatedPods?: Uncounted;
  readonly completedIndexes: string;
  readonly failedIndexes?: string;
}

export interface Uncounted {
  readonly succeeded?: readonly string[];
  readonly failed?: readonly string[];
}

export interface Rule {
  /** Without any: always. */
  readonly watches: readonly (keyof Facts)[];
  readonly wrong: (is: Facts, spec: Job['spec']) => boolean;
  readonly field: string;
  readonly says: string;
  /** The value that is shown; `conditions` show none. */
  readonly value?: keyof Facts;
  readonly required?: true;
}

function conditions(watches: readonly (keyof Facts)[], says: string, wrong: Rule['wrong']): Rule {
  return { watches, says, wrong, field: 'conditions' };
}

function shown(watches: readonly (keyof Facts)[], field: keyof Facts, says: string, wrong: Rule['wrong']): Rule {
  return { watches, says, wrong, field, value: field };
}

export function isIndexed({ completionMode }: Job['spec']): boolean {
  return completionMode === 'Indexed';
}

export const BEFORE_INDEXES: readonly Rule[] = [
  conditions(
    ['complete', 'failed'],
    'cannot set Complete=True and Failed=true conditions',
    ({ complete, failed }) => complete && failed,
  ),
  conditions(
    ['complete', 'failureTarget'],
    'cannot set Complete=True and FailureTarget=true conditions',
    ({ complete, failureTarget }) => complete && failureTarget,
  ),
  shown(
    ['complete', 'completionTime'],
    'completionTime',
    'cannot set completionTime when there is no Complete=True condition',
    ({ complete, completionTime }) => completionTime !== undefined && !complete,
  ),
  {
    watches: ['complete', 'completionTime'],
    wrong: ({ complete, completionTime }) => completionTime === undefined && complete,
    field: 'completionTime',
    says: 'completionTime is required for Complete jobs',
    required: true,
  },
  // Stored times are all written alike, to the second and in UTC.
  shown(
    ['startTime', 'completionTime'],
    'completionTime',
    'completionTime cannot be set before startTime',
    ({ startTime, completionTime }) =>
      startTime !== undefined && completionTime !== undefined && completionTime < startTime,
  ),
  conditions(
    ['failed', 'failedIndexes'],
    'cannot set Failed=True condition without the FailureTarget=true condition',
    ({ failed, failureTarget }) => failed && !failureTarget,
  ),
  conditions(
    ['complete', 'criteriaMet'],
    'cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
    ({ complete, criteriaMet }) => complete && !criteriaMet,
  ),
  shown(
    ['finished', 'active'],
    'active',
    'active>0 is invalid for finished job',
    ({ finished, active }) => active > 0 && finished,
  ),
  {
    watches: ['finished', 'startTime'],
    wrong: ({ finished, startTime }) => startTime === undefined && finished,
    field: 'startTime',
    says: 'startTime is required for finished job',
    required: true,
  },
  shown(
    ['finished', 'uncountedTerminatedPods'],
    'uncountedTerminatedPods',
    'uncountedTerminatedPods needs to be empty for finished job',
    ({ finished, uncountedTerminatedPods: { failed = [], succeeded = [] } = {} }) =>
      finished && failed.length + succeeded.length > 0,
  ),
];

export const AFTER_INDEXES: readonly Rule[] = [
  shown(
    ['finished', 'terminating'],
    'terminating',
    'terminating>0 is invalid for finished job',
    ({ finished, terminating = 0 }) => terminating > 0 && finished,
  ),
  shown(
    ['ready', 'active'],
    'ready',
    'cannot set more ready pods than active',
    ({ ready = 0, active }) => ready > active,
  ),
  conditions(
    [],
    'cannot set SuccessCriteriaMet=True and Failed=true conditions',
    ({ criteriaMet, failed }) => criteriaMet && failed,
  ),
  conditions(
    [],
    'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions',
    ({ criteriaMet, failureTarget }) => criteriaMet && failureTarget,
  ),
  conditions(
    [],
    'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
    ({ complete, criteriaMet }, { successPolicy }) => successPolicy !== undefined && complete && !criteriaMet,
  ),
];

export const INDEX_RULES: readonly Rule[] = [
  shown(
    ['completedIndexes'],
    'completedIndexes',
    'cannot set non-empty completedIndexes when non-indexed completion mode',
    ({ completedIndexes }, spec) => completedIndexes !== '' && !isIndexed(spec),
  ),
  shown(
    ['failedIndexes'],
    'failedIndexes',
    'cannot set non-null failedIndexes when backoffLimitPerIndex is null',
    ({ failedIndexes }, { backoffLimitPerIndex }) => backoffLimitPerIndex === undefined && failedIndexes !== undefined,
  ),
];
