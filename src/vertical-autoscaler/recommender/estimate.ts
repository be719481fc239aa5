// What a container should request, by its history: a percentile, a margin, and bounds that are wide while little is known.
import { power } from '../../lib/go-math.ts';
import { type Amounts, truncated } from './amounts.ts';
import type { UsageHistory } from './usage-history.ts';

const MARGIN = 0.15;
const LEAST_POD_CPU_MILLI = 25;
const LEAST_POD_MEMORY = 250 * 1024 * 1024;

export interface Recommendation {
  readonly target: Amounts;
  readonly lowerBound: Amounts;
  readonly upperBound: Amounts;
}

/** Of a pod with that many containers. */
export function estimate(history: UsageHistory, containersPerPod: number): Recommendation {
  const { confidence } = history;
  const fraction = 1 / containersPerPod;
  const least = { cpuMilli: truncated(LEAST_POD_CPU_MILLI * fraction), memory: truncated(LEAST_POD_MEMORY * fraction) };
  const at = (share: number, factor: number): Amounts => ({
    cpuMilli: Math.max(scaled(truncated(history.cpu.percentile(share) * 1000), factor), least.cpuMilli),
    memory: Math.max(scaled(truncated(history.memory.percentile(share)), factor), least.memory),
  });
  return {
    target: at(0.9, 1),
    lowerBound: at(0.5, power(1 + 0.001 / confidence, -2)),
    upperBound: at(0.95, 1 + 1 / confidence),
  };
}

/** With the margin, and then times the factor; truncated after each step. */
function scaled(amount: number, factor: number): number {
  return truncated((amount + truncated(amount * MARGIN)) * factor);
}
