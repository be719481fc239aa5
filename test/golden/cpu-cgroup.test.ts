// Weights, quotas and cgroups of pods against the kubelet's answers.
import { describe, test } from 'vitest';
import {
  CFS_PERIOD_US,
  milliOfShares,
  podCgroup,
  quotaUsOfMilli,
  sharesOfMilli,
  sharesOfWeight,
  weightOfShares,
} from '../../src/model/cpu-cgroup.ts';
import type { PodSpecWithResources } from '../../src/model/resources.ts';
import { agree, difference, eachRecord } from './harness.ts';

interface CpuRecord {
  readonly milliCPU: number;
  readonly periodUs: number;
}

interface PodRecord {
  readonly spec: PodSpecWithResources;
  readonly cgroup: { readonly cpuShares?: number; readonly cpuQuota?: number };
}

describe('CPU in cgroups agrees with the kubelet', () => {
  test('shares, weights and quotas of thousandths of a CPU', () => {
    agree('kubelet/cpu_cgroup', eachRecord<CpuRecord>('kubelet/cpu_cgroup.jsonl.gz'), (record) => {
      const { milliCPU, periodUs } = record;
      const shares = sharesOfMilli(milliCPU);
      const weight = weightOfShares(shares);
      return difference(record, {
        milliCPU,
        milliCPUFromShares: milliOfShares(shares),
        periodUs,
        quotaUs: quotaUsOfMilli(milliCPU, periodUs),
        shares,
        sharesFromWeight: sharesOfWeight(weight),
        weight,
      });
    });
  });

  test('the cgroups of pods', () => {
    agree('kubelet/pods cgroup', eachRecord<PodRecord>('kubelet/pods.jsonl.gz'), ({ spec, cgroup }) => {
      const { shares, quotaUs } = podCgroup(spec, CFS_PERIOD_US);
      return difference(
        { cpuShares: cgroup.cpuShares, cpuQuota: cgroup.cpuQuota },
        { cpuShares: shares, cpuQuota: quotaUs },
      );
    });
  });
});
