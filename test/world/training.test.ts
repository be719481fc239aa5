// Gangs of pods that train, in whole worlds: what stops them, what is lost, and how they end.
import { describe, expect, it } from 'vitest';
import { jobOf, podsOf, runScenario, worldOf } from '../support/world-rig.ts';

interface Setting {
  readonly training?: string;
  readonly timeline?: string;
  readonly job?: string;
  readonly restart?: string;
  readonly nodes?: number;
}

/** Four pods, one on each node, in zones a and b. */
function scenarioOf({ training = '', timeline = '', job = '', restart = 'OnFailure', nodes = 4 }: Setting): string {
  return `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: training }
spec:
  preset: ideal
  duration: 30m
  interval: 10s
  cluster: { nodePools: [{ name: gpu, count: ${nodes}, zones: [a, b], capacity: { cpu: 8, memory: 32Gi } }] }
  behaviors:
    - image: trainer
      training: { steps: 100, step: 1s, checkpoint: { steps: 20, takes: 2s }, begin: 10s, ${training} }
  timeline: [${timeline}]
---
apiVersion: batch/v1
kind: Job
metadata: { name: train }
spec:
  completionMode: Indexed
  completions: 4
  parallelism: 4
  ${job}
  template:
    spec:
      restartPolicy: ${restart}
      containers: [{ name: t, image: trainer, resources: { requests: { cpu: 6 } } }]
`;
}

function trained(setting: Setting) {
  const finished = runScenario(scenarioOf(setting));
  const { measure } = finished.world;
  const [job] = [...measure.jobs.runs];
  const gang = measure.training.gangOf('default/train');
  if (gang === undefined) throw new Error('nobody trained');
  return { finished, job, gang, rows: [...measure.training.rows()] };
}

describe('a gang', () => {
  it('does its steps, saves now and then, and all its pods end well', () => {
    const { job, gang, finished } = trained({});
    // 10 s to begin, 100 steps, four checkpoints: the last step needs none.
    expect([gang.finishedUs - gang.startedUs, gang.keptUs, gang.lostUs]).toEqual([118e6, 100e6, 0]);
    expect([job.outcome, job.succeeded, job.failed]).toEqual(['Complete', 4, 0]);
    expect(podsOf(finished).map(({ phase }) => phase)).toEqual(Array.from({ length: 4 }, () => 'Succeeded'));
  });

  it('waits for all of its members', () => {
    const { job, gang, rows } = trained({ nodes: 3 });
    expect([gang.state, gang.done, gang.begins]).toEqual(['waiting', 0, 0]);
    expect(job.outcome).toBe('');
    expect(rows.at(-1)).toMatchObject({ state: 'waiting', members: 0, progress_ratio: 0 });
  });

  it('goes back to the last checkpoint when a container crashes, and goes on when it is back', () => {
    const { job, gang } = trained({ timeline: '{ at: 1m, fault: { PodCrash: { count: 1 } } }' });
    expect([gang.begins, job.outcome]).toEqual([2, 'Complete']);
    expect(gang.lostUs).toBeGreaterThan(0);
    expect(gang.lostUs).toBeLessThan(22e6);
    const took = gang.finishedUs - gang.startedUs;
    // What was lost, and the second beginning; a restart of a container is prompt.
    expect(took).toBeGreaterThanOrEqual(118e6 + gang.lostUs + 10e6);
    expect(took).toBeLessThan(118e6 + gang.lostUs + 12e6);
  });

  it('without an agent all processes end, and each failure counts for the Job', () => {
    const { job, gang, finished } = trained({
      training: 'lostMember: exit, exitCode: 7',
      timeline: '{ at: 1m, fault: { PodCrash: { count: 1 } } }',
      job: 'backoffLimit: 3',
      restart: 'Never',
    });
    expect([job.outcome, job.reason, gang.begins]).toEqual(['Failed', 'BackoffLimitExceeded', 1]);
    expect(podsOf(finished).filter(({ phase }) => phase === 'Failed')).toHaveLength(4);
  });

  it('waits in vain for a member whose machine has stopped, until its pod is replaced', () => {
    const { gang, rows, job } = trained({
      nodes: 5,
      training: 'timeout: 1h',
      timeline: '{ at: 1m, fault: { NodeCrash: { node: gpu-1 } } }',
    });
    const stalled = rows.filter(({ state }) => state === 'stalled').length * 10;
    // The node is noticed after 50 s, its pod evicted after 300 s more.
    expect(stalled).toBeGreaterThanOrEqual(330);
    expect(stalled).toBeLessThan(380);
    expect([gang.begins, gang.state]).toEqual([2, 'done']);
    // A pod on a machine that is gone cannot end: the Job waits for it.
    expect(job.succeeded).toBe(4);
  });

  it('an elastic one goes on with three until the fourth is back', () => {
    const { gang, rows } = trained({
      training: 'members: { min: 2, max: 4 }, timeout: 30s, lastCall: 5s',
      timeline: '{ at: 1m, fault: { NodeCrash: { node: gpu-1, for: 90s } } }',
    });
    const sizes = rows.map(({ members }) => members);
    expect(sizes).toContain(3);
    expect([gang.state, gang.begins]).toEqual(['done', 3]);
    expect(sizes.lastIndexOf(4)).toBeGreaterThan(sizes.lastIndexOf(3));
  });

  it('is held up by a partition that cuts its ring, and goes on after it', () => {
    const ring = 'allReduce: { bytes: 1MB, bandwidth: 1GB/s }';
    const cutFor = (seconds: number) => {
      const world = worldOf(scenarioOf({ training: `${ring}, timeout: 1m` }));
      world.engine.run(60e6);
      const { zone } = world.state.nodes;
      const [a, b] = zone.slice(0, 2);
      const side = (of: number) => ({ includes: (node: number) => zone[node] === of, outside: false });
      const cut = { loss: 1, delay: undefined };
      const heals = [
        world.network.links.troubles.disturb({ from: side(a), to: side(b), ...cut }),
        world.network.links.troubles.disturb({ from: side(b), to: side(a), ...cut }),
      ];
      world.engine.run(60e6 + seconds * 1e6);
      for (const heal of heals) heal();
      world.engine.run(900e6);
      const gang = world.measure.training.gangOf('default/train');
      if (gang === undefined) throw new Error('nobody trained');
      return gang;
    };
    const short = cutFor(30);
    expect([short.state, short.begins, short.lostUs]).toEqual(['done', 1, 0]);
    expect(short.finishedUs - short.startedUs).toBeGreaterThan(146e6);
    const long = cutFor(180);
    expect(long.state).toBe('done');
    expect(long.begins).toBeGreaterThan(1);
    expect(long.lostUs).toBeGreaterThan(60e6);
  });
});

describe('bad input', () => {
  const problem = (training: string): string => {
    try {
      jobOf(scenarioOf({ training }));
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };

  it.each([
    ['members: { min: 3, max: 2 }', 'min must not exceed max'],
    ['lostMember: stop', 'expected one of restart, exit'],
    ['allReduce: { bytes: 1GB, bandwidth: fast }', 'expected a transfer rate'],
    ['restarts: 3', 'unknown'],
    ['timeout: 0s', 'above 0'],
  ])('%s: %s', (training, message) => {
    expect(problem(training)).toContain(message);
  });
});
