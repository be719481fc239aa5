// Where wrong clocks show: in what kubelets date and controllers compare; and where they do not: leases, heartbeats.
import { describe, expect, it } from 'vitest';
import { deployment, scenario } from '../support/manifests.ts';
import { eventsOf, runScenario } from '../support/world-rig.ts';

const skew = (args: string, at = '0s'): string => `{ at: ${at}, fault: { ClockSkew: { ${args} } } }`;
const run = (spec: string, manifests: string) => runScenario(scenario(3, spec) + manifests);

describe('minReadySeconds', () => {
  const toV2 = '{ at: 2m, setImage: { deployment: web, container: main, image: "web:2" } }';
  /** When the second revision is complete, seconds after it began. */
  const rolloutSeconds = (faults: string): number => {
    const manifest = deployment('web', { replicas: 2 }).replace('  replicas', '  minReadySeconds: 60\n  replicas');
    const { world } = run(`  duration: 20m\n  timeline: [${faults === '' ? '' : `${faults}, `}${toV2}]\n`, manifest);
    const last = world.controllers.rollouts.at(-1);
    return Math.round(((last?.endUs ?? 0) - (last?.startUs ?? 0)) / 1e6);
  };

  it('counts from when the kubelet says that the pod became ready, by the clock of the controllers', () => {
    // Two waves of 60 s each.
    const right = rolloutSeconds('');
    expect(right).toBeGreaterThanOrEqual(120);
    expect(right).toBeLessThan(135);
    // Behind by more than a minute: available as soon as they are ready.
    expect(rolloutSeconds(skew('of: { labels: "kubernetes.io/os=linux" }, behind: 5m'))).toBeLessThan(15);
    // Ahead: each wave waits for the controllers' clock, too.
    const ahead = rolloutSeconds(skew('of: { labels: "kubernetes.io/os=linux" }, ahead: 100s'));
    expect(Math.abs(ahead - right - 200)).toBeLessThanOrEqual(2);
    // The clock of the controllers against those of all nodes.
    expect(rolloutSeconds(skew('of: { controlPlane: true }, ahead: 5m'))).toBeLessThan(15);
    // All clocks are wrong in the same way: nothing shows.
    const both = rolloutSeconds(skew('of: { labels: "kubernetes.io/os=linux", controlPlane: true }, ahead: 100s'));
    expect(Math.abs(both - right)).toBeLessThanOrEqual(2);
  });

  it('counts truly again when the clocks are set right', () => {
    const until = skew('of: { labels: "kubernetes.io/os=linux" }, behind: 5m, for: 1m');
    expect(rolloutSeconds(until)).toBeGreaterThanOrEqual(120);
  });
});

describe('a CronJob', () => {
  const CRON = `---
apiVersion: batch/v1
kind: CronJob
metadata: { name: report }
spec: { schedule: "*/10 * * * *", jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: report }] } } } } }
`;
  const starts = (faults: string): number[] => {
    const spec = `  duration: 45m\n  behaviors: [{ image: report, run: { length: 10s } }]\n  timeline: [${faults}]\n`;
    return eventsOf(run(spec, CRON), 'SuccessfulCreate')
      .filter(({ message }) => /Created job/.test(message))
      .map(({ time_seconds: s }) => Math.round(s / 60));
  };

  it('starts by the clock of the controllers, and looks again when it was told to', () => {
    expect(starts('')).toEqual([10, 20, 30, 40]);
    // The first look had been booked for 10 minutes; by then it is 14.
    expect(starts(skew('of: { controlPlane: true }, ahead: 4m', '1m'))).toEqual([10, 16, 26, 36]);
    expect(starts(skew('of: { controlPlane: true }, behind: 4m', '1m'))).toEqual([14, 24, 34, 44]);
    // Nodes have nothing to do with it.
    expect(starts(skew('of: { zone: a }, ahead: 4m', '1m'))).toEqual([10, 20, 30, 40]);
  });
});

it('leaves leaders and nodes alone, as leases are judged by when they change', () => {
  const faults = [
    skew('of: { nodes: [node-1] }, ahead: 2h, for: 10m', '3m'),
    skew('of: { nodes: [cp1] }, behind: 2h, for: 10m', '3m'),
  ];
  const outcome = run(
    `  duration: 15m\n  controlPlane: { replicas: 3 }\n  timeline: [${faults.join(', ')}]\n`,
    deployment('web', { replicas: 2 }),
  );
  expect(eventsOf(outcome, 'NodeNotReady')).toEqual([]);
  expect(eventsOf(outcome, 'LeaderElection').filter(({ time_seconds: s }) => s > 180)).toEqual([]);
  expect(outcome.world.state.clocks.wrong).toBe(false);
  expect(eventsOf(outcome, 'FaultStarted').map(({ message }) => message)).toEqual([
    'clocks of node-1 ahead by 7200 s',
    'clocks of cp1 behind by 7200 s',
  ]);
});

it('says what is wrong with its arguments', () => {
  const wrong = (args: string) => () => run(`  duration: 1m\n  timeline: [${skew(args)}]\n`, '');
  expect(wrong('of: { zone: a }')).toThrow(/expected either `ahead` or `behind`/);
  expect(wrong('of: { zone: a }, ahead: 1m, behind: 1m')).toThrow(/expected either `ahead` or `behind`/);
  expect(wrong('of: { nodes: [node-7] }, ahead: 1m')).toThrow(/there is no node "node-7" \(did you mean/);
});
