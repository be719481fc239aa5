// Somebody restarts everything, as after a change of a base image: at once, or one workload after the other.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import { timestamp } from '../../lib/timestamp.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { Fault, FaultContext } from '../fault.ts';

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

const args = z.strictObject({
  namespace: z.string().optional().describe('only of this namespace (default: of all)'),
  apart: distribution
    .optional()
    .describe('how long after each workload the next one is restarted (default: all at once)'),
});

export const restartEverything = member<FaultContext, Fault, typeof args>({
  name: 'RestartEverything',
  summary:
    'All Deployments, StatefulSets and DaemonSets are restarted, at once or one after the other, as by `kubectl rollout restart`.',
  args,
  create({ namespace, apart }, context) {
    const restart = (workload: KubeObject): void => {
      const annotations = { 'kubectl.kubernetes.io/restartedAt': timestamp(context.nowUs()) };
      const patch = { type: 'strategic', patch: { spec: { template: { metadata: { annotations } } } } } as const;
      context.powers.people.patch(workload, patch);
    };
    /** Of each time that it has fired: what is still to come. */
    const rounds: { readonly workload: KubeObject; readonly thenUs: number }[][] = [];
    const next = (round: number): void => {
      const one = rounds[round].shift();
      if (one === undefined) return;
      restart(one.workload);
      if (rounds[round].length > 0) book(one.thenUs, round);
    };
    const book = context.alarm(next);
    return {
      fire() {
        const workloads = workloadsOf(context, namespace);
        if (apart === undefined) {
          for (const one of workloads) restart(one);
          context.announce(`everything is restarted: ${workloads.length} workloads`);
          return;
        }
        const rest = workloads.map((workload) => ({ workload, thenUs: Math.round(context.draw(apart)) }));
        const round = rounds.push(rest) - 1;
        const lengthUs = rest.slice(0, -1).reduce((sum, { thenUs }) => sum + thenUs, 0);
        const what = `everything is restarted, one after the other: ${workloads.length} workloads`;
        // One more microsecond: the last one is restarted before it ends.
        context.strike({ what, begin: () => next(round), end: () => void (rounds[round] = []) }, lengthUs + 1);
      },
    };
  },
});

function workloadsOf({ state: { objects } }: FaultContext, namespace: string | undefined): KubeObject[] {
  return KINDS.flatMap((kind) =>
    [...objects.ofKind(kind)].flatMap((row) => {
      const object = objects.get(row);
      return object !== undefined && (namespace === undefined || object.metadata.namespace === namespace)
        ? [object]
        : [];
    }),
  );
}
