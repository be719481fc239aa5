// How a canary step is described, and how long a pause is.
import { tryParseGoDuration } from '../../model/parse/go-duration.ts';
import type { CanaryStep } from './rollout-objects.ts';

/** Whole seconds of a pause, undefined for one without an end. */
export function pauseSeconds({ duration }: NonNullable<CanaryStep['pause']>): number | undefined {
  if (duration === undefined || typeof duration === 'number') return duration;
  if (/^[+-]?\d+$/.test(duration)) return Number(duration);
  const parsed = tryParseGoDuration(duration);
  return 'error' in parsed ? -1 : Number(parsed.nanoseconds / 1_000_000_000n);
}

export function stepText({ setWeight, pause, experiment, analysis, setCanaryScale }: CanaryStep): string {
  if (setWeight !== undefined) return `setWeight: ${setWeight}`;
  if (pause !== undefined) return pause.duration === undefined ? 'pause' : `pause: ${pause.duration}`;
  if (experiment !== undefined) return 'experiment';
  if (analysis !== undefined) return 'analysis';
  if (setCanaryScale?.weight !== undefined) return `setCanaryScale{weight: ${setCanaryScale.weight}}`;
  if (setCanaryScale?.matchTrafficWeight === true) return 'setCanaryScale{matchTrafficWeight: true}';
  if (setCanaryScale?.replicas !== undefined) return `setCanaryScale{replicas: ${setCanaryScale.replicas}}`;
  return 'invalid';
}
