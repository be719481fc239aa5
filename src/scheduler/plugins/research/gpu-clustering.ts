// GpuClustering prefers nodes that host GPU pods of the same kind: those that share a device, or that hold as many whole ones.
import { member } from '../../../lib/family.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import { clamped, gpuScore, scaleArgs, scaleOf } from '../../gpu/scoring.ts';

/** Up to 25 points for GPUs in use, 75 for a node of this kind alone, 50 for one of several, 25 for one without GPU pods (Gandiva, OSDI 2018). */
export const gpuClustering = member({
  name: 'GpuClustering',
  summary:
    'Prefers nodes that host pods with the same number of GPUs, then those that host no GPU pod. Filters as GpuShare.',
  args: scaleArgs,
  create(args, handle: Handle): Plugin {
    const { gpuMilli } = scaleOf(args);
    return gpuScore(handle, (node, { count, kind }, _pod, devices) => {
      if (count === 0) return 0;
      const used = Math.floor((25 * (gpuMilli - devices.idle[node])) / gpuMilli);
      const kinds = devices.kinds(node);
      if (devices.hosted(node, kind) > 0) return clamped(used + (kinds === 1 ? 75 : 50));
      return clamped(used + (kinds === 0 ? 25 : 0));
    });
  },
});
