// Autoscalers in whole clusters: every type of metric from where it is measured to the pods, targets of each kind, and what they say when they cannot.
import { describe, expect, it } from 'vitest';
import type { AutoscalerObject } from '../../src/controllers/horizontal-pod-autoscaler/autoscaler-object.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { eventsOf, type FinishedRun, runScenario } from '../support/world-rig.ts';

interface Given {
  readonly spec?: string;
  readonly metrics?: string;
  readonly target?: string;
  /** Of the autoscaler's spec, in flow style, beginning with a comma. */
  readonly more?: string;
  readonly min?: number;
  readonly max?: number;
}

const cpu = (percent: number): string =>
  `{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: ${percent} } } }`;

function autoscaler({ metrics = cpu(50), target, more = '', min = 1, max = 10 }: Given, name = 'web'): string {
  return `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name} }
spec:
  scaleTargetRef: ${target ?? '{ apiVersion: apps/v1, kind: Deployment, name: web }'}
  minReplicas: ${min}
  maxReplicas: ${max}
  metrics: [${metrics}]
${more}`;
}

const base = (spec = ''): string => scenario(3, `  duration: 6m\n  preset: ideal\n${spec}`);

/** A Deployment `web` of two pods on each of which one CPU is requested, a Service, and an autoscaler. */
function run(given: Given, workload = deployment('web', { replicas: 2, cpu: '1' })): FinishedRun {
  return runScenario(base(given.spec) + workload + service('web') + autoscaler(given));
}

function status({ world }: FinishedRun, name = 'web'): NonNullable<AutoscalerObject['status']> {
  const { objects } = world.state;
  const object = objects.get(objects.find('HorizontalPodAutoscaler', 'default', name)) as AutoscalerObject;
  return object.status ?? { desiredReplicas: -1 };
}

const conditions = (outcome: FinishedRun, name?: string): Record<string, string> =>
  Object.fromEntries(
    (status(outcome, name).conditions ?? []).map(({ type, status: holds, reason }) => [type, `${holds} ${reason}`]),
  );

const replicasOf = ({ world: { state } }: FinishedRun, kind = 'Deployment', name = 'web'): number | undefined => {
  const { spec } = state.objects.get(state.objects.find(kind, 'default', name)) as { spec?: { replicas?: number } };
  return spec?.replicas;
};

const usage = (curve: string): string => `  behaviors: [{ image: test/web, startup: 0, usage: { cpu: ${curve} } }]`;

describe('CPU', () => {
  it('comes from the curve of a behaviour over kubelets and metrics-server', () => {
    // 800m of 1 at 50 %: 1.6 · 2 → 4; nothing changes how much each of them uses: the most that is allowed.
    const outcome = run({ spec: usage('800m'), max: 7 });
    expect(status(outcome).currentMetrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 80, averageValue: '800m' } } },
    ]);
    expect([replicasOf(outcome), conditions(outcome)]).toEqual([
      7,
      {
        AbleToScale: 'True ReadyForNewScale',
        ScalingActive: 'True ValidMetricFound',
        ScalingLimited: 'True TooManyReplicas',
      },
    ]);
  });

  it('is no more than the limit of the container', () => {
    const workload = deployment('web', { replicas: 2, cpu: '500m }, limits: { cpu: 500m' });
    expect(status(run({ spec: usage('3') }, workload)).currentMetrics?.[0].resource?.current).toEqual({
      averageUtilization: 100,
      averageValue: '500m',
    });
  });

  it('counts from two scrapes on, of pods that have been ready for a window', () => {
    const outcome = run({ spec: usage('800m') });
    const [first] = eventsOf(outcome, 'FailedGetResourceMetric');
    expect([first.time_seconds, first.message]).toEqual([
      15,
      'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API',
    ]);
    const [rescaled] = eventsOf(outcome, 'SuccessfulRescale');
    expect(rescaled.message).toBe('New size: 4; reason: cpu resource utilization (percentage of request) above target');
    expect(rescaled.time_seconds % 15).toBe(0);
    expect(rescaled.time_seconds).toBeGreaterThanOrEqual(30);
    expect(rescaled.time_seconds).toBeLessThanOrEqual(60);
  });

  it('of pods that are new counts as late as metrics-server asks for it', () => {
    // Two pods at 160 % of the target ask for four. The new ones use nothing until they have been measured: then four ask for seven.
    const between = (settings: string): number => {
      const [first, second] = eventsOf(run({ spec: `${usage('800m')}\n${settings}`, max: 7 }), 'SuccessfulRescale');
      expect([first, second].map(({ message }) => message.slice(0, 11))).toEqual(['New size: 4', 'New size: 7']);
      return second.time_seconds - first.time_seconds;
    };
    // The second time that it asks after they have started, and then the next look of the autoscaler.
    const usual = between('');
    expect(usual).toBeGreaterThanOrEqual(15);
    expect(usual).toBeLessThanOrEqual(45);
    const seldom = between('  autoscaling: { metricResolution: 60s }');
    expect(seldom).toBeGreaterThanOrEqual(60);
    expect(seldom).toBeLessThanOrEqual(135);
  });

  it('shrinks five minutes after it was last higher, or as the behaviour says', () => {
    const spec = usage('[{ at: 0s, value: 900m }, { at: 90s, value: 900m }, { at: 91s, value: 100m }]');
    const slow = run({ spec, max: 4 });
    expect([replicasOf(slow), conditions(slow)['AbleToScale']]).toEqual([4, 'True ScaleDownStabilized']);
    const more =
      '  behavior: { scaleDown: { stabilizationWindowSeconds: 30, policies: [{ type: Pods, value: 1, periodSeconds: 60 }] } }\n';
    const fast = run({ spec, max: 4, more });
    const sizes = eventsOf(fast, 'SuccessfulRescale').map(({ time_seconds, message }) => [
      time_seconds,
      Number(/size: (\d+)/.exec(message)?.[1]),
    ]);
    expect(sizes.map(([, size]) => size)).toEqual([4, 3, 2, 1]);
    expect(sizes[2][0] - sizes[1][0]).toBe(60);
  });

  const fields = ' }, { name: helper, image: test/helper, resources: { requests: { cpu: 1 } }';
  const of = (container: string): string =>
    `{ type: ContainerResource, containerResource: { name: cpu, container: ${container}, target: { type: Utilization, averageUtilization: 50 } } }`;

  it('of one container decides, whatever the others of its pods use', () => {
    // 800m and 200m of 1 each: the pod as a whole is at its target of 50 %, its first container above and its second one below.
    const spec =
      '  behaviors: [{ image: test/web, startup: 0, usage: { cpu: 800m } }, { image: test/helper, usage: { cpu: 200m } }]';
    const more = '  behavior: { scaleDown: { stabilizationWindowSeconds: 0 } }\n';
    const scaled = (metrics: string) => {
      const outcome = run({ spec, metrics, more, max: 4 }, deployment('web', { replicas: 2, cpu: '1', fields }));
      return [replicasOf(outcome), ...eventsOf(outcome, 'SuccessfulRescale').map(({ message }) => message)];
    };
    expect(scaled(cpu(50))).toEqual([2]);
    expect(scaled(of('main'))).toEqual([
      4,
      'New size: 4; reason: cpu container resource utilization (percentage of request) above target',
    ]);
    expect(scaled(of('helper'))).toEqual([1, 'New size: 1; reason: All metrics below target']);
  });

  it('of one container is told from that of the pod', () => {
    const workload = deployment('web', { replicas: 2, cpu: '1', fields });
    const spec = '  behaviors: [{ image: test/web, startup: 0 }, { image: test/helper, usage: { cpu: 250m } }]';
    const read = (container: string) => status(run({ spec, metrics: of(container), min: 2 }, workload)).currentMetrics;
    expect(read('helper')).toEqual([
      {
        type: 'ContainerResource',
        containerResource: {
          name: 'cpu',
          container: 'helper',
          current: { averageUtilization: 25, averageValue: '250m' },
        },
      },
    ]);
    const none = run({ spec, metrics: of('other') }, workload);
    expect(eventsOf(none, 'FailedGetContainerResourceMetric').at(-1)?.message).toMatch(
      /^failed to get cpu utilization: unable to get metrics for resource cpu: container other not present in metrics for pod default\/web-/,
    );
  });
});

describe('memory', () => {
  it('comes from the behaviour', () => {
    const metrics =
      '{ type: Resource, resource: { name: memory, target: { type: AverageValue, averageValue: 100Mi } } }';
    const spec =
      '  behaviors: [{ image: test/web, startup: 0, usage: { memory: [{ at: 0s, value: 50Mi }, { at: 1m, value: 140Mi }] } }]';
    const outcome = run({ spec, metrics, max: 3 });
    expect([replicasOf(outcome), status(outcome).currentMetrics?.[0].resource?.current.averageValue]).toEqual([
      3,
      '140Mi',
    ]);
  });
});

describe('custom and external metrics', () => {
  const traffic = `  behaviors: [{ image: test/web, startup: 0, requests: { service: { constant: 400ms }, concurrency: 2 } }]
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 40/s } }, timeout: 5s }]
  autoscaling: { customMetrics: [{ name: load, of: OF, figure: FIGURE }] }`;
  const measured = (of: string, figure: string): string => traffic.replace('OF', of).replace('FIGURE', figure);
  const pods = (value: string): string =>
    `{ type: Pods, pods: { metric: { name: load }, target: { type: AverageValue, averageValue: "${value}" } } }`;

  it('count the requests that pods are sent', () => {
    const outcome = run({ spec: measured('pods', 'requestsPerSecond'), metrics: pods('8'), max: 20 });
    // 40/s at 8 each.
    expect(replicasOf(outcome)).toBeGreaterThanOrEqual(5);
    expect(replicasOf(outcome)).toBeLessThanOrEqual(6);
    expect(eventsOf(outcome, 'SuccessfulRescale')[0].message).toBe(
      'New size: 4; reason: pods metric load above target',
    );
  });

  it('count the requests that pods hold, and those that wait', () => {
    // Two pods serve 10/s of 40/s: their queues are full.
    const held = run({ spec: measured('pods', 'requestsInFlight'), metrics: pods('1k') });
    expect(Number(status(held).currentMetrics?.[0].pods?.current.averageValue)).toBeGreaterThan(120);
    const waiting = run({ spec: measured('pods', 'requestsWaiting'), metrics: pods('1k') });
    const [first, second] = [held, waiting].map((one) =>
      Number(status(one).currentMetrics?.[0].pods?.current.averageValue),
    );
    expect(first - second).toBeLessThanOrEqual(2);
  });

  it('count the requests that a Service is sent', () => {
    const described =
      '{ type: Object, object: { metric: { name: load }, describedObject: { apiVersion: v1, kind: Service, name: web }, target: ';
    const shared = run({
      spec: measured('Service/web', 'requestsPerSecond'),
      metrics: `${described}{ type: AverageValue, averageValue: 8 } } }`,
    });
    expect(replicasOf(shared)).toBeGreaterThanOrEqual(5);
    expect(replicasOf(shared)).toBeLessThanOrEqual(6);
    const missing = run({ metrics: `${described}{ type: Value, value: 8 } } }` });
    expect(conditions(missing)['ScalingActive']).toBe('False FailedGetObjectMetric');
  });

  const curve = '[{ at: 0s, value: 10 }, { at: 2m, value: 10 }, { at: 2m, value: 65 }]';
  const rising = (more = ''): Given => ({
    spec: `  autoscaling: { customMetrics: [{ name: queue, of: external, value: ${curve} }]${more} }`,
    metrics:
      '{ type: External, external: { metric: { name: queue }, target: { type: AverageValue, averageValue: 10 } } }',
  });

  it('are looked at once a sync period', () => {
    const times = eventsOf(run(rising(', syncPeriod: 40s')), 'SuccessfulRescale').map((event) => event.time_seconds);
    expect(times).toEqual([120, 160]);
  });

  it('follow a curve of the scenario over the time of the run', () => {
    const outcome = run(rising());
    expect(replicasOf(outcome)).toBe(7);
    expect(eventsOf(outcome, 'SuccessfulRescale').map(({ time_seconds, message }) => [time_seconds, message])).toEqual([
      [120, 'New size: 4; reason: external metric queue(nil) above target'],
      [135, 'New size: 7; reason: external metric queue(nil) above target'],
    ]);
    expect(status(outcome).currentMetrics?.[0].external?.current).toEqual({ averageValue: '9286m' });
  });
});

describe('selectors of metrics', () => {
  const series = (of: string): string => `  autoscaling:
    customMetrics:
      - { name: queue, of: ${of}, labels: { queue: mail, tier: gold }, value: 40 }
      - { name: queue, of: ${of}, labels: { queue: text, tier: gold }, value: 20 }
      - { name: queue, of: ${of}, labels: { queue: fax }, value: 5 }`;
  const external = (selector: string): string =>
    `{ type: External, external: { metric: { name: queue${selector} }, target: { type: AverageValue, averageValue: 10 } } }`;

  it.each([
    ['', 7, 'nil'],
    [
      ', selector: {}',
      7,
      '&LabelSelector{MatchLabels:map[string]string{},MatchExpressions:[]LabelSelectorRequirement{},}',
    ],
    [
      ', selector: { matchLabels: { queue: mail } }',
      4,
      '&LabelSelector{MatchLabels:map[string]string{queue: mail,},MatchExpressions:[]LabelSelectorRequirement{},}',
    ],
    [
      ', selector: { matchExpressions: [{ key: tier, operator: Exists }] }',
      6,
      '&LabelSelector{MatchLabels:map[string]string{},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:tier,Operator:Exists,Values:[],},},}',
    ],
  ])('of an external one (%s) sum up what they match', (selector, replicas, words) => {
    const outcome = run({ spec: series('external'), metrics: external(selector) });
    expect(replicasOf(outcome)).toBe(replicas);
    expect(eventsOf(outcome, 'SuccessfulRescale')[0].message).toBe(
      `New size: 4; reason: external metric queue(${words}) above target`,
    );
  });

  it('that match nothing are an error', () => {
    const outcome = run({
      spec: series('external'),
      metrics: external(', selector: { matchLabels: { queue: post } }'),
    });
    expect([replicasOf(outcome), conditions(outcome)['ScalingActive']]).toEqual([2, 'False FailedGetExternalMetric']);
    expect(eventsOf(outcome, 'FailedGetExternalMetric')[0].message).toBe(
      'failed to get queue external metric: unable to get external metric default/queue/&LabelSelector{MatchLabels:map[string]string{queue: post,},MatchExpressions:[]LabelSelectorRequirement{},}: no metrics returned from external metrics API',
    );
    expect([...outcome.world.measure.autoscalers.rows()].at(-1)).toMatchObject({
      metric: 'queue{queue=post}',
      value: null,
    });
  });

  it('that are wrong are an error', () => {
    const outcome = run({
      spec: series('external'),
      metrics: external(', selector: { matchExpressions: [{ key: queue, operator: Near }] }'),
    });
    expect(eventsOf(outcome, 'FailedGetExternalMetric')[0].message).toBe(
      'failed to get queue external metric: "Near" is not a valid label selector operator',
    );
  });

  it('choose for each pod', () => {
    const metrics = `{ type: Pods, pods: { metric: { name: queue, selector: { matchExpressions: [{ key: queue, operator: In, values: [mail, fax] }] } }, target: { type: AverageValue, averageValue: 100 } } }`;
    const outcome = run({ spec: series('pods'), metrics, min: 2 });
    expect(status(outcome).currentMetrics?.[0].pods?.current).toEqual({ averageValue: '45' });
    expect([...outcome.world.measure.autoscalers.rows()].at(-1)).toMatchObject({
      metric: 'queue{queue In (mail fax)}',
      value: 45,
    });
    const none = run({ spec: series('pods'), metrics: metrics.replace('mail, fax', 'post') });
    expect(eventsOf(none, 'FailedGetPodsMetric')[0].message).toBe(
      'unable to get metric queue: no metrics returned from custom metrics API',
    );
  });

  it('choose of an object', () => {
    const metrics = `{ type: Object, object: { metric: { name: queue, selector: { matchLabels: { queue: text } } }, describedObject: { apiVersion: v1, kind: Service, name: web }, target: { type: Value, value: 10 } } }`;
    const outcome = run({ spec: series('Service/web'), metrics, min: 2, max: 4 });
    expect(status(outcome).currentMetrics?.[0].object?.current).toEqual({ value: '20' });
    const none = run({ spec: series('Service/web'), metrics: metrics.replace('text', 'post') });
    expect(conditions(none)['ScalingActive']).toBe('False FailedGetObjectMetric');
  });
});

describe('targets', () => {
  it('may be a ReplicaSet', () => {
    const workload = deployment('web', { replicas: 2, cpu: '1' }).replace('kind: Deployment', 'kind: ReplicaSet');
    const target = '{ apiVersion: apps/v1, kind: ReplicaSet, name: web }';
    expect(replicasOf(run({ spec: usage('800m'), target, max: 5 }, workload), 'ReplicaSet')).toBe(5);
  });

  it('may be a StatefulSet', () => {
    const workload = deployment('web', { replicas: 2, cpu: '1' })
      .replace('kind: Deployment', 'kind: StatefulSet')
      .replace('spec:', 'spec:\n  serviceName: web');
    const target = '{ apiVersion: apps/v1, kind: StatefulSet, name: web }';
    const outcome = run({ spec: usage('800m'), target, max: 5 }, workload);
    expect(replicasOf(outcome, 'StatefulSet')).toBe(5);
    expect(outcome.world.measure.autoscalers.rows().next().value).toMatchObject({ target: 'StatefulSet/web' });
  });

  it('are known by their group and kind, whatever the version', () => {
    const old = run({ spec: usage('800m'), target: '{ apiVersion: apps/v1beta1, kind: Deployment, name: web }' });
    expect(replicasOf(old)).toBe(10);
    const wrong = run({ target: '{ apiVersion: example.com/v1, kind: Widget, name: web }' });
    expect(eventsOf(wrong, 'FailedGetScale')[0].message).toBe('no matches for kind "Widget" in group "example.com"');
  });

  it('are brought within the bounds without a metric', () => {
    const more = run({ spec: usage('500m'), max: 3 }, deployment('web', { replicas: 6, cpu: '1' }));
    expect(eventsOf(more, 'SuccessfulRescale').map(({ message }) => message)).toEqual([
      'New size: 3; reason: Current number of replicas above Spec.MaxReplicas',
    ]);
    const fewer = run({ spec: usage('500m'), min: 4 });
    expect(eventsOf(fewer, 'SuccessfulRescale').map(({ message }) => message)).toEqual([
      'New size: 4; reason: Current number of replicas below Spec.MinReplicas',
    ]);
  });

  it('are left alone while they have no replicas', () => {
    const outcome = run({ spec: usage('800m') }, deployment('web', { replicas: 0, cpu: '1' }));
    expect([replicasOf(outcome), conditions(outcome)]).toEqual([
      0,
      { AbleToScale: 'True SucceededGetScale', ScalingActive: 'False ScalingDisabled' },
    ]);
  });

  it('that are not there are asked for again', () => {
    const outcome = run({ target: '{ apiVersion: apps/v1, kind: Deployment, name: other }' });
    expect(conditions(outcome)).toEqual({ AbleToScale: 'False FailedGetScale' });
    const told = eventsOf(outcome, 'FailedGetScale');
    expect(told[0].message).toBe('deployments/scale.apps "other" not found');
    expect(told.length).toBeGreaterThan(20);
  });

  it('are scaled by nobody when two autoscalers have the same pods', () => {
    const outcome = runScenario(
      base(usage('800m')) + deployment('web', { replicas: 2, cpu: '1' }) + autoscaler({}) + autoscaler({}, 'twin'),
    );
    expect([replicasOf(outcome), conditions(outcome), conditions(outcome, 'twin')]).toEqual([
      2,
      { AbleToScale: 'True SucceededGetScale', ScalingActive: 'False AmbiguousSelector' },
      { AbleToScale: 'True SucceededGetScale', ScalingActive: 'False AmbiguousSelector' },
    ]);
    expect(eventsOf(outcome, 'AmbiguousSelector')[0].message).toBe(
      'pods by selector app=web are controlled by multiple HPAs: [{web default} {twin default}]',
    );
  });

  it('grow no more once the autoscaler is deleted', () => {
    const spec = `${usage('800m')}\n  timeline: [{ at: 100s, delete: { kind: HorizontalPodAutoscaler, name: web } }]`;
    const outcome = runScenario(base(spec) + deployment('web', { replicas: 2, cpu: '1' }) + autoscaler({ max: 100 }));
    const times = eventsOf(outcome, 'SuccessfulRescale').map(({ time_seconds }) => time_seconds);
    expect(times.length).toBeGreaterThan(0);
    expect(Math.max(...times)).toBeLessThan(100);
  });
});

it('pods without a request have no utilisation', () => {
  const workload = deployment('web', { replicas: 2 }).replace('{ cpu: 100m }', '{ memory: 1Mi }');
  expect(eventsOf(run({ spec: usage('800m') }, workload), 'FailedGetResourceMetric').at(-1)?.message).toMatch(
    /^failed to get cpu utilization: missing request for cpu in container main of Pod web-/,
  );
});

it('pods of a node whose kubelet is silent have no metrics, and dampen what the others ask for', () => {
  // The other two use nothing, so they ask for one replica; the third is taken to use all that it requests: 100 · 1/3 of 50 %.
  const spec = `${usage('0')}\n  timeline: [{ at: 3m, fault: { KubeletStop: { node: node-0 } } }]`;
  const spread =
    ', topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }]';
  const more = '  behavior: { scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: Disabled } }\n';
  const outcome = run({ spec, more }, deployment('web', { replicas: 3, cpu: '1', pod: spread }));
  const { rows } = { rows: [...outcome.world.measure.autoscalers.rows()] };
  expect(rows.at(-1)).toMatchObject({ value: 0, target_value: 0.5, desired: 3, ready: 2 });
  expect(status(outcome).conditions?.find(({ type }) => type === 'ScalingLimited')?.reason).toBe('ScaleDownLimit');
});

it('autoscaling/v1 is read as v2', () => {
  const v1 = `---
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 6, targetCPUUtilizationPercentage: 40 }
`;
  const outcome = runScenario(base(usage('800m')) + deployment('web', { replicas: 2, cpu: '1' }) + v1);
  expect([replicasOf(outcome), eventsOf(outcome, 'SuccessfulRescale').map(({ message }) => message)]).toEqual([
    6,
    [
      'New size: 4; reason: cpu resource utilization (percentage of request) above target',
      'New size: 6; reason: cpu resource utilization (percentage of request) above target',
    ],
  ]);
});

it('rows of workloads.csv say what it wants and what it found', () => {
  const outcome = run({ spec: usage('800m'), max: 7 });
  const rows = [...outcome.world.measure.workloads.rows()].filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  const [first, second] = eventsOf(outcome, 'SuccessfulRescale').map(({ time_seconds }) => time_seconds);
  const sizes = (from: number, to: number) =>
    rows
      .filter(({ time_seconds }) => time_seconds > from && time_seconds < to)
      .map(({ desired, current }) => `${desired} of ${current}`);
  // With the sync that changes the size it wants four and has found two; with the next one it has found four.
  expect(new Set(sizes(first, first + 15))).toEqual(new Set(['4 of 2']));
  expect(new Set(sizes(second, second + 15))).toEqual(new Set(['7 of 4']));
  expect(rows.at(-1)).toEqual({
    time_seconds: 360,
    kind: 'HorizontalPodAutoscaler',
    namespace: 'default',
    name: 'web',
    desired: 7,
    current: 7,
    ready: null,
    updated: null,
    available: null,
  });
});

it('rows say what was measured, of each metric', () => {
  const metrics = `${cpu(50)}, { type: Resource, resource: { name: memory, target: { type: AverageValue, averageValue: 1Gi } } }`;
  const outcome = run({ spec: usage('800m'), metrics, max: 4 });
  const rows = [...outcome.world.measure.autoscalers.rows()];
  expect(rows[0]).toEqual({
    time_seconds: 10,
    namespace: 'default',
    name: 'web',
    target: 'Deployment/web',
    min: 1,
    max: 4,
    desired: 0,
    current: 0,
    ready: 2,
    metric: 'cpu',
    value: null,
    target_value: 0.5,
  });
  expect(
    rows
      .slice(-2)
      .map(({ metric, value, target_value, desired, ready }) => [metric, value, target_value, desired, ready]),
  ).toEqual([
    ['cpu', 0.8, 0.5, 4, 4],
    ['memory', 64 * 2 ** 20, 2 ** 30, 4, 4],
  ]);
});
