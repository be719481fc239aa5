// `wavetank list scheduler-plugins`: points and weights as kube-scheduler 1.36's default_plugins.go has them.
import { expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';

interface Listed {
  readonly family: string;
  readonly members: readonly {
    readonly name: string;
    readonly extensionPoints: readonly string[];
    readonly inDefaultProfile: boolean;
    readonly defaultWeight?: number;
    readonly arguments: readonly { readonly name: string; readonly default?: unknown }[];
  }[];
}

it('prints points, weights and arguments', async () => {
  const { stdout, status } = await wavetank(['list', 'scheduler-plugins', '--json'], '.');
  expect(status).toBe(0);
  const { family, members } = JSON.parse(stdout) as Listed;
  expect(family).toBe('schedulerPlugins');
  const byName = new Map(members.map((one) => [one.name, one]));
  const weights = Object.fromEntries(
    members.flatMap(({ name, defaultWeight }) => (defaultWeight === undefined ? [] : [[name, defaultWeight]])),
  );
  expect(weights).toMatchObject({
    TaintToleration: 3,
    NodeAffinity: 2,
    NodeResourcesFit: 1,
    PodTopologySpread: 2,
    InterPodAffinity: 2,
    NodeResourcesBalancedAllocation: 1,
    ImageLocality: 1,
  });
  expect(byName.get('PrioritySort')?.extensionPoints).toEqual(['queueSort']);
  expect(byName.get('NodeResourcesFit')?.extensionPoints).toEqual(['preFilter', 'filter', 'preScore', 'score']);
  expect(byName.get('DefaultBinder')).toMatchObject({ extensionPoints: ['bind'], inDefaultProfile: true });
  const hard = byName.get('InterPodAffinity')?.arguments.find(({ name }) => name === 'hardPodAffinityWeight');
  expect(hard?.default).toBe(1);
});

it('says what is in an argument', async () => {
  const { stdout } = await wavetank(['list', 'schedulerPlugins'], '.');
  expect(stdout).toMatch(/TaintToleration.*\n +at filter, preScore, score; in the default profile with weight 3\n/);
  expect(stdout).toMatch(/ {2}scoringStrategy\.type +LeastAllocated or MostAllocated or .* default LeastAllocated/);
  expect(stdout).toMatch(/ {2}scoringStrategy\.resources\[\]\.weight /);
});

it('fits a wide terminal', async () => {
  const { stdout } = await wavetank(['list', 'scheduler-plugins'], '.');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(200);
});
