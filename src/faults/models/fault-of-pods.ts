// Faults of processes: of a container of some pods, drawn among those that run, for a time.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { InputError } from '../../lib/errors.ts';
import { containerIndex, naming } from '../../lib/naming.ts';
import { PodBit, PodPhase } from '../../model/pods.ts';
import type { PodRow } from '../../model/rows.ts';
import { type Fault, type FaultContext, pick } from '../fault.ts';

/** Which pods, and which container of each. */
export const podArgs = {
  namespace: z.string().default('default').describe('their namespace'),
  pod: z
    .string()
    .min(1)
    .optional()
    .describe('one pod by name, such as `kube-scheduler-cp1` in kube-system (default: drawn)'),
  deployment: naming('Deployment')
    .optional()
    .describe('pods of this Deployment (default: any running pod of the namespace)'),
  count: z.int().min(1).default(1).describe('how many pods, drawn among the running ones'),
  container: containerIndex()
    .default(0)
    .describe('index of the container in spec.containers; pods without it are left alone'),
};

/** How long, for the faults of pods that have an end. */
export const forArgs = {
  for: distribution.optional().describe('how long (default: to the end of the run)'),
};

const chosen = z.strictObject(podArgs);
export type PodArgs = z.output<typeof chosen>;

/** Chooses anew each time. Throws an InputError when the Deployment never exists. */
export function chosenPods(fault: string, given: PodArgs, context: FaultContext): () => PodRow[] {
  const { namespace, pod: name, deployment, count, container } = given;
  const { state, random } = context;
  if (deployment !== undefined && !context.knows('Deployment', namespace, deployment)) {
    throw new InputError(`${fault}: there is no Deployment ${namespace}/${deployment}`);
  }
  return () => {
    const { pods, classes, objects } = state;
    const wanted = deployment === undefined ? -1 : objects.find('Deployment', namespace, deployment);
    const running: PodRow[] = [];
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0 || (pods.state[pod] & (PodBit.PhaseMask | PodBit.Deleting)) !== PodPhase.Running)
        continue;
      const podClass = classes.get(pods.podClass[pod]);
      if (podClass.namespace !== namespace || container >= podClass.runtime.containers.length) continue;
      const owner = pods.owner[pod];
      if (name !== undefined && state.podName(pod) !== name) continue;
      if (deployment !== undefined && (owner < 0 || objects.owner[owner] !== wanted)) continue;
      running.push(pod);
    }
    return pick(random, running, count);
  };
}

/** What a fault does to each of its pods, until what this gives is called. */
export type OnPod = (pod: PodRow, epoch: number, container: number) => () => void;

export function faultOfPods(
  name: string,
  given: PodArgs & { readonly for?: z.output<typeof distribution> | undefined },
  context: FaultContext,
  says: string,
  strike: OnPod,
): Fault {
  const choose = chosenPods(name, given, context);
  return {
    fire() {
      const { pods } = context.state;
      const chosenNow = choose();
      if (chosenNow.length === 0) {
        context.announce(`${name}: no pod runs that it could strike`);
        return;
      }
      const ends: (() => void)[] = [];
      const names = chosenNow.map((pod) => context.state.podName(pod)).join(', ');
      context.strike(
        {
          what: `${says}: ${names}`,
          begin: () => {
            for (const pod of chosenNow) ends.push(strike(pod, pods.epoch[pod], given.container));
          },
          end: () => {
            for (const end of ends) end();
          },
        },
        given.for === undefined ? undefined : context.draw(given.for),
      );
    },
  };
}
