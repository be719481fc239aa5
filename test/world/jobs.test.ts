// Jobs in whole worlds: pods that kubelets run, fail and interrupt; what checkpoints save; Jobs that go with their pods.
import { deviation, mean } from 'd3-array';
import { describe, expect, it } from 'vitest';
import { eventsOf, podsOf, runScenario } from '../support/world-rig.ts';

interface Options {
  readonly job: string;
  /** Expectations. */
  readonly expect?: string;
  readonly run: string;
  readonly duration?: string;
  readonly timeline?: string;
  readonly nodes?: number;
}

function run({ job, run: work, duration = '20m', timeline = '[]', nodes = 2, expect: hopes = '[]' }: Options) {
  return runScenario(`
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: jobs }
spec:
  duration: ${duration}
  cluster: { nodePools: [{ name: node, count: ${nodes}, zones: [a], labels: { wavetank/speed: "2" } }] }
  behaviors: [{ image: work, run: ${work} }]
  timeline: ${timeline}
  expect: ${hopes}
---
apiVersion: batch/v1
kind: Job
metadata: { name: sum }
spec:
  template: { spec: { restartPolicy: Never, containers: [{ name: c, image: work }] } }
${job}
`);
}

const jobsOf = ({ world }: ReturnType<typeof run>) => [...world.measure.jobs.rows()];

describe('a Job', () => {
  it('ends when its pods have done their work, and takes them with it when its time is over', () => {
    const finished = run({
      job: '  completions: 6\n  parallelism: 3\n  ttlSecondsAfterFinished: 60',
      run: '{ length: 100s }',
    });
    const [job] = jobsOf(finished);
    expect(job).toMatchObject({ outcome: 'Complete', succeeded: 6, failed: 0 });
    expect(job.finished_seconds).toBeGreaterThan(200);
    expect(job.finished_seconds).toBeLessThan(230);
    expect((job.deleted_seconds ?? 0) - (job.finished_seconds ?? 0)).toBeCloseTo(60, -1);
    expect(podsOf(finished).map(({ phase, finished_seconds }) => [phase, finished_seconds !== null])).toEqual(
      Array.from({ length: 6 }, () => ['Succeeded', true]),
    );
  });

  it.each([
    // Standard deviation over mean: 1, and 1/√3.
    ['{ exponential: { mean: 60s } }', 1],
    ['{ uniform: { min: 0s, max: 120s } }', 0.577],
  ])('has pods as long as their distribution says: %s', (length, spread) => {
    const finished = run({
      job: '  completions: 200\n  parallelism: 100',
      run: `{ length: ${length} }`,
      duration: '30m',
    });
    const { pods } = finished.world.state;
    const lengths = [...pods.ofJobs].map(([pod, { end }]) => ((end?.finishedUs ?? 0) - pods.runningAt[pod]) / 1e6);
    expect(lengths).toHaveLength(200);
    // 60 s, and four standard errors of 200.
    expect(Math.abs((mean(lengths) ?? 0) - 60)).toBeLessThan((4 * 60 * spread) / Math.sqrt(200));
    expect(Math.abs((deviation(lengths) ?? 0) / 60 - spread)).toBeLessThan(0.2);
  });

  it.each([
    ['complete', '{ length: 5s }', 'Complete', 1, 0],
    ['failed', '{ length: 5s, failure: { probability: 1, exitCode: 7 } }', 'Failed', 0, 1],
  ])('that is %s goes when its time is over, at once where it has none', (_, work, outcome, succeeded, failed) => {
    const of = (ttl: string) => run({ job: `  backoffLimit: 0${ttl}`, run: work, duration: '3m' });
    const lives = (ttl: string): number => {
      const finished = of(`\n  ttlSecondsAfterFinished: ${ttl}`);
      const [job] = jobsOf(finished);
      expect(job).toMatchObject({ outcome, succeeded, failed });
      const { objects } = finished.world.state;
      expect(objects.find('Job', 'default', 'sum')).toBe(-1);
      return (job.deleted_seconds ?? Infinity) - (job.finished_seconds ?? 0);
    };
    // From the end in whole seconds, as the condition has it.
    const [atOnce, later] = [lives('0'), lives('30')];
    expect(atOnce).toBeGreaterThanOrEqual(0);
    expect(atOnce).toBeLessThan(1);
    expect(later).toBeGreaterThan(29);
    expect(later).toBeLessThan(31);
    expect(jobsOf(of(''))).toMatchObject([{ outcome, deleted_seconds: null }]);
  });

  it('has rows of what it wants and what runs, and figures of how long it took', () => {
    // Three at a time for 100 s each: twice, after a start of a few seconds.
    const finished = run({
      job: '  completions: 6\n  parallelism: 3',
      run: '{ length: 100s }',
      duration: '5m',
      expect: '[job.sum.duration < 1h, job.sum.succeeded == 6]',
    });
    const rows = [...finished.world.measure.workloads.rows()].filter(({ kind }) => kind === 'Job');
    const at = (second: number) => rows.find(({ time_seconds }) => time_seconds === second);
    const name = { kind: 'Job', namespace: 'default', name: 'sum', updated: null, available: null };
    expect(at(60)).toEqual({ time_seconds: 60, ...name, desired: 6, current: 3, ready: 3 });
    expect(at(180)).toMatchObject({ desired: 6, current: 3, ready: 3 });
    expect(at(300)).toMatchObject({ desired: 6, current: 0, ready: 0 });
    const [{ started_seconds, finished_seconds }] = jobsOf(finished);
    const [{ actual }] = finished.verdicts;
    expect((actual ?? 0) / 1e6).toBeCloseTo((finished_seconds ?? 0) - (started_seconds ?? 0), 6);
    expect((actual ?? 0) / 1e6).toBeGreaterThan(200);
    expect((actual ?? 0) / 1e6).toBeLessThan(230);
  });

  it('that has not ended takes for ever', () => {
    const finished = run({
      job: '',
      run: '{ length: 10m }',
      duration: '1m',
      expect: '[job.sum.duration < 1h, job.sum.active == 1]',
    });
    expect(finished.verdicts.map(({ actual, pass }) => [actual, pass])).toEqual([
      [Infinity, false],
      [1, true],
    ]);
  });

  it('is faster on a fast node when its work is given instead of a length', () => {
    const [job] = jobsOf(run({ job: '', run: '{ work: 200s }' }));
    expect(job.finished_seconds).toBeLessThan(130);
  });

  it('fails after its back-off limit, with waits of 10 s, 20 s …', () => {
    const finished = run({ job: '  backoffLimit: 2', run: '{ length: 2s, failure: { probability: 1, exitCode: 7 } }' });
    expect(jobsOf(finished)).toMatchObject([{ outcome: 'Failed', reason: 'BackoffLimitExceeded', failed: 3 }]);
    const [first = 0, second = 0, third = 0] = podsOf(finished)
      .map(({ created_seconds }) => created_seconds)
      .sort((a, b) => a - b);
    expect(second - first).toBeGreaterThan(10);
    expect(third - second).toBeGreaterThan(20);
    expect(eventsOf(finished, 'BackoffLimitExceeded')).toHaveLength(1);
  });

  it('fails at once where its policy says so', () => {
    const policy = 'podFailurePolicy: { rules: [{ action: FailJob, onExitCodes: { operator: In, values: [7] } }] }';
    const finished = run({ job: `  ${policy}`, run: '{ length: 2s, failure: { probability: 1, exitCode: 7 } }' });
    expect(jobsOf(finished)).toMatchObject([{ outcome: 'Failed', reason: 'PodFailurePolicy', failed: 1 }]);
    const [event] = eventsOf(finished, 'PodFailurePolicy');
    expect(event.message).toMatch(/^Container c for pod default\/sum-\w{5} failed with exit code 7 matching FailJob/);
  });

  it('goes on from what was saved, on another node and in another pod', () => {
    const job = '  completionMode: Indexed\n  completions: 1';
    const timeline = '[{ at: 6m, delete: { kind: Pod, name: NAME } }]';
    const named = run({ job, run: '{ length: 10m }', duration: '2m' });
    const [pod] = podsOf(named);
    const at = (checkpoint: string) =>
      jobsOf(
        run({ job, run: `{ length: 10m${checkpoint} }`, timeline: timeline.replace('NAME', pod.pod), duration: '30m' }),
      )[0];
    const [saved, lost] = [at(', checkpoint: 30s'), at('')];
    expect(saved).toMatchObject({ outcome: 'Complete', succeeded: 1, failed: 1 });
    expect(saved.finished_seconds).toBeLessThan(12 * 60);
    expect(lost.finished_seconds).toBeGreaterThan(16 * 60);
  });

  it('rests while its progress is saved, each time but at the end', () => {
    const finish = (checkpoint: string): number =>
      jobsOf(run({ job: '', run: `{ length: 10m, checkpoint: ${checkpoint} }`, duration: '20m' }))[0]
        .finished_seconds ?? 0;
    // After 2, 4, 6 and 8 of the ten minutes.
    expect(finish('{ every: 2m, takes: 15s }') - finish('2m')).toBeCloseTo(60, 0);
    expect(finish('{ every: 10m, takes: 15s }') - finish('10m')).toBeCloseTo(0, 0);
  });

  it('replaces the pods of a lost node, unless only failed ones are replaced: those of a silent node never fail', () => {
    const lost = (policy: string) =>
      run({
        job: `  completions: 4\n  parallelism: 4\n  podReplacementPolicy: ${policy}`,
        run: '{ length: 3m }',
        duration: '40m',
        timeline: '[{ at: 1m, fault: { NodeCrash: { node: node-0 } } }]',
      });
    expect(jobsOf(lost('Failed'))).toMatchObject([{ outcome: '', succeeded: 2, failed: 0 }]);
    const [job] = jobsOf(lost('TerminatingOrFailed'));
    expect(job).toMatchObject({ succeeded: 4, failed: 2 });
  });
});

it('a CronJob has rows of its active Jobs alone, and its Jobs have none', () => {
  const { world } = runScenario(`
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: often }
spec:
  duration: 4m
  cluster: { nodePools: [{ name: node, count: 1 }] }
  behaviors: [{ image: work, run: { length: 90s } }]
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: often }
spec:
  schedule: "* * * * *"
  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: work }] } } } }
`);
  const rows = [...world.measure.workloads.rows()];
  expect(new Set(rows.map(({ kind, name }) => `${kind}/${name}`))).toEqual(new Set(['CronJob/often']));
  const at = (second: number) => rows.find(({ time_seconds }) => time_seconds === second);
  const none = { desired: null, ready: null, updated: null, available: null };
  // Each runs for a minute and a half, and one starts every minute.
  expect(at(50)).toMatchObject({ ...none, current: 0 });
  expect(at(110)).toMatchObject({ ...none, current: 1 });
  expect(at(140)).toMatchObject({ ...none, current: 2 });
  expect(at(170)).toMatchObject({ ...none, current: 1 });
});
