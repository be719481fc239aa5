// Machines boot again: they are off for as long as that takes.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { faultOfNodes, whichNodes } from './fault-of-nodes.ts';

/** Firmware, kernel, services. */
const BOOT_US = 90e6;

const args = z.strictObject({
  ...whichNodes,
  for: distribution.optional().describe('how long it takes until the kubelet runs again (default: 90s)'),
});

export const nodeReboot = member<FaultContext, Fault, typeof args>({
  name: 'NodeReboot',
  summary: 'Machines stop at once and boot again.',
  args,
  create: (given, context) =>
    faultOfNodes('NodeReboot', given, context, (node, nodeName, forUs) => {
      context.outages.hold([node], forUs ?? BOOT_US, `node ${nodeName}, which boots again`);
    }),
});
