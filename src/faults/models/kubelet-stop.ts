// Kubelets stop while their machines run on: no heartbeat, no status, no pod is started or ended there.
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { faultOfNodes, nodeArgs } from './fault-of-nodes.ts';

const args = nodeArgs('time until it is back and does what fell due meanwhile');

export const kubeletStop = member<FaultContext, Fault, typeof args>({
  name: 'KubeletStop',
  summary: 'The kubelets of nodes stop; their containers keep running.',
  args,
  create: (given, context) =>
    faultOfNodes('KubeletStop', given, context, (node, nodeName, forUs) => {
      context.outages.hold([node], forUs, `the kubelet of ${nodeName}`, 'kubelet');
    }),
});
