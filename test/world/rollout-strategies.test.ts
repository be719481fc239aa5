// The strategies Canary and BlueGreen of spec.rollouts, in whole clusters: who gets the requests when, and what makes them go back.
import { describe, expect, it } from 'vitest';
import { deployment, scenario, service } from '../support/manifests.ts';
import { eventsOf, runScenario } from '../support/world-rig.ts';

function run(strategy: string, image: string, timeline = '', duration = '10m') {
  return runScenario(
    scenario(
      4,
      `  duration: ${duration}
  interval: 10s
  kubelet: { cachedImages: ["*"] }
  behaviors:
    - { image: "web:1", startup: 1s, requests: { service: { constant: 10ms } } }
    - { image: "web:good", startup: 1s, requests: { service: { constant: 10ms } } }
    - { image: "web:slow", startup: 1s, requests: { service: { constant: 30ms } } }
    - { image: "web:bad", startup: 1s, requests: { service: { constant: 10ms }, errorRate: 0.2 } }
    - { image: "web:crash", startup: 1s, requests: { service: { constant: 10ms } }, crash: { after: 50s } }
    - { image: "web:never", startup: 1h }
  rollouts: { web: ${strategy} }
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 200/s } }, start: 30s, clients: 1000 }]
  timeline:
    - { at: 1m, setImage: { deployment: web, container: main, image: "${image}" } }
${timeline}`,
    ) +
      deployment('web', {
        replicas: 8,
        image: 'web:1',
        fields:
          ', readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 }, lifecycle: { preStop: { sleep: { seconds: 5 } } }',
      }) +
      service('web'),
  );
}

type Outcome = ReturnType<typeof run>;

/** The share of the requests that a revision got in the interval that ends then. */
function share({ world }: Outcome, seconds: number, revision: number): number {
  const rows = [...(world.measure.revisionsServed?.rows() ?? [])].filter(
    ({ time_seconds }) => time_seconds === seconds,
  );
  const of = (wanted: readonly (typeof rows)[number][]): number =>
    wanted.reduce((sum, { requests }) => sum + requests, 0);
  return of(rows.filter((row) => row.revision === revision)) / of(rows);
}

function sizes({ world }: Outcome, seconds: number): Record<number, number> {
  const rows = world.measure.revisions.filter(({ time_seconds }) => time_seconds === seconds);
  return Object.fromEntries(rows.map((row) => [row.revision, row.kube_replicaset_status_replicas]));
}

const aborts = (outcome: Outcome) => eventsOf(outcome, 'RolloutAborted').map(({ message }) => message);

describe('Canary', () => {
  it('gives the new revision its share at each step, beside all old pods, and then everything', () => {
    const outcome = run('{ Canary: { weights: [5%, 25%, 50%], pause: 1m } }', 'web:good');
    expect(sizes(outcome, 110)).toEqual({ 1: 8, 2: 1 });
    expect(share(outcome, 110, 2)).toBeCloseTo(0.05, 1);
    expect(sizes(outcome, 170)).toEqual({ 1: 8, 2: 2 });
    expect(Math.abs(share(outcome, 170, 2) - 0.25)).toBeLessThan(0.05);
    expect(sizes(outcome, 230)).toEqual({ 1: 8, 2: 4 });
    expect(Math.abs(share(outcome, 230, 2) - 0.5)).toBeLessThan(0.05);
    expect(sizes(outcome, 300)).toEqual({ 2: 8 });
    expect(share(outcome, 300, 2)).toBe(1);
    expect(outcome.summary.requests_failed_total).toBe(0);
    expect(aborts(outcome)).toEqual([]);
  });

  it.each([
    ['web:bad', 'error_ratio > 2%'],
    ['web:slow', 'p99 > 1.2x'],
    ['web:crash', 'restarts > 0'],
  ])('gives %s up when %s, and stays so until another template comes', (image, condition) => {
    const outcome = run(
      `{ Canary: { pause: 2m, stop: ["${condition}"] } }`,
      image,
      `    - { at: 6m, setImage: { deployment: web, container: main, image: "web:good" } }\n`,
      '14m',
    );
    expect(aborts(outcome)).toEqual([expect.stringMatching(new RegExp(`^${condition} holds for ReplicaSet "web-`))]);
    expect(sizes(outcome, 350)).toEqual({ 1: 8 });
    expect(share(outcome, 350, 1)).toBe(1);
    expect(sizes(outcome, 840)).toEqual({ 3: 8 });
  });

  it('is undone at once, and needs no steps on the way back to what served before', () => {
    const back = `    - { at: 2m, rolloutUndo: { deployment: web } }\n`;
    const early = run('{ Canary: { pause: 5m } }', 'web:good', back);
    expect(sizes(early, 140)).toEqual({ 3: 8 });
    expect(share(early, 140, 3)).toBe(1);
    const late = run('{ Canary: { weights: [50%], pause: 10s } }', 'web:good', back.replace('2m', '3m'));
    expect(sizes(late, 170)).toEqual({ 2: 8 });
    expect(sizes(late, 220)).toEqual({ 3: 8 });
    expect(late.summary.requests_failed_total).toBe(0);
  });

  it('leaves the requests with the old pods while no new one is ready', () => {
    const outcome = run('{ Canary: {} }', 'web:never');
    expect(sizes(outcome, 600)).toEqual({ 1: 8, 2: 1 });
    expect(outcome.summary.requests_failed_total).toBe(0);
  });

  it('follows a change of the size in the middle, and one to nothing', () => {
    const outcome = run(
      '{ Canary: { pause: 3m } }',
      'web:good',
      `    - { at: 2m, scale: { deployment: web, replicas: 12 } }\n    - { at: 9m, scale: { deployment: web, replicas: 0 } }\n`,
    );
    expect(sizes(outcome, 150)).toEqual({ 1: 12, 2: 1 });
    expect(sizes(outcome, 600)).toEqual({});
  });
});

describe('BlueGreen', () => {
  it('switches all requests at once when all new pods are there, and keeps the old ones for a while', () => {
    const outcome = run('{ BlueGreen: { keep: 2m } }', 'web:good');
    expect(sizes(outcome, 90)).toEqual({ 1: 8, 2: 8 });
    expect(share(outcome, 90, 2)).toBe(1);
    expect(sizes(outcome, 240)).toEqual({ 2: 8 });
    expect(outcome.summary.requests_failed_total).toBe(0);
  });

  it('switches back when a condition holds', () => {
    const outcome = run('{ BlueGreen: { stop: ["error_ratio > 5%"] } }', 'web:bad');
    expect(aborts(outcome)).toHaveLength(1);
    expect(share(outcome, 120, 1)).toBe(1);
    expect(sizes(outcome, 150)).toEqual({ 1: 8 });
  });
});
