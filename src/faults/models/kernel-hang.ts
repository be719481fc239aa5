// Kernels hang in a way that stops kubelets and container runtimes, while what runs runs on; only a reboot ends it.
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { faultOfNodes, nodeArgs } from './fault-of-nodes.ts';

/** Firmware, kernel, services. */
const BOOT_US = 90e6;

const args = nodeArgs('time until somebody reboots the machine').extend({
  boot: distribution.optional().describe('how long it is off then (default: 90s)'),
});

export const kernelHang = member<FaultContext, Fault, typeof args>({
  name: 'KernelHang',
  summary: 'Kubelets are silent while their pods run on, until the machine is rebooted.',
  args,
  create: (given, context) =>
    faultOfNodes('KernelHang', given, context, (node, nodeName, forUs) => {
      let letGo = (): void => undefined;
      context.strike(
        {
          what: `hanging kernel of ${nodeName}`,
          begin() {
            letGo = context.outages.grip([node], 'kubelet');
          },
          end() {
            const bootUs = given.boot === undefined ? BOOT_US : context.draw(given.boot);
            context.outages.hold([node], bootUs, `node ${nodeName}, which boots again`);
            letGo();
          },
        },
        forUs,
      );
    }),
});
