// DotProd prefers nodes whose free cpu and GPU align least with what the pod wants.
import { member } from '../../../lib/family.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import { clamped, cpuLeft, gpuScore, scaleArgs, scaleOf } from '../../gpu/scoring.ts';

/**
 * 100 less the dot product of what is left and what is wanted, in shares of the largest node: of alignment (Grandl et al., "Multi-resource
 * packing for cluster schedulers", SIGCOMM 2014) the variant that Weng et al. (USENIX ATC 2023) compare with.
 */
export const dotProd = member({
  name: 'DotProd',
  summary:
    'Prefers nodes whose free cpu and GPU, multiplied with what the pod wants of each, are the least. Filters as GpuShare.',
  args: scaleArgs,
  create(args, handle: Handle): Plugin {
    const { cache } = handle;
    const { cpuMilli, gpuMilli } = scaleOf(args);
    return gpuScore(handle, (node, request, { podClass }, devices) => {
      const cpu = (cpuLeft(cache, node) / cpuMilli) * (podClass.shape.cpuMilli / cpuMilli);
      const gpu = (devices.idle[node] / gpuMilli) * (request.total / gpuMilli);
      return clamped(100 * (1 - (cpu + gpu) / 2));
    });
  },
});
