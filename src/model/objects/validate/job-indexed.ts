// How large a Job with indexes may be (pkg/apis/batch/validation).
import type { Errors } from './errors.ts';

const MOST_PARALLEL = 100_000;
const MOST_FAILED = 100_000;
/** Above so many completions the limits are lower where failures are counted by index. */
const MANY_COMPLETIONS = 100_000;
const MOST_PARALLEL_OF_MANY = 10_000;
const MOST_FAILED_OF_MANY = 10_000;

interface Indexed {
  readonly completions?: number;
  readonly parallelism?: number;
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
}

export function validateIndexedMode(spec: Indexed, path: string, errors: Errors): void {
  const { completions, parallelism, maxFailedIndexes: failed } = spec;
  if (completions === undefined) errors.required(`${path}.completions`, 'when completion mode is Indexed');
  if (parallelism !== undefined && parallelism > MOST_PARALLEL) {
    const message = `must be less than or equal to ${MOST_PARALLEL} when completion mode is Indexed`;
    errors.invalid(`${path}.parallelism`, parallelism, message);
  }
  if (completions !== undefined && failed !== undefined && failed > completions) {
    errors.invalid(`${path}.maxFailedIndexes`, failed, 'must be less than or equal to completions');
  }
  if (failed !== undefined && failed > MOST_FAILED) {
    errors.invalid(`${path}.maxFailedIndexes`, failed, `must be less than or equal to ${MOST_FAILED}`);
  }
  if ((completions ?? 0) > MANY_COMPLETIONS && spec.backoffLimitPerIndex !== undefined) {
    validateMany(spec, path, errors);
  }
}

function validateMany({ parallelism, maxFailedIndexes: failed }: Indexed, path: string, errors: Errors): void {
  const tooMany = (most: number): string =>
    `must be less than or equal to ${most} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  if (failed === undefined) {
    errors.required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${MANY_COMPLETIONS}`);
  }
  if (parallelism !== undefined && parallelism > MOST_PARALLEL_OF_MANY) {
    errors.invalid(`${path}.parallelism`, parallelism, tooMany(MOST_PARALLEL_OF_MANY));
  }
  if (failed !== undefined && failed > MOST_FAILED_OF_MANY) {
    errors.invalid(`${path}.maxFailedIndexes`, failed, tooMany(MOST_FAILED_OF_MANY));
  }
}
