// Whether a Job's status may replace the stored one: a Job that is over stays over, and its fields agree (pkg/apis/batch/validation, pkg/registry/batch/job).
import { tryParseJobIndexes, type IndexInterval } from '../../parse/job-indexes.ts';
import { equalJson } from '../equal.ts';
import type { Errors } from '../validate/errors.ts';
import type { Job } from '../validate/job.ts';
import { nonNegative } from '../validate/meta.ts';
import {
  AFTER_INDEXES,
  BEFORE_INDEXES,
  INDEX_RULES,
  isIndexed,
  type Facts,
  type Rule,
  type Uncounted,
} from './job-status-rules.ts';

/** Both Jobs have the same spec. */
export function validateJobStatus(job: Job, old: Job, errors: Errors): void {
  const { spec, status = {} } = job;
  const is = factsOf(job);
  const was = factsOf(old);
  const isChanged = (fact: keyof Facts): boolean => !equalJson(is[fact], was[fact]);
  const check = (rules: readonly Rule[]): void => {
    for (const rule of rules) {
      if (rule.watches.length > 0 && !rule.watches.some(isChanged)) continue;
      if (rule.wrong(is, spec)) report(rule, is, errors);
    }
  };
  for (const field of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const) {
    nonNegative(status[field], `status.${field}`, errors);
  }
  validateUncounted(is.uncountedTerminatedPods ?? {}, errors);
  check(BEFORE_INDEXES);
  validateIndexes(is, spec, isChanged, errors);
  check(INDEX_RULES);
  if (isChanged('completedIndexes') || isChanged('failedIndexes')) validateApart(is, spec, errors);
  check(AFTER_INDEXES);
  validateKept(job, old, errors);
  validateCriteriaKept(is, was, errors);
}

function factsOf({ status = {} }: Job): Facts {
  const { conditions: list = [], active = 0, completedIndexes = '' } = status;
  const has = (type: string): boolean =>
    list.some((condition) => condition.type === type && condition.status === 'True');
  const complete = has('Complete');
  const failed = has('Failed');
  return {
    ...status,
    complete,
    failed,
    failureTarget: has('FailureTarget'),
    criteriaMet: has('SuccessCriteriaMet'),
    finished: complete || failed,
    active,
    completedIndexes,
  };
}

function report({ field, says, value, required }: Rule, is: Facts, errors: Errors): void {
  const path = `status.${field}`;
  if (required) errors.required(path, says);
  else if (value === undefined) errors.invalidPart(path, says);
  else errors.invalid(path, is[value], says);
}

function validateUncounted(uncounted: Uncounted, errors: Errors): void {
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed'] as const) {
    for (const [index, uid] of (uncounted[list] ?? []).entries()) {
      const path = `status.uncountedTerminatedPods.${list}[${index}]`;
      if (uid === '') errors.invalid(path, uid, 'must not be empty');
      else if (seen.has(uid)) errors.duplicate(path, uid);
      else seen.add(uid);
    }
  }
}

function validateIndexes(
  is: Facts,
  { completions, backoffLimitPerIndex }: Job['spec'],
  isChanged: (fact: keyof Facts) => boolean,
  errors: Errors,
): void {
  if (completions === undefined) return;
  for (const field of ['completedIndexes', 'failedIndexes'] as const) {
    const indexes = is[field];
    if (indexes === undefined || !isChanged(field)) continue;
    if (field === 'failedIndexes' && backoffLimitPerIndex === undefined) continue;
    const parsed = tryParseJobIndexes(indexes, completions);
    if ('error' in parsed) errors.invalid(`status.${field}`, indexes, `error parsing ${field}: ${parsed.error}`);
  }
}

/** No index has both failed and succeeded. */
function validateApart({ completedIndexes, failedIndexes }: Facts, { completions }: Job['spec'], errors: Errors): void {
  if (completions === undefined || failedIndexes === undefined) return;
  const completed = intervals(completedIndexes, completions);
  for (const [first, last] of intervals(failedIndexes, completions)) {
    const both = completed.find(([from, to]) => from <= last && first <= to);
    if (both === undefined) continue;
    const says = `failedIndexes and completedIndexes overlap at index: ${Math.max(first, both[0])}`;
    errors.invalid('status.failedIndexes', failedIndexes, says);
    return;
  }
}

function intervals(text: string, completions: number): readonly IndexInterval[] {
  const parsed = tryParseJobIndexes(text, completions);
  return 'error' in parsed ? [] : parsed.intervals;
}

function validateKept({ spec, status = {} }: Job, old: Job, errors: Errors): void {
  const { status: before = {} } = old;
  const is = factsOf({ ...old, status });
  const was = factsOf(old);
  for (const [fact, type] of [
    ['failed', 'Failed'],
    ['complete', 'Complete'],
    ['failureTarget', 'FailureTarget'],
  ] as const) {
    if (!was[fact] || is[fact]) continue;
    errors.invalidPart('status.conditions', `cannot disable the terminal ${type}=True condition`);
  }
  // What has succeeded may become less where a Job with indexes shrinks.
  const shrinks = isIndexed(spec) && spec.completions === spec.parallelism;
  for (const counter of shrinks ? (['failed'] as const) : (['failed', 'succeeded'] as const)) {
    const count = status[counter] ?? 0;
    if (count >= (before[counter] ?? 0)) continue;
    errors.invalid(`status.${counter}`, count, `cannot decrease the ${counter} counter`);
  }
  const { completionTime, startTime } = status;
  if (completionTime !== undefined && before.completionTime !== undefined && completionTime !== before.completionTime) {
    errors.invalid('status.completionTime', completionTime, 'completionTime cannot be mutated');
  }
  if (before.startTime !== undefined && startTime !== before.startTime && spec.suspend !== true) {
    errors.required('status.startTime', 'startTime cannot be removed for unsuspended job');
  }
}

function validateCriteriaKept(is: Facts, was: Facts, errors: Errors): void {
  if (was.criteriaMet && !is.criteriaMet) {
    errors.invalidPart('status.conditions', 'cannot disable the SuccessCriteriaMet=True condition');
  }
  if (was.complete && !was.criteriaMet && is.criteriaMet) {
    const says = 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions';
    errors.invalidPart('status.conditions', says);
  }
}
