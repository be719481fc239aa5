// When an AnalysisRun that has ended is deleted.
import { timestampUs } from '../../lib/timestamp.ts';
import { isCompleted, type RunObject } from './run-objects.ts';

/** Undefined for one that stays, or has not ended. */
export function expiresUs({ spec, status }: RunObject): number | undefined {
  const { secondsAfterCompletion, secondsAfterFailure, secondsAfterSuccess } = spec.ttlStrategy ?? {};
  if (!isCompleted(status?.phase) || status?.completedAt === undefined) return undefined;
  const byOutcome =
    status.phase === 'Successful'
      ? secondsAfterSuccess
      : status.phase === 'Failed' || status.phase === 'Error'
        ? secondsAfterFailure
        : undefined;
  const seconds = byOutcome ?? secondsAfterCompletion;
  return seconds === undefined ? undefined : timestampUs(status.completedAt) + seconds * 1e6;
}
