// Validation of when a Job with indexes has succeeded early (pkg/apis/batch/validation).
import { tryParseJobIndexes } from '../../parse/job-indexes.ts';
import type { Errors } from './errors.ts';
import { nonNegative } from './meta.ts';
import { byteLength } from './names.ts';

const MOST_RULES = 20;
const LONGEST_INDEXES = 64 * 1024;

interface SuccessRule {
  readonly succeededCount?: number;
  readonly succeededIndexes?: string;
}

export interface SuccessPolicy {
  readonly rules: readonly SuccessRule[] | null;
}

export function validateSuccessPolicy(policy: SuccessPolicy, completions: number, path: string, errors: Errors): void {
  const rules = policy.rules ?? [];
  const at = `${path}.rules`;
  if (rules.length === 0) {
    errors.required(at, 'at least one rules must be specified when the successPolicy is specified');
  }
  if (rules.length > MOST_RULES) errors.tooMany(at, rules.length, MOST_RULES);
  for (const [index, rule] of rules.entries()) validateRule(rule, completions, `${at}[${index}]`, errors);
}

function validateRule(rule: SuccessRule, completions: number, path: string, errors: Errors): void {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  if (count === undefined && indexes === undefined) {
    errors.required(path, 'at least one of succeededCount or succeededIndexes must be specified');
  }
  let total = 0;
  if (indexes !== undefined) {
    if (byteLength(indexes) > LONGEST_INDEXES) errors.tooLong(`${path}.succeededIndexes`, LONGEST_INDEXES);
    const parsed = tryParseJobIndexes(indexes, completions);
    if ('error' in parsed) {
      const message = `error parsing succeededIndexes: ${parsed.error}`;
      errors.invalid(`${path}.succeededIndexes`, indexes, message);
    } else for (const [first, last] of parsed.intervals) total += last - first + 1;
  }
  if (count === undefined) return;
  const at = `${path}.succeededCount`;
  nonNegative(count, at, errors);
  const tooMany = (most: number, of: string): void => {
    if (count > most) errors.invalid(at, count, `must be less than or equal to ${most} (the number of ${of})`);
  };
  tooMany(completions, 'specified completions');
  if (indexes !== undefined) tooMany(total, 'indexes in the specified succeededIndexes field');
}
