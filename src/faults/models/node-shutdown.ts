// Machines shut down in an orderly way: their kubelets may end the pods first, as far as they are configured to (graceful node shutdown).
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { faultOfNodes, nodeArgs } from './fault-of-nodes.ts';

const args = nodeArgs('time from when the machine is off until it boots again');

export const nodeShutdown = member<FaultContext, Fault, typeof args>({
  name: 'NodeShutdown',
  summary: 'Machines shut down; kubelets with a shutdownGracePeriod end their pods before that.',
  args,
  create: (given, context) =>
    faultOfNodes('NodeShutdown', given, context, (node, nodeName, forUs) => {
      let off = false;
      context.machinery.shutDownNode(node, () => {
        off = true;
        context.outages.hold([node], forUs, `node ${nodeName}`);
      });
      if (!off) context.announce(`node ${nodeName} shuts down`);
    }),
});
