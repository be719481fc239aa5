// What fuzzing has found once: the smallest inputs, with the right value of each.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { deployment } from '../support/manifests.ts';
import { eventsOf, runScenario } from '../support/world-rig.ts';

const scenario = (spec: string, ...manifests: string[]): string =>
  `apiVersion: wavetank/v1\nkind: Scenario\nmetadata: { name: found }\nspec: ${spec}\n${manifests.join('')}`;

const SERVICE =
  '---\napiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { selector: { app: a }, ports: [{ port: 80 }] }\n';

/** What is wrong with a scenario; empty when nothing is. */
function complaint(text: string): string {
  try {
    runScenario(text);
    return '';
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

describe('PodCrash of a container', () => {
  const crash = (deploymentName: string): string =>
    `{ duration: 1m, kubelet: { relistPeriod: 0 }, timeline: [{ at: 30s, fault: { PodCrash: { container: 1, ${deploymentName} count: 9 } } }] }`;
  const fired = (text: string) => eventsOf(runScenario(text), 'FaultFired').map(({ message }) => message);
  const two = deployment('b', { replicas: 2 }).replace(' } }] }', ' } }, { name: side, image: side }] }');

  const COUNTED = 'PodCrash.container: no pod ';

  it('that no pod has is refused with its place', () => {
    const message = complaint(scenario(crash(''), deployment('a', { replicas: 3 })));
    expect(message).toMatch(
      /^test.yaml:4:\d+: spec.timeline\[0\].fault.PodCrash.container: no pod in namespace default has/,
    );
    expect(message).toContain('has a container with index 1, expected 0, each has one');
  });

  it('that only pods of others have is refused', () => {
    const message = complaint(scenario(crash('deployment: a,'), deployment('a', { replicas: 3 }), two));
    expect(message).toContain(`${COUNTED}of Deployment default/a has a container with index 1`);
    expect(complaint(scenario(crash('namespace: other,'), two))).toContain(`${COUNTED}in namespace other`);
    expect(complaint(scenario(crash('deployment: b,'), two))).toBe('');
  });

  it('that pods get during the run is not', () => {
    const spec = (action: string) => crash('').replace('[{', `[${action}, {`);
    const patched = `{ at: 10s, patch: { deployment: a, patch: { spec: { template: { spec: { containers: [{ name: side, image: side }] } } } } } }`;
    expect(complaint(scenario(spec(patched), deployment('a')))).toBe('');
    const pod =
      '{ apiVersion: v1, kind: Pod, metadata: { name: p }, spec: { containers: [{ name: a, image: a }, { name: b, image: b }] } }';
    expect(complaint(scenario(spec(`{ at: 10s, apply: ${pod} }`), deployment('a')))).toBe('');
  });

  it('that some pods have ends it in these', () => {
    expect(two).toContain('side');
    const [message] = fired(scenario(crash(''), deployment('a', { replicas: 3 }), two));
    expect(message).toMatch(/^the process of (b-[-\w]+, b-[-\w]+) ended with exit code 1$/);
  });
});

describe('a wait of 0 that comes again and again is refused with its place:', () => {
  it.each([
    [
      'timeline: [{ at: 30s, fault: { NodeFailures: { up: 0, repair: 0 } } }]',
      'NodeFailures.up: expected a duration or distribution above 0',
    ],
    [
      'faults: [{ fault: { NodeCrash: { for: 1s } }, every: { uniform: { min: 0, max: 0 } } }]',
      'spec.faults[0].every: expected a duration or distribution above 0',
    ],
    ['network: { balancer: { LoadBoard: { refresh: 1us } } }', 'LoadBoard.refresh: expected a duration of 1ms or more'],
    [
      'kubelet: { crashLoopBackOff: { initial: 1us, max: 1us } }',
      'crashLoopBackOff.initial: expected a duration of 1s or more',
    ],
  ])('%s', (field, expected) => {
    const message = complaint(scenario(`{ duration: 1m, ${field} }`, deployment('a')));
    expect(message).toMatch(/^test.yaml:\d+:\d+: /);
    expect(message).toContain(expected);
  });
});

it('a process that exits at once is restarted with growing waits', () => {
  const text = scenario(
    '{ duration: 5m, preset: ideal, behaviors: [{ image: test/a, crash: { after: 0 } }] }',
    deployment('a'),
  );
  const { world } = runScenario(text);
  // 10, 20, 40, 80 and 160 s after one another.
  expect(world.state.pods.restarts[0]).toBe(5);
});

it('a thousand retries without a wait are a thousand retries', () => {
  const text = scenario(
    '{ duration: 60s, traffic: [{ name: t, to: a, arrivals: { constant: { rate: 1/s } }, retries: { max: 2000, backoff: 0 } }] }',
    SERVICE,
  );
  const { summary } = runScenario(text);
  expect(summary.requests_failed_total).toBeGreaterThan(0);
});

it('preemption of requests that need no time', () => {
  const text = scenario(
    '{ duration: 20s, behaviors: [{ image: test/a, startup: 0, requests: { service: 0, concurrency: 1, order: preemptivePriority } }], traffic: [{ name: t, to: a, arrivals: { constant: { rate: 1/s } } }, { name: u, to: a, priority: 1, arrivals: { constant: { rate: 1/s } } }] }',
    deployment('a'),
    SERVICE,
  );
  const { summary } = runScenario(text);
  expect(summary.requests_completed_total).toBeGreaterThan(20);
});

it('the intervals of series.csv count every request of the summary, those of the last instant too', () => {
  const text = scenario(
    '{ duration: 60s, traffic: [{ name: t, to: a, arrivals: { constant: { rate: 5/s } }, timeout: 1s }], timeline: [{ at: 40s, fault: { ZoneOutage: { zone: zone-a } } }] }',
    deployment('a'),
    SERVICE,
  );
  const { world, summary } = runScenario(text);
  const sum = (column: 'requests' | 'requests_completed' | 'requests_failed') =>
    world.measure.series.reduce((total, row) => total + row[column], 0);
  expect([sum('requests'), sum('requests_completed'), sum('requests_failed')]).toEqual([
    summary.requests_total,
    summary.requests_completed_total,
    summary.requests_failed_total,
  ]);
  expect(world.measure.series.at(-1)?.time_seconds).toBe(60);
});

it('who is cut off from the outside is not told that a connection is refused', () => {
  const text = scenario(
    '{ duration: 40s, traffic: [{ name: t, to: a, arrivals: { constant: { rate: 1/s } }, timeout: 1s }], timeline: [{ at: 20s, fault: { NetworkPartition: { from: { outside: true }, to: { outside: true } } } }] }',
    SERVICE,
  );
  const { world } = runScenario(text);
  const rows = world.measure.series;
  // Nobody is behind the Service: refused at first, then silent until the timeout.
  expect([rows[1].requests_refused, rows[1].requests_timeout]).toEqual([10, 0]);
  // The last interval has the last instant too.
  expect([rows[3].requests_refused, rows[3].requests_timeout]).toEqual([0, 11]);
});
