// Requests by the revision that served them, against the rates and shares that the scenario sets.
import { describe, expect, it } from 'vitest';
import { deployment, scenario, service } from '../support/manifests.ts';
import { runScenario } from '../support/world-rig.ts';

const BEHAVIORS = `  behaviors:
    - { image: "web:1", requests: { service: { constant: 10ms } } }
    - { image: "web:2", requests: { service: { constant: 20ms }, errorRate: 0.2 } }
    - { image: "front", requests: { service: { constant: 1ms } }, calls: [{ service: web }] }
`;

function run(expectations: readonly string[], more = '', objects = '', spec = '') {
  return runScenario(
    scenario(
      3,
      `  duration: 8m
  interval: 10s
${BEHAVIORS}${more === '' ? '  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 50/s } }, start: 1m, clients: 500 }]\n' : more}  timeline:
    - { at: 2m, setImage: { deployment: web, container: main, image: "web:2" } }
    - { at: 4m, rolloutUndo: { deployment: web } }
  expect: ${JSON.stringify(expectations)}
${spec}`,
    ) +
      deployment('web', { replicas: 4, image: 'web:1' }) +
      service('web') +
      objects,
  );
}

const whole = [
  'revision.web.1.error_ratio < 0.01',
  'revision.web.2.error_ratio > 0',
  'revision.web.2.count > 0',
  'revision.web.2.users > 0',
  'revision.web.3.error_ratio < 0.01',
  'revision.web.1.mean < 29ms',
  'revision.web.2.p50 > 29ms',
  'revision.web.2.time_to_detect < 10m',
  'revision.web.2.time_to_undo < 10m',
  'revision.web.2.rate during 3m..4m > 40/s',
  'revision.web.others.count during 3m..4m == 0',
  'revision.web.newest.count during 3m..4m > 0',
  'revision.web.3.time_to_detect > 10m',
  'rollout.web.extra_pod_hours > 0',
];

describe('requests by revision', () => {
  const outcome = run(whole);
  const { measure } = outcome.world;
  const rows = [...(measure.revisionsServed?.rows() ?? [])];
  const value = (text: string): number => outcome.verdicts[whole.indexOf(text)].actual ?? Number.NaN;

  it('holds every expectation', () => {
    expect(outcome.verdicts.filter(({ pass }) => !pass).map(({ expectation: { text } }) => text)).toEqual([]);
  });

  it('says of every finished attempt which revision served it', () => {
    const ended = measure.services.filter(({ service: name }) => name === 'web');
    const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
    expect(sum(rows.map(({ requests }) => requests))).toBe(sum(ended.map(({ requests }) => requests)));
    expect(sum(rows.map(({ errors }) => errors))).toBe(sum(ended.map(({ errors }) => errors)));
  });

  it('numbers a revision again when it is undone, as kubectl does', () => {
    expect([...new Set(rows.map(({ revision }) => revision))]).toEqual([1, 2, 3]);
    const hashes = (number: number) =>
      new Set(rows.filter((row) => row.revision === number).map((row) => row.pod_template_hash));
    expect(hashes(1)).toEqual(hashes(3));
    expect(hashes(2)).not.toEqual(hashes(1));
  });

  it('fails as often as the build does: a fifth, within four standard errors', () => {
    const count = value('revision.web.2.count > 0');
    expect(Math.abs(value('revision.web.2.error_ratio > 0') - 0.2)).toBeLessThan(4 * Math.sqrt(0.16 / count));
  });

  it('counts a user once: 6,000 requests of 500 users leave nobody out', () => {
    expect(value('revision.web.2.users > 0')).toBe(500);
    expect(Math.max(...rows.map(({ new_users }) => new_users))).toBeLessThanOrEqual(500);
  });

  it('was detected when it was undone, two minutes after its start less the time of the first pod, and undone in seconds', () => {
    const detected = value('revision.web.2.time_to_detect < 10m') / 1e6;
    expect(detected).toBeGreaterThan(90);
    expect(detected).toBeLessThan(120);
    const undone = value('revision.web.2.time_to_undo < 10m') / 1e6;
    expect(undone).toBeGreaterThan(1);
    expect(undone).toBeLessThan(60);
    expect(value('revision.web.3.time_to_detect > 10m')).toBe(Infinity);
  });

  it('has at most one pod above four for as long as the two rollouts took', () => {
    const hours = value('rollout.web.extra_pod_hours > 0');
    expect(hours).toBeGreaterThan(0);
    expect(hours).toBeLessThan((2 * 60) / 3600);
  });
});

it('finds the user of a request deep in the tree, and none of pods without revisions', () => {
  const traffic = `  traffic: [{ name: users, to: front, arrivals: { poisson: { rate: 50/s } }, start: 1m, clients: 300 }]\n`;
  const front = `---
apiVersion: v1
kind: Pod
metadata: { name: front, labels: { app: front } }
spec: { containers: [{ name: main, image: front }] }
${service('front')}`;
  const outcome = run(['revision.web.2.users == 300', 'revision.web.2.count > 3000'], traffic, front);
  expect(outcome.verdicts.map(({ pass }) => pass)).toEqual([true, true]);
  const rows = [...(outcome.world.measure.revisionsServed?.rows() ?? [])];
  expect(new Set(rows.map(({ workload }) => workload))).toEqual(new Set(['web']));
});

it('knows the revisions of StatefulSets and DaemonSets, and is not there when nothing rolls out', () => {
  const outcome = runScenario(
    scenario(
      2,
      `  duration: 5m
  interval: 10s
${BEHAVIORS}  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 50/s } }, start: 1m }]
  timeline: [{ at: 2m, setImage: { kind: StatefulSet, name: web, container: main, image: "web:2" } }]
  expect: ["revision.web.1.count > 0", "revision.web.newest.error_ratio > 0.1"]`,
    ) +
      deployment('web', { replicas: 2, image: 'web:1' }).replace('kind: Deployment', 'kind: StatefulSet') +
      service('web'),
  );
  expect(outcome.verdicts.map(({ pass }) => pass)).toEqual([true, true]);
  const still = runScenario(scenario(2, `  duration: 1m`) + deployment('web', {}) + service('web'));
  expect(still.world.measure.revisionsServed).toBeUndefined();
});
