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
  statefulset: naming('StatefulSet').optional().describe('pods of this StatefulSet'),
  daemonset: naming('DaemonSet').optional().describe('pods of this DaemonSet'),
  rollout: naming('Rollout').optional().describe('pods of this Rollout of Argo'),
  replicaset: naming('ReplicaSet').optional().describe('pods of this ReplicaSet of the manifests'),
  job: naming('Job').optional().describe('pods of this Job'),
  count: z.int().min(1).default(1).describe('how many pods, drawn among the running ones'),
  container: containerIndex()
    .default(0)
    .describe(
      'index of the container: those of spec.containers, then sidecars (init containers with restartPolicy Always); pods without it are left alone',
    ),
};

/** How long, for the faults of pods that have an end. */
export const forArgs = {
  for: distribution.optional().describe('how long (default: to the end of the run)'),
};

const chosen = z.strictObject(podArgs);
export type PodArgs = z.output<typeof chosen>;

/** Kinds of workloads by the argument that names one, and whether its pods are those of its ReplicaSets. */
const WORKLOADS = [
  { argument: 'deployment', kind: 'Deployment', throughReplicaSets: true },
  { argument: 'statefulset', kind: 'StatefulSet', throughReplicaSets: false },
  { argument: 'daemonset', kind: 'DaemonSet', throughReplicaSets: false },
  { argument: 'rollout', kind: 'Rollout', throughReplicaSets: true },
  { argument: 'replicaset', kind: 'ReplicaSet', throughReplicaSets: false },
  { argument: 'job', kind: 'Job', throughReplicaSets: false },
] as const;

type NamedWorkloads = Partial<Record<(typeof WORKLOADS)[number]['argument'], unknown>>;

function workloadsOf(given: NamedWorkloads) {
  return WORKLOADS.filter(({ argument }) => given[argument] !== undefined);
}

/** For `refine`: pods are those of one workload. */
export function ofOneWorkload(given: NamedWorkloads): boolean {
  return workloadsOf(given).length <= 1;
}

export const ONE_WORKLOAD = 'name one workload';

/** Chooses again each time. Throws an InputError when the workload never exists. */
export function chosenPods(fault: string, given: PodArgs, context: FaultContext): () => PodRow[] {
  const { namespace, pod: podName, count, container } = given;
  const { state, random } = context;
  const workload = workloadsOf(given).at(0);
  const name = (workload && given[workload.argument]) ?? '';
  if (workload !== undefined && !context.knows(workload.kind, namespace, name)) {
    throw new InputError(`${fault}: there is no ${workload.kind} ${namespace}/${name}`);
  }
  return () => {
    const { pods, classes, objects } = state;
    const wanted = workload === undefined ? -1 : objects.find(workload.kind, namespace, name);
    if (workload !== undefined && wanted < 0) return [];
    const running: PodRow[] = [];
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0 || (pods.state[pod] & (PodBit.PhaseMask | PodBit.Deleting)) !== PodPhase.Running)
        continue;
      const podClass = classes.get(pods.podClass[pod]);
      if (podClass.namespace !== namespace || container >= podClass.runtime.lasting.length) continue;
      const owner = pods.owner[pod];
      if (podName !== undefined && state.podName(pod) !== podName) continue;
      if (workload !== undefined) {
        const ofWorkload = workload.throughReplicaSets && owner >= 0 ? objects.owner[owner] : owner;
        if (ofWorkload !== wanted) continue;
      }
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
        context.announce(`${name}: no pod runs that it could hit`);
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
