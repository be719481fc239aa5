// Hot dialect: GpuShare rejects nodes without the GPUs that a pod wants and gives it its devices.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { gpuCount, GPU_COUNT, GPU_MILLI } from '../../model/parse/gpu-request.ts';
import { Happening } from '../cluster-events.ts';
import type { Handle, Plugin } from '../framework.ts';
import { Code, skip, success, unschedulable } from '../status.ts';

/**
 * Annotations and labels as in open-gpu-share; the rules are those of hkust-adsl/kubernetes-scheduler-simulator. A pod takes the devices
 * with the least left that is enough, unless another Reserve plugin (FGD, Random) has chosen.
 */
export const gpuShare = member({
  name: 'GpuShare',
  summary: `Rejects nodes whose GPUs have not enough left for ${GPU_COUNT} and ${GPU_MILLI}, and assigns devices.`,
  args: z.strictObject({}),
  create(_args, { cache, reasons }: Handle): Plugin {
    const devices = cache.useGpus();
    const lacks = reasons.id([`Insufficient ${GPU_MILLI}`]);
    const tooFew = reasons.id([`Insufficient ${GPU_COUNT}`]);
    const otherModel = reasons.id(["node(s) didn't match the pod's GPU model"]);
    return {
      local: true,
      preFilter(pod) {
        devices.workload.note(pod);
        return devices.requestOf(pod.podClass).count === 0 ? skip : success;
      },
      filter(pod, nodes, verdicts) {
        const request = devices.requestOf(pod.podClass);
        const { codes } = verdicts;
        const { rows } = nodes;
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (codes[i] !== Code.Success) continue;
          const node = rows[i];
          // A node without enough devices, or with others, will not do however many pods leave it.
          if (node >= devices.count.length || devices.count[node] < request.count) {
            verdicts.reject(i, Code.UnschedulableAndUnresolvable, tooFew);
          } else if (!devices.suits(request, node)) {
            verdicts.reject(i, Code.UnschedulableAndUnresolvable, otherModel);
          } else if (devices.fitting(request, node) < request.count) {
            verdicts.reject(i, Code.Unschedulable, lacks);
          }
        }
      },
      reserve(pod, node) {
        const request = devices.requestOf(pod.podClass);
        if (request.count === 0 || devices.heldBy(pod.row) !== 0) return success;
        const bits = devices.bestFit(request, node);
        if (bits < 0) return unschedulable(`Insufficient ${GPU_MILLI}`);
        devices.take(pod.row, pod.podClass, node, bits);
        return success;
      },
      unreserve(pod) {
        devices.release(pod.row, pod.podClass);
      },
      registrations: [
        {
          events: Happening.AssignedPodDelete,
          hint: (_pod, event) => devices.requestOf(cache.state.classes.get(event.oldPodClass)).count > 0,
        },
        {
          events: Happening.NodeAdd | Happening.NodeAllocatable | Happening.NodeLabels,
          hint: (pod, event) =>
            gpuCount(cache.allocatableSets.get(cache.allocatable[event.node])) >= devices.requestOf(pod.podClass).count,
        },
      ],
    };
  },
});
