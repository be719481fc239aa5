// A rollout strategy of one's own: a canary gets a tenth of the requests for a while; it stops when its p99 is 20 % worse.
import { z } from 'zod';
import { isActiveSet, type ReplicaSet } from '../../src/controllers/kit/deployment-objects.ts';
import type { Steps } from '../../src/controllers/kit/sync.ts';
import type { DeploymentSync } from '../../src/controllers/deployment/deployment-sync.ts';
import type { Rollout, RolloutContext } from '../../src/controllers/deployment/rollouts/rollout.ts';
import { member } from '../../src/lib/family.ts';
import { duration } from '../../src/lib/units.ts';

export const careful = member({
  name: 'Careful',
  summary: 'One new pod gets a tenth of the requests; the others follow unless its p99 is 20 % worse.',
  args: z.strictObject({ bake: duration.default(60e6).describe('how long it is watched') }),
  create({ bake }, context: RolloutContext): Rollout {
    const readings = context.readings(bake);
    const p99 = (set: ReplicaSet): number => readings.read('p99', set) ?? Infinity;
    let canary: { name: string; endsUs: number; slow?: boolean } = { name: '', endsUs: Infinity };
    return {
      *sync(work: DeploymentSync): Steps {
        const { newest, old } = yield* work.revisions(true);
        if (newest === undefined) return;
        const stable = old.find(isActiveSet);
        const available = newest.status?.availableReplicas ?? 0;
        if (newest.metadata.name !== canary.name) canary = { name: newest.metadata.name, endsUs: Infinity };
        if (available > 0) canary.endsUs = Math.min(canary.endsUs, context.nowUs + bake);
        const bakes = stable !== undefined && context.nowUs < canary.endsUs;
        if (stable !== undefined && !bakes) canary.slow ??= p99(newest) > 1.2 * p99(stable);
        if (bakes && available > 0) {
          context.alarm(canary.endsUs);
          context.setWeights([stable, 9], [newest, 1]);
        } else context.setWeights();
        yield* work.scaleTo(newest, bakes ? 1 : canary.slow ? 0 : work.desired);
        if (!bakes && !canary.slow && available >= work.desired) for (const set of old) yield* work.scaleTo(set, 0);
        yield* work.reportProgress(newest, old);
      },
    };
  },
});
