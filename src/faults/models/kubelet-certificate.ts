// Certificates of kubelets have expired: no request of theirs is answered but by 401.
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { nodeArgs, strikeOfNodes } from './fault-of-nodes.ts';

const args = nodeArgs('time until there is a new certificate');

export const kubeletCertificate = member<FaultContext, Fault, typeof args>({
  name: 'KubeletCertificateExpired',
  summary: 'Nothing passes between kubelets and the API servers, as their certificates have expired; the pods run on.',
  args,
  create: (given, context) =>
    strikeOfNodes('KubeletCertificateExpired', given, context, 'expired certificate of the kubelet of', (node) =>
      context.outages.grip([node], 'contact'),
    ),
});
