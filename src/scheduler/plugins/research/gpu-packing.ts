// GpuPacking prefers devices in use, then free devices of nodes in use, then untouched nodes.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import { DEVICE_MILLI } from '../../../model/parse/gpu-request.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import type { DeviceRequest, GpuDevices } from '../../gpu/devices.ts';
import { gpuScore } from '../../gpu/scoring.ts';
import type { NodeRow } from '../../../model/rows.ts';

/** The packing of Weng et al., USENIX ATC 2023, after MLaaS in the wild (NSDI 2022). */
export const gpuPacking = member({
  name: 'GpuPacking',
  summary:
    'Prefers GPUs in use with little left, then free GPUs of nodes in use, then nodes with all GPUs free. Filters as GpuShare.',
  args: z.strictObject({}),
  create(_args, handle: Handle): Plugin {
    return gpuScore(handle, (node, request, _pod, devices) =>
      request.count === 0 ? 0 : packing(devices, request, node),
    );
  },
});

/**
 * 50 to 100 for devices in use alone, the less is left on them the more; 33 to 50 where free devices of a node in use must be taken, the
 * fewer the more; up to 33 for a node that nobody uses, the fewer devices it has the more.
 */
function packing(devices: GpuDevices, request: DeviceRequest, node: NodeRow): number {
  const from = devices.first[node];
  const count = devices.count[node];
  if (devices.idle[node] === count * DEVICE_MILLI) return Math.max(33 - count, count);
  const taken = devices.bestFit(request, node);
  let free = 0;
  let left = 0;
  for (let k = 0; k < count; k += 1) {
    if ((taken & (1 << k)) === 0) continue;
    if (devices.left[from + k] === DEVICE_MILLI) free += 1;
    left += Math.floor((devices.left[from + k] * 100) / DEVICE_MILLI);
  }
  return free > 0 ? Math.max(50 - free, 33) : Math.max(100 - Math.floor(left / 10), 50);
}
