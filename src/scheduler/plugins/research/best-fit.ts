// BestFit prefers nodes that have the least cpu and GPU left once the pod is there.
import { member } from '../../../lib/family.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import { clamped, cpuLeft, gpuScore, scaleArgs, scaleOf } from '../../gpu/scoring.ts';

/** 100 less the mean share of the largest node that is left (best fit as in Weng et al., USENIX ATC 2023; after Protean, OSDI 2020). */
export const bestFit = member({
  name: 'BestFit',
  summary: 'Prefers nodes with the least cpu and GPU left once the pod is there. Filters as GpuShare.',
  args: scaleArgs,
  create(args, handle: Handle): Plugin {
    const { cache } = handle;
    const { cpuMilli, gpuMilli } = scaleOf(args);
    return gpuScore(handle, (node, request, { podClass }, devices) => {
      const cpu = (0.5 * (cpuLeft(cache, node) - podClass.shape.cpuMilli)) / cpuMilli;
      const gpu = (0.5 * (devices.idle[node] - request.total)) / gpuMilli;
      return clamped(100 * (1 - (cpu + gpu)));
    });
  },
});
