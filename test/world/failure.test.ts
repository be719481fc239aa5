// A run that breaks says what broke, when, in which event, with which seed.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LoadedPlugin } from '../../src/lib/plugin.ts';
import { builtInFamilies, withPlugin } from '../../src/world/families.ts';
import { runJob } from '../../src/world/run.ts';
import { Outcome } from '../../src/traffic/calls.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { jobOf, worldOf } from '../support/world-rig.ts';

const text =
  scenario(
    3,
    `  duration: 2m
  seed: 11
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 50/s } }, start: 30s }]`,
  ) +
  deployment('web', { replicas: 3 }) +
  service('web');

describe('a broken invariant', () => {
  it('is found in the whole world: a request that nobody holds, an answer that nobody asked for', () => {
    const lost = worldOf(text);
    lost.engine.run(60e6);
    lost.traffic.check();
    lost.traffic.meters.begin(0, lost.engine.now);
    expect(() => lost.traffic.check()).toThrow(/users/);

    const invented = worldOf(text);
    invented.engine.run(60e6);
    invented.traffic.meters.end(0, Outcome.Ok, 0, invented.engine.now);
    expect(() => invented.traffic.check()).toThrow(/users/);
  });

  it('is found by the scan of a run that is watched', () => {
    const world = worldOf(text);
    world.engine.run(60e6);
    const { pods } = world.state;
    const pod = [...pods.node.keys()].find((row) => pods.alive[row] === 1 && pods.node[row] >= 0) ?? -1;
    // The node shrinks under what its kubelet has admitted.
    world.state.nodes.cpuMilli[pods.node[pod]] = 50;
    expect(() => world.invariants?.scan()).toThrow(/admitted 100m cpu of 50m/);
  });
});

describe('a run that fails', () => {
  it('reports the event and the seed', () => {
    const broken = {
      name: 'Nowhere',
      summary: 'Chooses an endpoint that does not exist.',
      args: z.strictObject({}),
      create: () => ({ choose: () => 99 }),
    };
    const families = withPlugin(
      builtInFamilies,
      new LoadedPlugin({ balancers: [broken] }, ['balancers'], 'nowhere.mjs'),
    );
    const job = jobOf(text);
    const { scenario: settings } = job.loaded;
    const sabotaged = {
      ...job,
      loaded: {
        ...job.loaded,
        scenario: { ...settings, network: { ...settings.network, balancer: { name: 'Nowhere', args: {} } } },
      },
    };
    expect(() => runJob(sabotaged, { families, check: false })).toThrow(
      /a balancer chose endpoint 99 of 3\n {2}at 30\.\d+ s, event [\w.]+\(\d+, -?\d+\), seed 11$/,
    );
  });
});
