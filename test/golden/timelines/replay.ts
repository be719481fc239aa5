// Runs a recording's scenario with its own fake kubelets, and gives the figures of our run.
import { builtInFamilies } from '../../../src/world/families.ts';
import { buildWorld, type World } from '../../../src/world/build.ts';
import { FakeMetrics, loadOf } from './autoscaler.ts';
import { FakeKubelets } from './fake-kubelets.ts';
import { type Phase, phasesOf } from './figures.ts';
import { Observer } from './observer.ts';
import type { Entry, RecordedRun, Recording } from './recording.ts';
import { endOf, scenarioOf, zeroOf } from './scenario.ts';

export interface Replay {
  readonly phases: readonly Phase[];
  readonly entries: readonly Entry[];
  readonly requests: Readonly<Record<string, number>>;
}

/** Runs once; `seed` is only that of the control plane's own delays. */
export function replay(recording: Recording, run: RecordedRun, seed: number): Replay {
  const zeroUs = Math.round(zeroOf(run) * 1e6);
  const renewals = run.summary.last_lease_renewal_t ?? {};
  const metrics = new FakeMetrics(
    run.summary.actions,
    zeroUs,
    () => world.state,
    () => world.engine.now,
  );
  const world: World = buildWorld(scenarioOf(recording, run), seed, {
    families: builtInFamilies,
    check: true,
    ...(run.summary.actions.some((action) => loadOf(action) !== undefined) && { resourceMetrics: metrics }),
    nodeAgents: (engine, api) =>
      new FakeKubelets(engine, api, {
        delays: run.delays,
        lastRenewalUs: (node) => {
          const known = renewals[api.state.nodeName(node)];
          // Nobody looks closely at the others: their phases are spread over the ten seconds.
          return known === undefined ? -((node * 3_819_660) % 10e6) : zeroUs + Math.round(known * 1e6);
        },
      }),
  });
  const observer = new Observer(world.api, zeroUs);
  world.engine.run(zeroUs + endOf(recording, run) * 1e6);
  const entries = observer.finish();
  return { entries, phases: phasesOf(entries, run.summary.actions), requests: observer.requests };
}
