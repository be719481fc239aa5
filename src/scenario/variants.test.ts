// The variants of a bench: how they are written, what each of them changes, and what is refused.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deployment, scenarioOf } from '../../test/support/manifests.ts';
import { expandJobs } from './expand.ts';
import { figures } from '../world/figures/index.ts';
import { type LoadOptions, loadScenario } from './load.ts';

const none = z.strictObject({});
const families = {
  balancers: new Map([['Random', none]]),
  arrivals: new Map(),
  faults: new Map(),
  jobQueues: new Map(),
  nodeAutoscalers: new Map(),
  policies: new Map(),
  rollouts: new Map(),
  figures,
  schedulerPlugins: new Map([
    ['Tetris', none],
    ['FirstFit', none],
  ]),
};

const scenario = (spec: string) =>
  scenarioOf(`  duration: 5m\n${spec}`) + deployment('web', { replicas: 2, container: 'web', image: 'nginx' });

const load = (text: string, options: Partial<LoadOptions> = {}) =>
  loadScenario([{ file: 'test.yaml', text }], { families, ...options });
const jobsOf = (text: string, options: Partial<LoadOptions> = {}) =>
  expandJobs(load(text, options), { families, bench: true });

const three = scenario(`  seeds: 2
  bench:
    - default
    - Tetris
    - { name: four, set: { "Deployment/web:/spec/replicas": 4, spec.warmup: 1m } }
  expect: ["pods.ready > 0", "pods.ready where variant=four == 4"]`);

describe('variants', () => {
  it('are jobs with a folder of their own, in their order, each with every seed', () => {
    const jobs = jobsOf(three);
    expect(jobs.map(({ id }) => id)).toEqual([
      'variant-default/seed-1',
      'variant-default/seed-2',
      'variant-Tetris/seed-1',
      'variant-Tetris/seed-2',
      'variant-four/seed-1',
      'variant-four/seed-2',
    ]);
    expect(jobs[2].axes).toEqual([{ path: 'variant', label: 'variant', value: 'Tetris' }]);
    expect(jobs[2].set).toEqual(['spec.scheduler.policy="Tetris"']);
    expect(structuredClone(jobs[4])).toEqual(jobs[4]);
  });

  it('remove what they set to null', () => {
    const text = scenario(`  bench:
    - { name: as-it-is, set: {} }
    - { name: one, set: { "Deployment/web:/spec/replicas": null } }`);
    const replicas = jobsOf(text).map(({ loaded }) => (loaded.objects[0].object.spec as { replicas: number }).replicas);
    expect(replicas).toEqual([2, 1]);
  });

  it('are told when they remove what is not there', () => {
    const text = scenario(`  bench:
    - { name: one, set: { "Deployment/web:/spec/strategy": null } }`);
    expect(() => jobsOf(text)).toThrow('null removes a field, and there is no spec.strategy');
  });

  it('set what they say in the scenario and in objects', () => {
    const [first, , tetris, , four] = jobsOf(three).map(({ loaded }) => loaded);
    expect([first.scenario.scheduler.policy, tetris.scenario.scheduler.policy]).toEqual([
      { name: 'default', args: {} },
      { name: 'Tetris', args: {} },
    ]);
    expect(four.scenario.scheduler.policy).toBeUndefined();
    expect(four.scenario.warmupUs).toBe(60e6);
    const web = four.objects.find(({ object }) => object.kind === 'Deployment');
    expect(web?.object['spec']).toMatchObject({ replicas: 4 });
  });

  it('are what expectations with `where variant` are about', () => {
    const applies = jobsOf(three).map(({ loaded }) => loaded.scenario.expect.map((one) => one.applies));
    expect(applies.filter(([everywhere]) => everywhere)).toHaveLength(6);
    expect(applies.flatMap(([, four], at) => (four ? [at] : []))).toEqual([4, 5]);
    // wavetank run and wavetank sweep leave them alone.
    const [alone] = expandJobs(load(three), { families, base: true });
    expect(alone.id).toBe('seed-1');
    expect(alone.loaded.scenario.expect.map((one) => one.applies)).toEqual([true, false]);
  });

  it('do not change the hash of the scenario as it stands', () => {
    expect(load(three).hash).toBe(load(scenario('  seeds: 2')).hash);
  });

  it('of the command line take the place of the scenario’s', () => {
    const jobs = jobsOf(three, { bench: ['FirstFit'] });
    expect(jobs.map(({ id }) => id)).toEqual(['variant-FirstFit/seed-1', 'variant-FirstFit/seed-2']);
    // An expectation about a variant that is not there is about none of them.
    expect(jobs[0].loaded.scenario.expect.map((one) => one.applies)).toEqual([true, false]);
  });

  it('that choose a scheduler by name leave the arguments of the scenario’s profiles, and profiles take the place of a name', () => {
    const profiles = '[{ schedulerName: default-scheduler }]';
    const [tetris, other] = jobsOf(
      scenario(`  scheduler: { profiles: ${profiles} }
  bench: [Tetris, { name: other, set: { spec.warmup: 1s } }]`),
    ).map(({ loaded, set }) => ({ ...loaded.scenario.scheduler, set }));
    expect(tetris.profiles).toHaveLength(1);
    expect(tetris.policy).toEqual({ name: 'Tetris', args: {} });
    expect(tetris.set).toEqual(['spec.scheduler.policy="Tetris"']);
    expect(other.profiles).toHaveLength(1);
    const [instead] = jobsOf(
      scenario(`  scheduler: { policy: Tetris }
  bench: [{ name: own, set: { spec.scheduler.profiles: ${profiles} } }]`),
    );
    expect(instead.loaded.scenario.scheduler.policy).toBeUndefined();
  });

  it.each([
    [
      '[Tetriss]',
      'test.yaml:6:11: spec.bench[0]: unknown scheduler "Tetriss", expected one of default, Tetris, FirstFit (did you mean "Tetris"?)',
    ],
    [
      '[Tetris, tetris]',
      'unknown scheduler "tetris", expected one of default, Tetris, FirstFit (did you mean "Tetris"?)',
    ],
    ['[Tetris, { name: TETRIS, set: {} }]', 'duplicate variant "TETRIS"'],
    ['[{ name: "a,b", set: {} }]', 'expected a name of letters, digits, "-", "+", "." and "_"'],
    ['[{ name: "", set: {} }]', 'expected a name of letters'],
    ['[{ set: {} }]', 'spec.bench[0].name: is required'],
    ['[{ name: a, sett: {} }]', 'unknown field "sett", expected one of name, set (did you mean "set"?)'],
    ['[{ name: a, set: { web: 1 } }]', 'expected a path such as'],
    ['[{ name: a, set: { spec.__proto__.x: 1 } }]', 'the key "__proto__" is refused'],
    ['[7]', 'spec.bench[0]'],
    ['Tetris', 'spec.bench'],
  ])('%s are refused', (bench, complaint) => {
    expect(() => load(scenario(`  bench: ${bench}`))).toThrow(complaint);
  });

  it('that set what does not exist are reported when they are created', () => {
    const text = scenario('  bench: [{ name: a, set: { "Deployment/wob:/spec/replicas": 1 } }]');
    expect(() => jobsOf(text)).toThrow(/^test\.yaml:6:\d+: there is no Deployment\/default\/wob in the input/);
    expect(() => jobsOf(scenario('  bench: [{ name: b, set: { spec.warmup: soon } }]'))).toThrow(
      /^test\.yaml:6:\d+: spec\.warmup: expected a duration/,
    );
  });
});
