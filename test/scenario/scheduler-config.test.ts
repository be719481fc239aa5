// KubeSchedulerConfigurations: what they set, what the real component rejects (apis/config/validation, framework/runtime), and where that is said.
import { describe, expect, it } from 'vitest';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { complaints, HEADER, load, schemaRefuses } from './tank.ts';

const HEAD = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';
const families = familySchemas(builtInFamilies);

function loadConfig(text: string, scheduler = '', more = '') {
  const scenario = `${HEADER}  duration: 1m\n  scheduler: { config: scheduler.yaml${scheduler} }\n${more}`;
  return load(scenario, {
    families,
    readFile: (file) => {
      if (file !== 'scheduler.yaml' && file !== 'other.yaml') throw new Error(`no ${file}`);
      return { file, text: file === 'other.yaml' ? `${HEAD}percentageOfNodesToScore: 7\n` : text };
    },
  });
}

const rejected = (text: string): string => complaints(() => loadConfig(text));

describe('a configuration', () => {
  it('sets what it says and leaves the rest at the defaults', () => {
    const { scenario, assumptions } = loadConfig(
      `${HEAD}percentageOfNodesToScore: 30\npodMaxBackoffSeconds: 60\nclientConnection: { qps: 200 }\n`,
    );
    expect(scenario.scheduler).toMatchObject({
      percentageOfNodesToScore: 30,
      podInitialBackoffUs: 1e6,
      podMaxBackoffUs: 60e6,
    });
    expect(scenario.controlPlane.clients.scheduler).toEqual({ qps: 200, burst: 100 });
    const assumed = assumptions.map(({ field }) => field);
    expect(assumed).toContain('spec.scheduler.podInitialBackoff');
    expect(assumed).not.toContain('spec.scheduler.podMaxBackoff');
    expect(assumed).not.toContain('spec.controlPlane.clients.scheduler.qps');
  });

  it('may be written inline, and is then found by its path in the scenario', () => {
    const config = `{ apiVersion: kubescheduler.config.k8s.io/v1, kind: KubeSchedulerConfiguration, podInitialBackoffSeconds: `;
    const scenario = (seconds: string) => `${HEADER}  duration: 1m\n  scheduler:\n    config: ${config}${seconds} }\n`;
    expect(load(scenario('3'), { families }).scenario.scheduler.podInitialBackoffUs).toBe(3e6);
    expect(complaints(() => load(scenario('0'), { families }))).toMatch(
      /^s\.yaml:7:\d+: spec\.scheduler\.config\.podInitialBackoffSeconds: expected a number of at least 1, got 0$/,
    );
  });

  it('is completed by editors', () => {
    const inline = (text: string): string =>
      `${HEADER}  duration: 1m\n  scheduler: { config: { apiVersion: kubescheduler.config.k8s.io/v1, kind: KubeSchedulerConfiguration, ${text} } }\n`;
    expect(
      schemaRefuses(
        inline(
          'leaderElection: { leaseDuration: 20s }, profiles: [{ plugins: { filter: { enabled: [{ name: VolumeZone }], disabled: [{ name: Gone }] } } }]',
        ),
      ),
    ).toBe(false);
    expect(schemaRefuses(inline('paralelism: 3'))).toBe(true);
    expect(schemaRefuses(inline('profiles: [{ plugins: { filter: { enabled: [{ name: Gone }] } } }]'))).toBe(true);
    expect(schemaRefuses(`${HEADER}  duration: 1m\n  scheduler: { config: scheduler.yaml }\n`)).toBe(false);
  });

  it('counts in the hash of the scenario', () => {
    const hash = (text: string) => loadConfig(text).hash;
    expect(hash(`${HEAD}podMaxBackoffSeconds: 10\n`)).toBe(hash(HEAD));
    expect(hash(`${HEAD}podMaxBackoffSeconds: 11\n`)).not.toBe(hash(HEAD));
  });

  it('has several profiles, each for the pods that ask for it', () => {
    const { scenario } = loadConfig(
      `${HEAD}profiles: [{ schedulerName: a }, { schedulerName: b, percentageOfNodesToScore: 5 }]\n`,
    );
    expect(scenario.scheduler.profiles).toEqual([
      { schedulerName: 'a' },
      { schedulerName: 'b', percentageOfNodesToScore: 5 },
    ]);
  });

  it('has arguments that say of which type they are', () => {
    const args = (kind: string) =>
      `${HEAD}profiles: [{ pluginConfig: [{ name: NodeAffinity, args: { apiVersion: kubescheduler.config.k8s.io/v1, kind: ${kind}, addedAffinity: { } } }] }]\n`;
    const [profile] = loadConfig(args('NodeAffinityArgs')).scenario.scheduler.profiles ?? [];
    expect(profile).toMatchObject({ pluginConfig: [{ name: 'NodeAffinity', args: { addedAffinity: {} } }] });
    expect(rejected(args('NodeResourcesFitArgs'))).toContain(
      'args.kind: expected NodeAffinityArgs as the kind of NodeAffinity\'s arguments, got "NodeResourcesFitArgs"',
    );
  });

  it('says which of its fields do nothing, and --strict refuses them', () => {
    const text = `${HEAD}parallelism: 4\nleaderElection: { leaderElect: true }\nprofiles: [{ plugins: { multiPoint: { disabled: [{ name: NodeDeclaredFeatures }, { name: Gone }] } } }]\n`;
    const { ignored } = loadConfig(text);
    expect(ignored.map(({ object, path, place }) => `${place.line} ${object}: ${path}`)).toEqual([
      '3 KubeSchedulerConfiguration: parallelism (decisions are made by one worker, whatever the number)',
      '4 KubeSchedulerConfiguration: leaderElection (there is one scheduler, which holds the lease)',
      '5 KubeSchedulerConfiguration: profiles[0].plugins.multiPoint.disabled[0] (NodeDeclaredFeatures is not simulated)',
      '5 KubeSchedulerConfiguration: profiles[0].plugins.multiPoint.disabled[1] (Gone is not simulated)',
    ]);
    const scenario = `${HEADER}  duration: 1m\n  scheduler: { config: scheduler.yaml }\n`;
    const strict = () =>
      load(scenario, { families, strict: true, readFile: (file) => ({ file, text: `${HEAD}parallelism: 4\n` }) });
    expect(complaints(strict)).toContain('scheduler.yaml:3:1: parallelism');
  });

  it('may be an axis of a sweep: its files are read', () => {
    const axis = '  sweep: { spec.scheduler.config: [scheduler.yaml, other.yaml] }\n';
    expect(loadConfig(HEAD, '', axis).files.map(({ file }) => file)).toEqual(['scheduler.yaml', 'other.yaml']);
  });

  it('does not say again what the scenario says', () => {
    const twice = () => loadConfig(`${HEAD}podMaxBackoffSeconds: 20\n`, ', podMaxBackoff: 5s');
    expect(complaints(twice)).toBe(
      's.yaml:6:40: spec.scheduler.podMaxBackoff: is also set by spec.scheduler.config (podMaxBackoffSeconds): leave it out here',
    );
    expect(loadConfig(HEAD, ', podMaxBackoff: 5s').scenario.scheduler.podMaxBackoffUs).toBe(5e6);
  });
});

const profile = (text: string): string => `profiles:\n- ${text}\n`;
const fit = (strategy: string): string =>
  profile(`pluginConfig: [{ name: NodeResourcesFit, args: { scoringStrategy: ${strategy} } }]`);
const args = (plugin: string, text: string): string => profile(`pluginConfig: [{ name: ${plugin}, args: ${text} }]`);

const REJECTED: readonly (readonly [what: string, text: string, message: string])[] = [
  ['parallelism of zero', 'parallelism: 0', '3:14: parallelism: expected a number of at least 1, got 0'],
  [
    'a percentage above 100',
    'percentageOfNodesToScore: 101',
    'percentageOfNodesToScore: expected a number of at most 100',
  ],
  [
    'a negative percentage',
    'percentageOfNodesToScore: -1',
    'percentageOfNodesToScore: expected a number of at least 0',
  ],
  [
    'a percentage of a profile',
    profile('percentageOfNodesToScore: 101'),
    'profiles[0].percentageOfNodesToScore: expected a number of at most 100',
  ],
  ['no back-off', 'podInitialBackoffSeconds: 0', 'podInitialBackoffSeconds: expected a number of at least 1'],
  [
    'back-offs in the wrong order',
    'podInitialBackoffSeconds: 5\npodMaxBackoffSeconds: 4',
    '4:23: podMaxBackoffSeconds: podMaxBackoffSeconds (4) must be at least podInitialBackoffSeconds (5)',
  ],
  [
    'a first back-off above the default longest one',
    'podInitialBackoffSeconds: 11',
    'podMaxBackoffSeconds (10) must be at least podInitialBackoffSeconds (11)',
  ],
  ['a negative burst', 'clientConnection: { burst: -1 }', 'clientConnection.burst: must not be negative'],
  ['an unknown field', 'healthzBindAddress: 0.0.0.0', 'unknown field "healthzBindAddress"'],
  ['an extender without a URL', 'extenders: [{ urlPrefix: x }]', 'extenders[0].urlPrefix: expected a URL'],
  [
    'an extender that scores without a weight',
    'extenders: [{ urlPrefix: "http://x", prioritizeVerb: p }]',
    'extenders[0].weight: must be above 0',
  ],
  [
    'two extenders that bind',
    'extenders: [{ urlPrefix: "http://x", bindVerb: b }, { urlPrefix: "http://y", bindVerb: b }]',
    'extenders[1].bindVerb: only one extender can implement bind, extenders[0] does',
  ],
  ['an extender that preempts', 'extenders: [{ urlPrefix: "http://x", preemptVerb: p }]', 'extenders[0].preemptVerb'],
  [
    'a lease shorter than its renewal',
    'leaderElection: { leaseDuration: 10s }',
    'leaderElection.leaseDuration: must be greater than renewDeadline (10s and 10s)',
  ],
  [
    'a renewal too near to the retries',
    'leaderElection: { renewDeadline: 2400ms, retryPeriod: 2s }',
    'leaderElection.renewDeadline: must be greater than 1.2 times retryPeriod (2.4s and 2s)',
  ],
  ['another lock', 'leaderElection: { resourceLock: endpoints }', 'resourceLock: must be "leases"'],
  ['a number as a duration', 'leaderElection: { retryPeriod: 2 }', 'expected a duration such as "15s"'],
  [
    'an unknown plugin',
    profile('plugins: { score: { enabled: [{ name: ImageLocalty }] } }'),
    'profiles[0].plugins.score.enabled[0].name: unknown plugin "ImageLocalty" (did you mean "ImageLocality"?)',
  ],
  [
    'a plugin of the past',
    profile('plugins: { filter: { enabled: [{ name: EBSLimits }] } }'),
    'unknown plugin "EBSLimits"',
  ],
  [
    'an unknown extension point',
    profile('plugins: { prescore: { } }'),
    'unknown extension point "prescore" (did you mean "preScore"?)',
  ],
  [
    'a weight beyond 32 bits',
    profile('plugins: { score: { enabled: [{ name: ImageLocality, weight: 2147483648 }] } }'),
    'weight: expected a number of at most 2147483647',
  ],
  [
    'a negative weight',
    profile('plugins: { score: { enabled: [{ name: ImageLocality, weight: -1 }] } }'),
    'weight: expected a number of at least 0',
  ],
  [
    'a plugin at a point that it does not extend',
    profile('plugins: { score: { enabled: [{ name: NodeName }] } }'),
    'profiles[0].plugins.score.enabled[0].name: NodeName does not extend score, it extends filter',
  ],
  [
    'a plugin twice at a point',
    profile('plugins: { filter: { enabled: [{ name: NodeName }, { name: NodeName }] } }'),
    'profiles[0].plugins.filter.enabled[1].name: NodeName is enabled twice at filter',
  ],
  [
    'no queue sort',
    profile('plugins: { queueSort: { disabled: [{ name: "*" }] } }'),
    'profiles[0].plugins.queueSort: exactly one queue sort plugin is required, there is none',
  ],
  [
    'no bind plugin',
    profile('plugins: { multiPoint: { disabled: [{ name: DefaultBinder }] } }'),
    'profiles[0].plugins.multiPoint: at least one bind plugin is required, there is none (enable DefaultBinder)',
  ],
  [
    'nothing at all',
    profile('plugins: { multiPoint: { disabled: [{ name: "*" }] } }'),
    'exactly one queue sort plugin is required, there is none',
  ],
  [
    'arguments twice',
    profile('pluginConfig: [{ name: NodeAffinity, args: {} }, { name: NodeAffinity, args: {} }]'),
    'profiles[0].pluginConfig[1].name: the arguments of NodeAffinity are given twice',
  ],
  [
    'two profiles of one name',
    'profiles: [{ schedulerName: a }, { schedulerName: a }]',
    'profiles[1].schedulerName: duplicate profile for pods of a, profiles[0] is the first',
  ],
  [
    'a profile without a name among several',
    'profiles: [{ schedulerName: a }, {}]',
    'profiles[1].schedulerName: is required',
  ],
  ['arguments of another plugin', args('InterPodAffinity', '{ addedAffinity: {} }'), 'unknown field "addedAffinity"'],
  ['an affinity weight', args('InterPodAffinity', '{ hardPodAffinityWeight: 101 }'), 'hardPodAffinityWeight: expected'],
  ['text for a number', args('InterPodAffinity', '{ hardPodAffinityWeight: "5" }'), 'expected a number, got "5"'],
  ['a strategy', fit('{ type: Least }'), 'expected one of LeastAllocated, MostAllocated, RequestedToCapacityRatio'],
  [
    'a ratio without a shape',
    fit('{ type: RequestedToCapacityRatio }'),
    'scoringStrategy.requestedToCapacityRatio: is required: the type is RequestedToCapacityRatio',
  ],
  [
    'a shape without a ratio',
    fit('{ type: MostAllocated, requestedToCapacityRatio: { shape: [{ utilization: 0, score: 0 }] } }'),
    'requestedToCapacityRatio: goes with the type RequestedToCapacityRatio only',
  ],
  [
    'a shape that turns back',
    fit(
      '{ type: RequestedToCapacityRatio, requestedToCapacityRatio: { shape: [{ utilization: 5, score: 0 }, { utilization: 5, score: 1 }] } }',
    ),
    'shape[1].utilization: must be above the one before',
  ],
  [
    'a score of a shape',
    fit('{ type: RequestedToCapacityRatio, requestedToCapacityRatio: { shape: [{ utilization: 5, score: 11 }] } }'),
    'shape[0].score: expected a number of at most 10',
  ],
  ['a weight of a resource', fit('{ resources: [{ name: cpu, weight: 101 }] }'), 'resources[0].weight: expected'],
  ['an ignored group', args('NodeResourcesFit', '{ ignoredResourceGroups: [a.b/c] }'), 'a group is what stands before'],
  [
    'weights of balance',
    args('NodeResourcesBalancedAllocation', '{ resources: [{ name: cpu, weight: 2 }] }'),
    'must be 1',
  ],
  [
    'a resource twice',
    args('NodeResourcesBalancedAllocation', '{ resources: [{ name: cpu }, { name: cpu }] }'),
    'resources[1].name: is there twice',
  ],
  [
    'spreading by a list that the system gives',
    args(
      'PodTopologySpread',
      '{ defaultConstraints: [{ maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway }] }',
    ),
    'defaultingType: must be List where defaultConstraints are given',
  ],
  [
    'a spread with a selector',
    args(
      'PodTopologySpread',
      '{ defaultingType: List, defaultConstraints: [{ maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway, labelSelector: {} }] }',
    ),
    'unknown field "labelSelector"',
  ],
  [
    'an operator without values',
    args(
      'NodeAffinity',
      '{ addedAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: a, operator: In }] }] } } }',
    ),
    'matchExpressions[0].values: must not be empty with the operator In',
  ],
  [
    'no candidates for preemption',
    args('DefaultPreemption', '{ minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 0 }'),
    'minCandidateNodesPercentage: cannot be zero at the same time as minCandidateNodesAbsolute',
  ],
  ['a negative timeout', args('VolumeBinding', '{ bindTimeoutSeconds: -1 }'), 'bindTimeoutSeconds'],
  [
    'a binding timeout',
    args('DynamicResources', '{ bindingTimeout: 500ms }'),
    'bindingTimeout: must be at least one second',
  ],
];

describe('rejected as kube-scheduler rejects it', () => {
  it.each(REJECTED)('%s', (_what, text, message) => {
    const said = rejected(`${HEAD}${text}\n`);
    expect(said).toContain(message);
    expect(said).toMatch(/^scheduler\.yaml:\d+:\d+: /);
  });

  it.each(['v1beta3', 'v1beta2', 'v2'])('version %s', (version) => {
    const said = rejected(`apiVersion: kubescheduler.config.k8s.io/${version}\nkind: KubeSchedulerConfiguration\n`);
    expect(said).toBe(
      `scheduler.yaml:1:13: apiVersion: kube-scheduler 1.36 reads kubescheduler.config.k8s.io/v1, not kubescheduler.config.k8s.io/${version}`,
    );
  });

  it.each([
    [
      'another kind',
      'apiVersion: kubescheduler.config.k8s.io/v1\nkind: Policy\n',
      'kind: expected one of KubeSchedulerConfiguration',
    ],
    ['no object', '[]', 'expected the path of a KubeSchedulerConfiguration'],
    ['nothing', '', 'scheduler.yaml: expected one KubeSchedulerConfiguration, found 0 documents'],
    ['two', `${HEAD}---\n${HEAD}`, 'expected one KubeSchedulerConfiguration, found 2 documents'],
    ['no YAML', '{', 'scheduler.yaml:1'],
  ])('%s', (_what, text, message) => {
    expect(rejected(text)).toContain(message);
  });

  it('accepts the arguments of every plugin that has some', () => {
    const text = `pluginConfig: [{ name: DynamicResources, args: { filterTimeout: 5s, bindingTimeout: 10m } }, { name: VolumeBinding, args: { bindTimeoutSeconds: 60 } }, { name: DefaultPreemption, args: { minCandidateNodesPercentage: 20 } }]`;
    expect(rejected(`${HEAD}${profile(text)}\n`)).toBe('');
  });

  it('accepts a weight of 0, which is 1, and what only the real component has', () => {
    const weight = profile('plugins: { score: { enabled: [{ name: ImageLocality, weight: 0 }] } }');
    expect(rejected(`${HEAD}${weight}`)).toBe('');
    expect(rejected(`${HEAD}${args('VolumeBinding', '{ bindTimeoutSeconds: 0 }')}`)).toBe('');
    expect(rejected(`${HEAD}extenders: []\nprofiles: []\n`)).toBe('');
  });
});
