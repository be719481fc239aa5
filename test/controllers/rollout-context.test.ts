// What a rollout strategy does through its context: which Services are divided and when, what is asked of readings, alarms, mistakes.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { RolloutChoice } from '../../src/controllers/deployment/rollouts/choice.ts';
import { rollouts } from '../../src/controllers/deployment/rollouts/index.ts';
import type { Rollout, RolloutContext } from '../../src/controllers/deployment/rollouts/rollout.ts';
import type { DeploymentSync } from '../../src/controllers/deployment/deployment-sync.ts';
import type { ReplicaSet } from '../../src/controllers/kit/deployment-objects.ts';
import type { Steps } from '../../src/controllers/kit/sync.ts';
import { InputError } from '../../src/lib/errors.ts';
import { extended, member } from '../../src/lib/family.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import { deploymentOf, idealControllers, Rig } from './rig.ts';
import type { ObjectRow } from '../../src/model/rows.ts';

const service = (name: string, selector: Record<string, string>, namespace = 'default'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { selector, ports: [{ port: 80 }] },
});

/** A rig in which Deployment `web` has a strategy that does this after each sync; and what it asks of the network. */
function rigWith(act: (context: RolloutContext, newest: ReplicaSet, old: readonly ReplicaSet[]) => void) {
  const divided: string[] = [];
  const syncs: number[] = [];
  const own = member({
    name: 'Own',
    summary: '',
    args: z.strictObject({}),
    create: (_args, context: RolloutContext): Rollout => ({
      *sync(work: DeploymentSync): Steps {
        syncs.push(context.nowUs / 1e6);
        const { newest, old } = yield* work.revisions(true);
        if (newest === undefined) return;
        yield* work.scaleTo(newest, work.desired);
        act(context, newest, old);
      },
    }),
  });
  const division = {
    divide: (row: number, backends: readonly { readonly weight: number }[]): void => {
      const name = one.state.objects.name[row];
      divided.push(`${Math.floor(one.engine.now / 1e6)} ${name} ${backends.map(({ weight }) => weight).join(':')}`);
    },
  };
  const requests = { watch: () => ({ read: () => undefined }) };
  const uses = [{ namespace: 'default', name: 'web', rollout: { name: 'Own', args: {} } }];
  const choice = new RolloutChoice({ division, requests }, uses, extended(rollouts, [own]));
  const one: Rig = new Rig({ controllers: idealControllers, rollouts: choice });
  return { one, divided, syncs };
}

it('divides the Services that select the pods, once for each change, and undivides them when the Deployment is gone', () => {
  const { one, divided } = rigWith((context, newest, old) =>
    context.setWeights([newest, 1], ...old.map((set) => [set, 3] as const)),
  );
  one.apply(service('all', { app: 'web' }));
  one.apply(service('other', { app: 'other' }));
  one.apply(service('elsewhere', { app: 'web' }, 'shop'));
  const row = one.apply(deploymentOf(2)) as ObjectRow;
  one.run(10);
  expect(divided).toEqual(['0 all 1']);
  one.edit(row, (spec) => ({ ...spec, replicas: 3 }));
  one.run(10);
  expect(divided).toEqual(['0 all 1']);
  // A Service that comes later is divided at the next sync.
  one.apply(service('late', { app: 'web' }));
  one.apply(service('none', {}));
  one.edit(row, (spec) => ({ ...spec, replicas: 2 }));
  one.run(10);
  expect(divided.slice(1)).toEqual(['20 late 1']);
  one.user.delete(row);
  one.run(10);
  expect(divided.slice(2)).toEqual(['30 all ', '30 late ']);
});

it('syncs at an alarm, at once for one in the past', () => {
  const { one, syncs } = rigWith((context) => {
    if (syncs.length === 1) context.alarm(100e6);
  });
  one.apply(deploymentOf(0));
  one.run(99);
  const before = syncs.length;
  one.run(2);
  expect(syncs.slice(before)).toEqual([100]);
});

it.each([
  [
    (context: RolloutContext, set: ReplicaSet) => context.setWeights([set, -1]),
    'expected a weight of 0 or more, got -1',
  ],
  [
    (context: RolloutContext, set: ReplicaSet) => context.setWeights([set, NaN]),
    'expected a weight of 0 or more, got NaN',
  ],
  [(context: RolloutContext) => context.readings(0), 'expected a window above 0 µs, got 0'],
  [(context: RolloutContext) => context.alarm(NaN), 'expected a time, got NaN'],
])('refuses what makes no sense', (act, message) => {
  const { one } = rigWith(act);
  expect(() => one.apply(deploymentOf(1))).toThrow(new InputError(`the rollout of Deployment default/web: ${message}`));
});
