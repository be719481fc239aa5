// PodGC's threshold of pods that have ended (pkg/controller/podgc gcTerminated): 12,500 stay, the oldest go first.
import { expect, it } from 'vitest';
import { idealControllers, Rig } from '../../../test/controllers/rig.ts';
import { PodBit, PodPhase } from '../../model/pods.ts';
import type { PodRow } from '../../model/rows.ts';

it('keeps the 12,500 youngest of the pods that have ended', () => {
  const rig = new Rig({ controllers: idealControllers, readyUs: Infinity });
  const { engine, state, user } = rig;
  const made = user.podClass('default', { spec: { containers: [{ name: 'c', image: 'x' }] } });
  const total = 12_503;
  const make = engine.kind('make', (i) => void user.createPod(made.id, -1, `p${i}`));
  for (let i = 0; i < total; i += 1) engine.at(i, make, i, 0);
  engine.run(1e6);
  // Rows and ages are not in one order here: p7 is deleted, and its row used again by the youngest.
  user.deletePod(state.findPod('default', 'p7'), 1);
  engine.run(2e6);
  user.createPod(made.id, -1, 'last');
  engine.run(3e6);
  for (let pod = 0 as PodRow; pod < state.pods.length; pod = (pod + 1) as PodRow) {
    const bits = pod % 2 === 0 ? PodPhase.Succeeded : PodPhase.Failed;
    user.patchPodStatus({ pod, epoch: state.pods.epoch[pod], mask: PodBit.PhaseMask, bits });
  }
  engine.run(60e6);
  expect(state.pods.count).toBe(12_500);
  const gone = ['p0', 'p1', 'p2', 'p3', 'last'].map((name) => state.findPod('default', name) < 0);
  expect(gone).toEqual([true, true, true, false, false]);
});
