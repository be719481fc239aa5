// Argo's Experiments in whole clusters: alone, and as a step of a canary that decides whether the update goes on.
import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../src/controllers/rollout/experiment-objects.ts';
import type { Rollout } from '../../src/controllers/rollout/rollout-objects.ts';
import { rollout } from '../support/argo-manifests.ts';
import { scenario } from '../support/manifests.ts';
import { eventsOf, jobOf, podsOf, runScenario } from '../support/world-rig.ts';

const toV2 = '{ at: 1m, setImage: { kind: Rollout, name: web, container: main, image: test/v2 } }';

function run(objects: string, { timeline = '', spec = '', duration = '6m' } = {}) {
  return runScenario(scenario(4, `  duration: ${duration}\n  timeline: [${timeline}]\n${spec}`) + objects);
}

function stored<T>({ world }: ReturnType<typeof run>, kind: string): T[] {
  const { objects } = world.state;
  return [...objects.ofKind(kind)].flatMap((row) => (objects.get(row) as unknown as T | undefined) ?? []);
}

const messages = (outcome: ReturnType<typeof run>, reason: RegExp): string[] =>
  eventsOf(outcome).flatMap((one) => (reason.test(one.reason) ? [`${one.reason}: ${one.message}`] : []));

function template(name: string, image: string, more = ''): string {
  return `    - name: ${name}
      selector: { matchLabels: { app: ${name} } }
      template:
        metadata: { labels: { app: ${name} } }
        spec: { containers: [{ name: main, image: ${image}, ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { port: 80 } } }] }
${more}`;
}

function experiment(templates: string, more: string): string {
  return `---
apiVersion: argoproj.io/v1alpha1
kind: Experiment
metadata: { name: trial }
spec:
  ${more}
  templates:
${templates}`;
}

const ERRORS = `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: errors }
spec:
  args: [{ name: hash }]
  metrics:
    - name: errors
      interval: 20s
      count: 2
      initialDelay: 30s
      successCondition: result < 0.05
      provider: { wavetank: { figure: error_ratio, podTemplateHash: "{{args.hash}}", window: 30s } }
`;

describe('an Experiment', () => {
  it('runs its templates for its duration, and lets their pods go a while after it', () => {
    const outcome = run(
      experiment(template('v1', 'test/web', '      replicas: 2\n') + template('v2', 'test/v2'), 'duration: 1m'),
    );
    const [trial] = stored<Experiment>(outcome, 'Experiment');
    expect(trial.status).toMatchObject({
      phase: 'Successful',
      templateStatuses: [{ name: 'v1', replicas: 0 }, { name: 'v2' }],
    });
    // The order of a real cluster's events.
    expect(
      messages(outcome, /^(Template|Experiment|ScalingReplicaSet)/).filter((one) => !one.includes('replica set')),
    ).toEqual([
      "TemplateProgressing: Template 'v1' transitioned from  -> Progressing",
      "TemplateProgressing: Template 'v2' transitioned from  -> Progressing",
      'ExperimentPending: Experiment transitioned from  -> Pending',
      'ScalingReplicaSet: Scaled up ReplicaSet trial-v1 from 0 to 2',
      'ScalingReplicaSet: Scaled up ReplicaSet trial-v2 from 0 to 1',
      expect.stringMatching(/^TemplateRunning: Template 'v[12]' transitioned from Progressing -> Running$/),
      expect.stringMatching(/^TemplateRunning: Template 'v[12]' transitioned from Progressing -> Running$/),
      'ExperimentRunning: Experiment transitioned from Pending -> Running',
      "TemplateSuccessful: Template 'v1' transitioned from Running -> Successful",
      "TemplateSuccessful: Template 'v2' transitioned from Running -> Successful",
      'ExperimentSuccessful: Experiment transitioned from Running -> Successful',
      'ScalingReplicaSet: Scaled down ReplicaSet trial-v1 from 2 to 0',
      'ScalingReplicaSet: Scaled down ReplicaSet trial-v2 from 1 to 0',
    ]);
    const at = (reason: string): number => eventsOf(outcome, reason)[0].time_seconds;
    expect(at('ExperimentSuccessful') - at('ExperimentRunning')).toBeGreaterThan(59);
    expect(at('ExperimentSuccessful') - at('ExperimentRunning')).toBeLessThan(62);
    const last = eventsOf(outcome, 'ScalingReplicaSet').at(-1);
    expect((last?.time_seconds ?? 0) - at('ExperimentSuccessful')).toBeGreaterThan(29);
    expect(podsOf(outcome).every(({ node, deleted_seconds }) => node !== null && deleted_seconds !== null)).toBe(true);
  });

  it('fails when a template does not become available in time', () => {
    const outcome = run(
      experiment(
        template('v1', 'test/never'),
        'progressDeadlineSeconds: 60, scaleDownDelaySeconds: 0'.replace(', ', '\n  '),
      ),
      { spec: '  behaviors: [{ image: test/never, startup: 1h }]\n' },
    );
    const [trial] = stored<Experiment>(outcome, 'Experiment');
    expect(trial.status).toMatchObject({
      phase: 'Failed',
      message: "Template 'v1' exceeded its progressDeadlineSeconds (60)",
    });
    expect(stored<{ spec: { replicas: number } }>(outcome, 'ReplicaSet')[0].spec.replicas).toBe(0);
  });

  it('ends when it is told to, and when it is deleted all that it made goes', () => {
    const objects = experiment(template('v1', 'test/web', '      service: {}\n'), 'scaleDownDelaySeconds: 0');
    const patch = '{ at: 1m, patch: { kind: Experiment, name: trial, patch: { spec: { terminate: true } } } }';
    const ended = run(objects, { timeline: patch });
    expect(stored<Experiment>(ended, 'Experiment')[0].status?.phase).toBe('Successful');
    expect(stored<{ metadata: { name: string } }>(ended, 'Service').map(({ metadata }) => metadata.name)).toContain(
      'trial-v1',
    );
    const gone = run(objects, { timeline: '{ at: 2m, delete: { kind: Experiment, name: trial } }' });
    expect(stored(gone, 'ReplicaSet')).toEqual([]);
    expect(stored<{ metadata: { name: string } }>(gone, 'Service').map(({ metadata }) => metadata.name)).not.toContain(
      'trial-v1',
    );
  });

  it('says what is wrong with it', () => {
    const wrong = experiment(template('v1', 'test/web') + template('v1', 'test/web'), 'duration: soon');
    expect(() => jobOf(scenario(1, '') + wrong)).toThrow(/spec\.templates\[1\]\.name: Duplicate value: "v1"/);
    expect(() => jobOf(scenario(1, '') + wrong)).toThrow(/spec\.duration: .*expected a duration such as 5m/);
  });
});

describe('an experiment at a step', () => {
  const step = (more = ''): string =>
    `{ experiment: { duration: 1m, templates: [{ name: baseline, specRef: stable${more} }, { name: trial, specRef: canary${more} }], analyses: [{ name: errors, templateName: errors, requiredForCompletion: true, args: [{ name: hash, value: "{{templates.trial.podTemplateHash}}" }] }] } }`;
  const canary = (steps: string): string =>
    rollout(
      `{ canary: { stableService: stable, canaryService: canary, trafficRouting: { smi: {} }, steps: [${steps}] } }`,
      ['stable', 'canary'],
    ).replace('image: test/web,', 'image: test/web, ports: [{ containerPort: 80 }],');
  const traffic = (
    errorRate: number,
  ): string => `  behaviors: [{ image: test/v2, requests: { errorRate: ${errorRate} } }]
  traffic: [{ name: users, to: stable, arrivals: { poisson: { rate: 100/s } }, start: 20s }]
`;

  it('gives both templates their part of the traffic, and lets the update go on when it succeeds', () => {
    const outcome = run(canary(`${step(', weight: 10')}, { setWeight: 50 }`) + ERRORS, {
      timeline: toV2,
      spec: traffic(0),
      duration: '10m',
    });
    const [one] = stored<Rollout>(outcome, 'Rollout');
    expect(one.status?.phase).toBe('Healthy');
    expect(messages(outcome, /^ExperimentCreated$/)).toEqual([
      expect.stringMatching(/^ExperimentCreated: Created Experiment 'web-[a-z0-9]+-2-0'$/),
    ]);
    const [made] = stored<Experiment>(outcome, 'Experiment');
    const hash = made.metadata.labels?.['rollouts-pod-template-hash'];
    const weights = messages(outcome, /^TrafficWeightUpdated$/);
    expect(weights).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `additional: \\[\\{10 web-${hash}-2-0-baseline [a-z0-9]+\\} \\{10 web-${hash}-2-0-trial [a-z0-9]+\\}\\]$`,
        ),
      ),
    );
    expect(made.status?.phase).toBe('Successful');
  });

  it('aborts the update when its analysis fails, after a tenth of the users at most have met it', () => {
    const outcome = run(canary(`${step(', weight: 5')}, { setWeight: 50 }`) + ERRORS, {
      timeline: toV2,
      spec: traffic(1),
    });
    const [one] = stored<Rollout>(outcome, 'Rollout');
    expect(one.status).toMatchObject({ phase: 'Degraded', abort: true });
    expect(one.status?.message).toMatch(
      /^RolloutAborted: Rollout aborted update to revision 2: Metric "errors" assessed Failed/,
    );
    expect(one.status?.canary?.currentExperiment).toBeUndefined();
    const ratio = Number(outcome.summary.requests_error_ratio);
    expect(ratio).toBeGreaterThan(0.001);
    expect(ratio).toBeLessThan(0.03);
  });

  it('is ended when somebody promotes past it', () => {
    const outcome = run(canary(`${step()}, { setWeight: 50 }`) + ERRORS, {
      timeline: `${toV2}, { at: 100s, argoRollouts: { rollout: web, command: promote, full: true } }`,
      spec: traffic(0),
    });
    expect(stored<Experiment>(outcome, 'Experiment')[0].spec.terminate).toBe(true);
    expect(stored<Rollout>(outcome, 'Rollout')[0].status?.phase).toBe('Healthy');
  });
});
