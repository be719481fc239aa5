// Random gives the pod to any feasible node, and of its GPUs to any that will do.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Handle, Plugin } from '../framework.ts';
import { success } from '../status.ts';

/** One node, drawn uniformly, has 100 points and the others none: the baseline of Weng et al., USENIX ATC 2023. */
export const random = member({
  name: 'Random',
  summary: 'Draws one of the feasible nodes, and of its GPUs one that has enough left for a share.',
  args: z.strictObject({}),
  create(_args, { cache, random: stream }: Handle): Plugin {
    const devices = cache.useGpus();
    return {
      score(_pod, nodes, scores) {
        scores.fill(0, 0, nodes.end);
        scores[stream.int(nodes.end)] = 100;
      },
      reserve(pod, node) {
        const request = devices.requestOf(pod.podClass);
        // Whole devices are all alike: GpuShare gives the first ones.
        if (request.count === 0 || request.kind > 0) return success;
        devices.release(pod.row, pod.podClass);
        let bits = 0;
        // Each device that will do is among the chosen ones with the same chance.
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
        if (wanted === 0) devices.take(pod.row, pod.podClass, node, bits);
        return success;
      },
      unreserve(pod) {
        devices.release(pod.row, pod.podClass);
      },
    };
  },
});
