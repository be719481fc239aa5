// Processes of pods end with an exit code; the kubelet restarts them by its rules.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { chosenPods, ofOneWorkload, ONE_WORKLOAD, podArgs } from './fault-of-pods.ts';

const args = z
  .strictObject({
    ...podArgs,
    exitCode: z.int().min(0).max(255).default(1).describe('what the process ends with'),
  })
  .refine(ofOneWorkload, ONE_WORKLOAD);

export const podCrash = member<FaultContext, Fault, typeof args>({
  name: 'PodCrash',
  summary: 'In some pods the process of a container exits with a given code.',
  args,
  create(given, context) {
    const { state, machinery } = context;
    const { container, exitCode } = given;
    const choose = chosenPods('PodCrash', given, context);
    return {
      fire() {
        const { pods } = state;
        const chosen = choose();
        const names = chosen.map((pod) => state.podName(pod));
        const whose =
          names.length === 0
            ? `no running pod with ${container + 1} container${container === 0 ? '' : 's'}`
            : names.join(', ');
        context.announce(`the process of ${whose} ended with exit code ${exitCode}`);
        for (const pod of chosen) machinery.crashContainer(pod, pods.epoch[pod], container, exitCode);
      },
    };
  },
});
