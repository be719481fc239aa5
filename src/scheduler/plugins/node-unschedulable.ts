// Hot dialect: NodeUnschedulable rejects cordoned nodes unless the pod tolerates the taint that stands for it.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { SchedulingShape } from '../../model/pod-class.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { Code } from '../framework/status.ts';
import { ById } from './by-id.ts';
import { tolerates } from '../../model/parse/tolerations.ts';

const CORDON = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

export const nodeUnschedulable = member({
  name: 'NodeUnschedulable',
  summary: 'Rejects nodes with spec.unschedulable.',
  args: z.strictObject({}),
  create(_args, { cache, reasons }: Handle): Plugin {
    const tolerant = new ById((shape: SchedulingShape) => shape.tolerations.some((one) => tolerates(one, CORDON)));
    const reason = reasons.id(['node(s) were unschedulable']);
    return {
      local: true,
      ignoresPods: true,
      filter(pod, nodes, verdicts) {
        if (tolerant.get(pod.podClass.shape)) return;
        const { unschedulable } = cache;
        const { codes } = verdicts;
        const { rows } = nodes;
        for (let i = nodes.start; i < nodes.end; i += 1) {
          if (unschedulable[rows[i]] === 0 || codes[i] !== Code.Success) continue;
          verdicts.reject(i, Code.UnschedulableAndUnresolvable, reason);
        }
      },
      registrations: [
        {
          events: Happening.NodeAdd | Happening.NodeTaints,
          hint: (_pod, event) => event.unschedulable === 0 && (event.newNode || event.oldUnschedulable === 1),
        },
        { events: Happening.PodTolerations, hint: (pod) => tolerant.get(pod.podClass.shape) },
      ],
    };
  },
});
