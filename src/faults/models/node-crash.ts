// Machines stop at once, without a word, and may boot again after a repair.
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { chosenNodes, nodeArgs } from './chosen-nodes.ts';

const args = nodeArgs('time to repair and boot');

export const nodeCrash = member<FaultContext, Fault, typeof args>({
  name: 'NodeCrash',
  summary: 'Machines stop at once and boot again after a repair.',
  args,
  create(given, context) {
    const choose = chosenNodes('NodeCrash', given, context);
    return {
      fire() {
        for (const node of choose()) {
          const forUs = given.for === undefined ? undefined : context.draw(given.for);
          context.outages.hold([node], forUs, `node ${context.state.nodeName(node)}`);
        }
      },
    };
  },
});
