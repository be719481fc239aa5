// Kubelets stop while their machines run on: no heartbeat, no status, no pod is started or ended there.
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { chosenNodes, nodeArgs } from './chosen-nodes.ts';

const args = nodeArgs('time until it is back and does what fell due meanwhile');

export const kubeletStop = member<FaultContext, Fault, typeof args>({
  name: 'KubeletStop',
  summary: 'The kubelets of nodes stop; what runs in containers runs on.',
  args,
  create(given, context) {
    const choose = chosenNodes('KubeletStop', given, context);
    return {
      fire() {
        for (const node of choose()) {
          const forUs = given.for === undefined ? undefined : context.draw(given.for);
          context.outages.hold([node], forUs, `the kubelet of ${context.state.nodeName(node)}`, 'kubelet');
        }
      },
    };
  },
});
