// A kubelet does what it has heard: a deletion is nothing to it before its watch brings it.
import { expect, it } from 'vitest';
import { idealApi, rig, template } from '../../test/support/cluster-rig.ts';
import type { PodRow } from '../model/rows.ts';

const A = 0 as PodRow;
/** A watch brings everything three seconds late. */
const late = { ...idealApi, watchDelivery: { type: 'constant', value: 3e6 } } as const;

it('goes on with a pod that was deleted by force until it hears', () => {
  const one = rig({ api: late });
  one.pod('a', template(['x'], { terminationGracePeriodSeconds: 2 }), 'node-0');
  one.engine.run(20e6);
  one.client.deletePod(A, one.state.pods.epoch[A], 0);
  one.engine.run(22.9e6);
  expect(one.state.pods.alive[A]).toBe(0);
  expect(one.heard).toEqual(['5.5 started 0/0']);
  expect(one.kubelets.admitted.pods[0]).toBe(1);
  one.engine.run(60e6);
  expect(one.heard).toEqual(['5.5 started 0/0', '23 terminate 0/0', '25 killed 0/0']);
  expect(one.kubelets.admitted.pods[0]).toBe(0);
});

it('removes a finished pod when it hears that it was deleted', () => {
  const one = rig({
    api: late,
    behaviors: { job: { crash: { after: { type: 'constant', value: 4e6 }, exitCode: 0 } } },
  });
  const gone: number[] = [];
  one.api.podCommits.push((pod) => {
    if (one.state.pods.alive[pod] === 0) gone.push(one.engine.now / 1e6);
  });
  one.pod('a', template(['job'], { restartPolicy: 'Never' }), 'node-0');
  // The process ends at 7.5 s; its pod's deletion is committed before, and heard of after.
  one.engine.run(7e6);
  one.client.deletePod(A, one.state.pods.epoch[A]);
  one.engine.run(9.9e6);
  expect(one.state.pods.alive[A]).toBe(1);
  one.engine.run(60e6);
  expect(gone).toEqual([10]);
});

it('gives containers that end before it hears the grace of their spec', () => {
  const one = rig({ api: late });
  const spec = { terminationGracePeriodSeconds: 9, activeDeadlineSeconds: 20 };
  one.pod('a', template(['x'], spec), 'node-0');
  // The deadline passes at 23 s; a deletion with a grace of one second was committed at 22 s and comes at 25 s.
  one.engine.run(22e6);
  one.client.deletePod(A, one.state.pods.epoch[A], 1);
  one.engine.run(60e6);
  expect(one.heard.filter((line) => line.includes('killed'))).toEqual(['32 killed 0/0']);
});
