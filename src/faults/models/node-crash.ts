// Machines stop at once, without a word, and may boot again after a repair.
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { faultOfNodes, nodeArgs } from './fault-of-nodes.ts';

const args = nodeArgs('time to repair and boot');

export const nodeCrash = member<FaultContext, Fault, typeof args>({
  name: 'NodeCrash',
  summary: 'Machines stop at once and boot again after a repair.',
  args,
  create: (given, context) =>
    faultOfNodes('NodeCrash', given, context, (node, nodeName, forUs) => {
      context.outages.hold([node], forUs, `node ${nodeName}`);
    }),
});
