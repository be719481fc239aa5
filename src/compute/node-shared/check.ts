// Stops with an InvariantError where more CPU is used than there is, or more than a quota allows in a period.
import type { Engine } from '../../engine/engine.ts';
import { assert } from '../../lib/assert.ts';
import type { CpuCgroups } from './cpu-cgroups.ts';

/** Sums of doubles are as exact as this; a quota is exact to a µs for each processor. */
const ROUNDING = 1e-6;

export function checkProcessors({ now }: Engine, cgroups: CpuCgroups): void {
  const { cpus, bandwidths } = cgroups.inUse();
  for (const { running, capacity } of cpus) {
    const uses = running.reduce((sum, cgroup) => sum + cgroup.usesCpus, 0);
    assert(uses <= capacity + ROUNDING, () => `containers of a node use ${uses} CPUs of ${capacity}`);
    const idle = running.find((one) => one.want > 0 && one.speedNow < 1 && !one.isThrottled());
    assert(
      idle === undefined || uses >= capacity - ROUNDING,
      () => `pod ${idle!.pod.pod} wants more CPU, and only ${uses} CPUs of ${capacity} are used`,
    );
  }
  for (const bandwidth of bandwidths) {
    bandwidth.roll(now);
    const usedUs = bandwidth.usedInPeriodUs(now);
    assert(
      usedUs <= bandwidth.quotaUs + ROUNDING,
      () => `${usedUs} µs of CPU used in a period with a quota of ${bandwidth.quotaUs} µs`,
    );
  }
}
