// A strategy that uses time, alarms, weights and readings, in whole runs: a good build, a slow one, and another one after it.
import { expect, it } from 'vitest';
import { extended } from '../../src/lib/family.ts';
import { EVERY_ENDPOINT } from '../../src/model/endpoints.ts';
import { expandJobs } from '../../src/scenario/expand.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { buildWorld, type World } from '../../src/world/build.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { Outcome } from '../../src/traffic/calls.ts';
import { deployment, scenarioOf, service } from '../support/manifests.ts';
import { careful } from './careful-rollout.ts';
import type { ClassRow } from '../../src/model/rows.ts';

const families = { ...builtInFamilies, rollouts: extended(builtInFamilies.rollouts, [careful]) };

/** Ten pods that take 10 ms for each request, 1,000 requests a second, and from 30 s on the images at the given times. */
function worldWith(times: Readonly<Record<string, string>>, images: readonly (readonly [at: string, image: string])[]) {
  const head = scenarioOf(`  preset: ideal
  duration: 5m
  interval: 5s
  cluster: { nodePools: [{ name: node, count: 4 }] }
  rollouts: { web: { Careful: { bake: 60s } } }
  behaviors:
${Object.entries(times)
  .map(([image, time]) => `    - { image: "${image}", requests: { service: { constant: ${time} } } }`)
  .join('\n')}
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 1000/s } }, start: 30s }]
  timeline:
${images.map(([at, image]) => `    - { at: ${at}, setImage: { deployment: web, image: "${image}" } }`).join('\n')}`);
  const text = head + deployment('web', { replicas: 10, image: 'web:1' }) + service('web');
  const schemas = familySchemas(families);
  const [job] = expandJobs(loadScenario([{ file: 'test.yaml', text }], { families: schemas }), { families: schemas });
  return buildWorld(job.loaded, job.seed, { families, check: true });
}

/** Replicas by revision in the last interval before the time, where the run now is. */
function replicasAt(world: World, seconds: number): Record<string, number> {
  world.engine.run(seconds * 1e6);
  const rows = world.measure.revisions.filter(({ time_seconds }) => time_seconds === seconds);
  return Object.fromEntries(rows.map((row) => [row.revision, row.kube_replicaset_status_replicas]));
}

function failed({ traffic: { meters } }: World): number {
  return meters.ended(0) - meters.total(0, Outcome.Ok);
}

it('goes on after a time when the new revision is as fast; until then it gets a tenth of the requests', () => {
  const world = worldWith({ 'web:1': '10ms', 'web:2': '10ms' }, [['1m', 'web:2']]);
  const watch = world.traffic.readings.watch(EVERY_ENDPOINT, 50e6);
  const share = (image: string): number => {
    const { classes } = world.state;
    const admits = (podClass: ClassRow) => classes.get(podClass).spec.containers[0].image === image;
    return watch.read('rate', { key: image, admits }) ?? 0;
  };
  expect(replicasAt(world, 55)).toEqual({ 1: 10 });
  expect(replicasAt(world, 115)).toEqual({ 1: 10, 2: 1 });
  // 50 s of a tenth of 1,000 requests a second: four standard errors of 5,000 are 5.7 %.
  expect(Math.abs(share('web:2') - 100)).toBeLessThan(5.7);
  expect(Math.abs(share('web:1') - 900)).toBeLessThan(17);
  expect(replicasAt(world, 130)).toEqual({ 2: 10 });
  expect(replicasAt(world, 200)).toEqual({ 2: 10 });
  expect(Math.abs(share('web:2') - 1000)).toBeLessThan(18);
  expect(failed(world)).toBe(0);
});

it('stops when the new revision is slower, and starts over with the next one', () => {
  const world = worldWith({ 'web:1': '10ms', 'web:2': '15ms', 'web:3': '11ms' }, [
    ['1m', 'web:2'],
    ['3m', 'web:3'],
  ]);
  expect(replicasAt(world, 115)).toEqual({ 1: 10, 2: 1 });
  expect(replicasAt(world, 175)).toEqual({ 1: 10 });
  expect(replicasAt(world, 235)).toEqual({ 1: 10, 3: 1 });
  expect(replicasAt(world, 250)).toEqual({ 3: 10 });
  expect(failed(world)).toBe(0);
});
