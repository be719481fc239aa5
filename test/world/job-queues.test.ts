// Queues of Jobs in whole worlds: who begins suspended, who is let in, and who is stopped again.
import { describe, expect, it } from 'vitest';
import { eventsOf, runScenario } from '../support/world-rig.ts';

interface JobOf {
  readonly name: string;
  readonly queue?: string;
  readonly pods?: number;
  readonly more?: string;
}

function jobYaml({ name, queue = 'team', pods = 2, more = '' }: JobOf): string {
  return `---
apiVersion: batch/v1
kind: Job
metadata: { name: ${name}, labels: { kueue.x-k8s.io/queue-name: ${queue} } }
spec:
  completions: ${pods}
  parallelism: ${pods}
  ${more}
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: c, image: work, resources: { limits: { cpu: 1 } } }]
`;
}

function run(
  jobs: readonly JobOf[],
  { spec = '', queue = 'cluster-queues: { queues: [{ name: team, quota: { cpu: 4 } }] }', more = '' } = {},
) {
  const finished = runScenario(
    `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: queues }
spec:
  preset: ideal
  duration: 20m
  cluster: { nodePools: [{ name: node, count: 4, capacity: { cpu: 8, memory: 32Gi } }] }
  behaviors: [{ image: work, run: { length: 2m } }]
  jobQueue: { ${queue} }
${spec}
` +
      jobs.map(jobYaml).join('') +
      more,
  );
  const runs = new Map([...finished.world.measure.jobs.runs].map((one) => [one.name, one]));
  const started = (name: string): number => Math.round((runs.get(name)?.startedUs ?? NaN) / 1e6);
  const reasons = (name: string): string[] =>
    eventsOf(finished)
      .filter((event) => event.kind === 'Job' && event.name === name && event.source === 'kueue-admission')
      .map(({ reason }) => reason);
  return { finished, runs, started, reasons };
}

describe('a queue', () => {
  it('lets in what fits, one Job after the other', () => {
    const { started, reasons, finished } = run([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    expect([started('a'), started('b')]).toEqual([0, 0]);
    // A second after the pods of a and b have ended.
    expect(started('c')).toBeGreaterThanOrEqual(120);
    expect(started('c')).toBeLessThan(126);
    expect(reasons('a')).toEqual(['QuotaReserved', 'Admitted']);
    expect(reasons('c')).toEqual(['Pending', 'QuotaReserved', 'Admitted']);
    const [reserved] = eventsOf(finished, 'QuotaReserved').slice(-1);
    expect(reserved.message).toMatch(/^Quota reserved in ClusterQueue team, wait time since queued was 12\ds$/);
    const waits = finished.world.measure.jobQueues.record('team')?.waitedUs ?? [];
    expect(waits.map((us) => Math.floor(us / 60e6))).toEqual([0, 0, 2]);
  });

  it('leaves alone Jobs of no queue, and lets those of an unknown one wait for ever', () => {
    const { started, runs } = run([{ name: 'lost', queue: 'nobody' }], {
      more: jobYaml({ name: 'free' }).replace(/, labels: .*/, ' }'),
    });
    expect(started('free')).toBe(0);
    expect(runs.get('lost')).toMatchObject({ startedUs: -1, succeeded: 0 });
  });

  it('does nothing where nobody looks at it', () => {
    expect(run([{ name: 'a', queue: 'nobody' }], { queue: 'none: {}' }).started('a')).toBe(0);
  });

  it('also takes the Jobs of a CronJob', () => {
    const { runs } = run([], {
      queue: 'cluster-queues: { queues: [{ name: team, quota: { cpu: 1 } }] }',
      more: `---
apiVersion: batch/v1
kind: CronJob
metadata: { name: tick }
spec:
  schedule: "* * * * *"
  jobTemplate:
    metadata: { labels: { kueue.x-k8s.io/queue-name: team } }
    spec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: work, resources: { limits: { cpu: 1 } } }] } } }
`,
    });
    // One every minute, each of which takes two.
    const ended = [...runs.values()].filter(({ outcome }) => outcome === 'Complete');
    expect(runs.size).toBeGreaterThan(ended.length + 5);
    expect(ended.length).toBeGreaterThan(7);
  });

  it('suspends again what somebody starts by hand', () => {
    const spec = '  timeline: [{ at: 10s, patch: { kind: Job, name: c, patch: { spec: { suspend: false } } } }]';
    const { started, finished } = run([{ name: 'a' }, { name: 'b' }, { name: 'c' }], { spec });
    expect(eventsOf(finished, 'Suspended').filter(({ name }) => name === 'c')).not.toHaveLength(0);
    expect(finished.world.measure.jobQueues.record('team')?.waitedUs).toHaveLength(3);
    expect(started('c')).toBeGreaterThanOrEqual(10);
  });

  it('stops a Job that grows beyond what was admitted, and lets it in again when there is room', () => {
    const spec = '  timeline: [{ at: 30s, patch: { kind: Job, name: a, patch: { spec: { parallelism: 4 } } } }]';
    const { reasons, runs } = run([{ name: 'a', pods: 2, more: '' }, { name: 'b' }], {
      spec,
      more: '',
    });
    // Two completions need no more than two pods, whatever its parallelism says.
    expect(reasons('a')).toEqual(['QuotaReserved', 'Admitted']);
    expect(runs.get('a')?.outcome).toBe('Complete');
    const grown = run([{ name: 'b' }], {
      spec,
      more: jobYaml({ name: 'a' }).replace('completions: 2', 'completions: 8'),
    });
    expect(grown.reasons('a')).toEqual([
      'QuotaReserved',
      'Admitted',
      'Stopped',
      'Pending',
      'QuotaReserved',
      'Admitted',
    ]);
    expect(grown.runs.get('a')).toMatchObject({ outcome: 'Complete', succeeded: 8 });
  });
});

describe('queues of a cohort that borrow eight cores of one that does not use them any more', () => {
  const many = (queue: string): JobOf[] =>
    Array.from({ length: 10 }, (_, at) => ({ name: `${queue}-${at}`, queue, pods: 1 }));
  /** How many of light and heavy begin when the lender's Job has ended; those of light came first. */
  const begun = (fairSharing: boolean, weight: number): number[] => {
    const queues = `[{ name: lender, cohort: all, quota: { cpu: 8 } }, { name: light, cohort: all, quota: { cpu: 0 } }, { name: heavy, cohort: all, quota: { cpu: 0 }, weight: ${weight} }]`;
    const { started } = run([{ name: 'first', queue: 'lender', pods: 8 }, ...many('light'), ...many('heavy')], {
      queue: `cluster-queues: { fairSharing: ${fairSharing}, queues: ${queues} }`,
    });
    return ['light', 'heavy'].map((queue) => many(queue).filter(({ name }) => started(name) < 180).length);
  };

  it.each([
    ['with fair sharing by their weights', true, 3, [2, 6]],
    ['with fair sharing and equal weights alike', true, 1, [4, 4]],
    ['without it as they came', false, 3, [8, 0]],
  ])('%s', (_, fairSharing, weight, expected) => {
    expect(begun(fairSharing, weight)).toEqual(expected);
  });
});
