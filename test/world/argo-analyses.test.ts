// Analyses of Argo's Rollouts in whole clusters: what they measure of the traffic decides whether an update goes on.
import { describe, expect, it } from 'vitest';
import type { RunObject } from '../../src/controllers/analysis/run-objects.ts';
import type { Rollout } from '../../src/controllers/rollout/rollout-objects.ts';
import { rollout } from '../support/argo-manifests.ts';
import { scenario } from '../support/manifests.ts';
import { eventsOf, runScenario } from '../support/world-rig.ts';

const routed = (steps: string, more = ''): string =>
  rollout(
    `{ canary: { stableService: stable, canaryService: canary, trafficRouting: { smi: {} }, steps: [${steps}]${more} } }`,
    ['stable', 'canary'],
  );

function template(metric: string, args = '[{ name: hash }]', kind = 'AnalysisTemplate'): string {
  return `---
apiVersion: argoproj.io/v1alpha1
kind: ${kind}
metadata: { name: errors }
spec:
  args: ${args}
  metrics:
    - { name: errors, ${metric} }
`;
}

const LATEST = 'args: [{ name: hash, valueFrom: { podTemplateHashValue: Latest } }]';
const analysis = `{ templates: [{ templateName: errors }], ${LATEST} }`;
const wavetank = 'provider: { wavetank: { figure: error_ratio, podTemplateHash: "{{args.hash}}", window: 30s } }';
const FEW_ERRORS = `interval: 20s, count: 3, successCondition: result < 0.05, ${wavetank}`;

function run(objects: string, errorRate: number, to = 'stable', more = '') {
  return runScenario(
    scenario(
      3,
      `  duration: 10m
  timeline: [{ at: 1m, setImage: { kind: Rollout, name: web, container: main, image: test/v2 } }${more}]
  behaviors: [{ image: test/v2, requests: { errorRate: ${errorRate} } }]
  traffic: [{ name: users, to: ${to}, arrivals: { poisson: { rate: 50/s } }, start: 20s }]
`,
    ) + objects,
  );
}

function stored<T>({ world }: ReturnType<typeof run>, kind: string): T[] {
  const { objects } = world.state;
  return [...objects.ofKind(kind)].map((row) => objects.get(row) as unknown as T);
}

const reasons = (outcome: ReturnType<typeof run>): string[] =>
  eventsOf(outcome).flatMap(({ reason }) => (/Analysis|Metric|Abort/.test(reason) ? [reason] : []));

describe('an analysis at a step', () => {
  const objects =
    routed(`{ setWeight: 25 }, { pause: { duration: 40s } }, { analysis: ${analysis} }`) + template(FEW_ERRORS);

  it('aborts the update when it fails, and says why', () => {
    const outcome = run(objects, 0.5);
    const [one] = stored<Rollout>(outcome, 'Rollout');
    expect(one.status).toMatchObject({ phase: 'Degraded', abort: true });
    expect(one.status?.message).toBe(
      'RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase error/failed: ' +
        'Metric "errors" assessed Failed due to failed (1) > failureLimit (0)',
    );
    const [analysed] = stored<RunObject>(outcome, 'AnalysisRun');
    expect(analysed.metadata.name).toMatch(/^web-[a-z0-9]+-2-2$/);
    expect(analysed.status).toMatchObject({ phase: 'Failed', runSummary: { count: 1, failed: 1 } });
    const value = Number(analysed.status?.metricResults?.[0].measurements?.[0].value);
    expect(value).toBeGreaterThan(0.3);
    expect(value).toBeLessThan(0.7);
    expect(reasons(outcome)).toEqual(expect.arrayContaining(['MetricFailed', 'AnalysisRunFailed', 'RolloutAborted']));
  });

  it('lets the update go on when it succeeds', () => {
    const outcome = run(objects, 0);
    const [one] = stored<Rollout>(outcome, 'Rollout');
    expect(one.status?.phase).toBe('Healthy');
    const [analysed] = stored<RunObject>(outcome, 'AnalysisRun');
    expect(analysed.status).toMatchObject({ phase: 'Successful', runSummary: { count: 1, successful: 1 } });
    expect(analysed.status?.metricResults?.[0]).toMatchObject({ count: 3, successful: 3 });
    // Every 20 seconds.
    const times = analysed.status?.metricResults?.[0].measurements?.map(({ finishedAt = '' }) =>
      Date.parse(finishedAt),
    );
    expect(times?.map((at) => (at - (times[0] ?? 0)) / 1e3)).toEqual([0, 20, 40]);
  });
});

describe('an analysis in the background', () => {
  it('begins at its step, ends with the update, and stops it in the middle of a pause', () => {
    const steps = '{ setWeight: 10 }, { pause: { duration: 1m } }, { setWeight: 50 }, { pause: { duration: 2m } }';
    const background = `, analysis: { templates: [{ templateName: errors, clusterScope: true }], ${LATEST}, startingStep: 2 }`;
    const endless = template(FEW_ERRORS.replace('count: 3, ', ''), '[{ name: hash }]', 'ClusterAnalysisTemplate');
    const good = run(routed(steps, background) + endless, 0);
    expect(stored<Rollout>(good, 'Rollout')[0].status?.phase).toBe('Healthy');
    const [ended] = stored<RunObject>(good, 'AnalysisRun');
    expect(ended.spec).toMatchObject({ terminate: true });
    expect(ended.status).toMatchObject({ phase: 'Successful', message: 'Run Terminated' });
    const commanded = run(
      routed(steps, background) + endless,
      0,
      'stable',
      ', { at: 3m, argoRollouts: { rollout: web, command: terminate } }',
    );
    expect(stored<RunObject>(commanded, 'AnalysisRun')[0].status).toMatchObject({
      phase: 'Successful',
      message: 'Run Terminated',
    });
    const bad = run(routed(steps, background) + endless, 1);
    expect(stored<Rollout>(bad, 'Rollout')[0].status).toMatchObject({ abort: true });
    expect(good.summary.requests_error_ratio).toBeLessThan(0.03);
    expect(bad.summary.requests_error_ratio).toBeLessThan(0.1);
  });
});

describe('analyses of blue-green', () => {
  const strategy = (when: string): string =>
    `{ blueGreen: { activeService: active, previewService: preview, ${when}: ${analysis} } }`;

  it('keeps the old pods in service when the one before the promotion fails, by a Job', () => {
    const job =
      'provider: { job: { spec: { backoffLimit: 0, template: { spec: { restartPolicy: Never, containers: [{ name: main, image: test/smoke }] } } } } }';
    const objects =
      rollout(strategy('prePromotionAnalysis'), ['active', 'preview']) + template(job, '[{ name: hash }]');
    const smoke = (probability: number) =>
      runScenario(
        scenario(
          3,
          `  duration: 6m
  timeline: [{ at: 1m, setImage: { kind: Rollout, name: web, container: main, image: test/v2 } }]
  behaviors: [{ image: test/smoke, run: { length: 20s, failure: { probability: ${probability}, exitCode: 1 } } }]
`,
        ) + objects,
      );
    const failed = smoke(1);
    expect(stored<Rollout>(failed, 'Rollout')[0].status?.message).toMatch(/^RolloutAborted: .*pre-promotion analysis/);
    const passed = smoke(0);
    expect(stored<Rollout>(passed, 'Rollout')[0].status?.phase).toBe('Healthy');
    expect(stored<RunObject>(passed, 'AnalysisRun')[0].status?.phase).toBe('Successful');
  });

  it('goes back when the one after the promotion fails', () => {
    const objects = rollout(strategy('postPromotionAnalysis'), ['active', 'preview']) + template(FEW_ERRORS);
    const outcome = run(objects, 1, 'active');
    const [one] = stored<Rollout>(outcome, 'Rollout');
    expect(one.status).toMatchObject({ abort: true });
    expect(one.status?.blueGreen?.activeSelector).toBe(one.status?.stableRS);
  });
});

it('waits for somebody when nothing speaks for it or against it', () => {
  const open = `count: 1, successCondition: result < 0.01, failureCondition: result > 0.9, ${wavetank}`;
  const objects = routed(`{ setWeight: 25 }, { pause: { duration: 40s } }, { analysis: ${analysis} }`) + template(open);
  const outcome = run(objects, 0.5);
  expect(stored<Rollout>(outcome, 'Rollout')[0].status).toMatchObject({
    phase: 'Paused',
    message: 'InconclusiveAnalysisRun',
  });
});

it('says that a template is missing', () => {
  const outcome = run(routed(`{ analysis: ${analysis} }`), 0);
  expect(stored<Rollout>(outcome, 'Rollout')[0].status?.message).toBe(
    'InvalidSpec: The Rollout "web" is invalid: spec.strategy.canary.steps[0].analysis.templates: Invalid value: "errors": ' +
      "AnalysisTemplate 'errors' not found",
  );
});

describe('queries', () => {
  const query = (text: string, condition: string): string =>
    template(
      `count: 1, successCondition: "${condition}", provider: { prometheus: { address: "http://prometheus", query: '${text}' } }`,
    );
  const steps = `{ setWeight: 50 }, { pause: { duration: 2m } }, { analysis: ${analysis} }`;
  const measured = (text: string, condition = 'true'): string | undefined => {
    const outcome = run(routed(steps) + query(text, condition), 0.5);
    const [one] = stored<RunObject>(outcome, 'AnalysisRun');
    const measurement = one.status?.metricResults?.[0].measurements?.at(-1);
    return measurement?.value ?? measurement?.message;
  };
  const number = (value: string | undefined): number => Number(value?.replace(/[[\]]/g, ''));

  it('measure the share of good answers of the canary', () => {
    const of = 'http_requests_total{namespace="default",service="canary"';
    const value = measured(`sum(rate(${of},status!~"5.*"}[1m]))/sum(rate(${of}}[1m]))`);
    expect(number(value)).toBeGreaterThan(0.42);
    expect(number(value)).toBeLessThan(0.58);
  });

  it('measure percentiles in the unit of the histogram', () => {
    const of = 'destination_service_name="stable"';
    const p99 = number(
      measured(`histogram_quantile(0.99, sum(irate(istio_request_duration_milliseconds_bucket{${of}}[1m])) by (le))`),
    );
    expect(p99).toBeGreaterThan(1);
    expect(p99).toBeLessThan(1000);
  });

  it('give nothing where nothing was counted', () => {
    const nobody = 'sum(rate(http_requests_total{service="nobody"}[1m]))';
    expect(measured(nobody)).toBe('[]');
    expect(measured(nobody, 'result[0] > 0')).toBe('index out of range: 0 (array length is 0)');
    expect(measured(`${nobody} or vector(0)`, 'result[0] == 0')).toBe('[0]');
  });
});
