// How long a pod says that it will run: what backfilling plans with.
import { InputError } from '../../../lib/errors.ts';
import { parseDurationUs } from '../../../lib/units.ts';
import type { PodClass } from '../../../model/pod-class.ts';

export const RUN_LENGTH_ANNOTATION = 'wavetank/run-length';

/**
 * Microseconds from the annotation `wavetank/run-length: 10m`, else from `spec.activeDeadlineSeconds`; Infinity for a pod that says neither.
 * Throws an InputError for an annotation that is no duration above 0.
 */
export function runLengthUs({ namespace, annotations, spec }: PodClass): number {
  const text = annotations[RUN_LENGTH_ANNOTATION];
  if (text === undefined) return (spec.activeDeadlineSeconds ?? Infinity) * 1e6;
  const us = parseDurationUs(text);
  if (us !== undefined && us > 0) return us;
  throw new InputError(
    `annotation ${RUN_LENGTH_ANNOTATION} of a pod in namespace ${namespace}: expected a duration such as "10m", got ${JSON.stringify(text)}`,
  );
}
