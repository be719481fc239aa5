// NodeName rejects every node but the one that the pod names.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { Code } from '../framework/status.ts';

export const nodeName = member({
  name: 'NodeName',
  summary: 'Rejects nodes other than spec.nodeName.',
  args: z.strictObject({}),
  create(_args, handle: Handle): Plugin {
    const reason = handle.reasons.id(["node(s) didn't match the requested node name"]);
    return {
      local: true,
      ignoresPods: true,
      filter(pod, nodes, verdicts) {
        const wanted = pod.podClass.shape.nodeName;
        if (wanted === '') return;
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (verdicts.codes[i] !== Code.Success || handle.nodeName(nodes.rows[i]) === wanted) continue;
          verdicts.reject(i, Code.UnschedulableAndUnresolvable, reason);
        }
      },
      registrations: [{ events: Happening.NodeAdd }],
    };
  },
});
