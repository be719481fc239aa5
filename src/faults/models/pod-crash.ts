// Processes of pods end with an exit code; the kubelet restarts them by its rules.
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { containerIndex, naming } from '../../lib/naming.ts';
import { member } from '../../lib/family.ts';
import { PodBit, PodPhase } from '../../model/pods.ts';
import { type Fault, type FaultContext, pick } from '../fault.ts';
import type { PodRow } from '../../model/rows.ts';

const args = z.strictObject({
  namespace: z.string().default('default').describe('their namespace'),
  deployment: naming('Deployment')
    .optional()
    .describe('pods of this Deployment (default: any running pod of the namespace)'),
  count: z.int().min(1).default(1).describe('how many pods, drawn among the running ones'),
  container: containerIndex()
    .default(0)
    .describe('index of the container whose process ends, in spec.containers; pods without it are left alone'),
  exitCode: z.int().min(0).max(255).default(1).describe('what the process ends with'),
});

export const podCrash = member<FaultContext, Fault, typeof args>({
  name: 'PodCrash',
  summary: 'In some pods the process of a container exits with a given code.',
  args,
  create({ namespace, deployment, count, container, exitCode }, context) {
    const { state, machinery, random } = context;
    if (deployment !== undefined && !context.knows('Deployment', namespace, deployment)) {
      throw new InputError(`PodCrash: there is no Deployment ${namespace}/${deployment}`);
    }
    return {
      fire() {
        const { pods, classes, objects } = state;
        const wanted = deployment === undefined ? -1 : objects.find('Deployment', namespace, deployment);
        const running: PodRow[] = [];
        for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
          if (pods.alive[pod] === 0 || (pods.state[pod] & (PodBit.PhaseMask | PodBit.Deleting)) !== PodPhase.Running)
            continue;
          const podClass = classes.get(pods.podClass[pod]);
          if (podClass.namespace !== namespace || container >= podClass.runtime.containers.length) continue;
          const owner = pods.owner[pod];
          if (deployment !== undefined && (owner < 0 || objects.owner[owner] !== wanted)) continue;
          running.push(pod);
        }
        const chosen = pick(random, running, count);
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
