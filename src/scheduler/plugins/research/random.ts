// Random gives the pod to any feasible node, and of its GPUs to any that will do.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import { gpuDevices } from '../../gpu/devices.ts';
import { sharing } from '../../gpu/sharing.ts';

/** One node, drawn uniformly, has 100 points and the others none: the baseline of Weng et al., USENIX ATC 2023. */
export const random = member({
  name: 'Random',
  summary:
    'Draws one of the feasible nodes, and of its GPUs one that has enough left for a share. Filters as GpuShare.',
  args: z.strictObject({}),
  create(_args, handle: Handle): Plugin {
    const { cache, random: stream } = handle;
    const devices = gpuDevices(cache);
    const { local: _local, ...shared } = sharing(handle, (_pod, node, request) => {
      // Each device that will do is among the chosen ones with the same chance.
      let bits = 0;
      let wanted = request.count;
      let candidates = devices.fitting(request, node);
      for (let k = 0; wanted > 0 && candidates > 0; k += 1) {
        if (devices.left[devices.first[node] + k] < request.milli) continue;
        if (stream.int(candidates) < wanted) {
          bits |= 1 << k;
          wanted -= 1;
        }
        candidates -= 1;
      }
      return wanted === 0 ? bits : -1;
    });
    return {
      ...shared,
      score(_pod, nodes, scores) {
        scores.fill(0, 0, nodes.end);
        scores[stream.int(nodes.end)] = 100;
      },
    };
  },
});
