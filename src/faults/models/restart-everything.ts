// Somebody restarts everything at once, as after a change of a base image.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { timestamp } from '../../lib/timestamp.ts';
import type { Fault, FaultContext } from '../fault.ts';

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

const args = z.strictObject({
  namespace: z.string().optional().describe('only of this namespace (default: of all)'),
});

export const restartEverything = member<FaultContext, Fault, typeof args>({
  name: 'RestartEverything',
  summary: 'All Deployments, StatefulSets and DaemonSets are restarted at once, as by `kubectl rollout restart`.',
  args,
  create({ namespace }, context) {
    return {
      fire() {
        const { objects } = context.state;
        const annotations = { 'kubectl.kubernetes.io/restartedAt': timestamp(context.nowUs()) };
        const patch = { type: 'strategic', patch: { spec: { template: { metadata: { annotations } } } } } as const;
        let count = 0;
        for (const kind of KINDS) {
          for (const row of objects.ofKind(kind)) {
            const object = objects.get(row);
            if (object === undefined || (namespace !== undefined && object.metadata.namespace !== namespace)) continue;
            count += 1;
            context.powers.people.patch(object, patch);
          }
        }
        context.announce(`everything is restarted: ${count} workloads`);
      },
    };
  },
});
