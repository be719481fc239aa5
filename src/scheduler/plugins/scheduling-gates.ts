// SchedulingGates keeps pods out of the queue for as long as they have gates.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { success, unresolvable } from '../framework/status.ts';

export const schedulingGates = member({
  name: 'SchedulingGates',
  summary: 'Holds pods back while spec.schedulingGates is not empty.',
  args: z.strictObject({}),
  create(_args, _handle: Handle): Plugin {
    return {
      preEnqueue(pod) {
        const gates = pod.podClass.spec.schedulingGates ?? [];
        if (gates.length === 0) return success;
        return unresolvable(`waiting for scheduling gates: [${gates.map((gate) => gate.name).join(' ')}]`);
      },
      registrations: [{ events: Happening.PodGatesEliminated }],
    };
  },
});
