// Probes, init containers and sidecars, with constant delays: sandbox 0.3 s, container 0.2 s, process 2 s unless it is said.
import { describe, expect, it } from 'vitest';
import { type Rig, rig, template } from '../../test/support/cluster-rig.ts';
import { EventSubject } from '../model/event-log.ts';
import { PodBit } from '../model/pods.ts';
import type { PodRow } from '../model/rows.ts';

const seconds = (value: number) => ({ type: 'constant', value: value * 1e6 }) as const;
const slow = { slow: { startup: seconds(9) } };

/** The pod's committed state after each change: seconds, phase, Ready. */
function follow({ api, engine, state }: Rig): string[] {
  const seen: string[] = [];
  api.podCommits.push((pod) => {
    const bits = state.pods.state[pod];
    const text = `${engine.now / 1e6} ${['Pending', 'Running', 'Succeeded', 'Failed'][bits & 3]}`;
    seen.push((bits & PodBit.Ready) !== 0 ? `${text} ready` : text);
  });
  return seen;
}

/** Seconds of the events of one reason about pods. */
function timesOf({ state }: Rig, reason: string): number[] {
  const { events } = state;
  return events.time.flatMap((time, index) => {
    const pod = events.subject[index] === EventSubject.Pod;
    return pod && events.messages.get(events.message[index]).reason === reason ? [time / 1e6] : [];
  });
}

describe('a startup probe', () => {
  it('lets the container be ready at its first success', () => {
    const one = rig({});
    const seen = follow(one);
    one.pod('a', template(['x'], {}, { startupProbe: { periodSeconds: 1, failureThreshold: 30 } }), 'node-0');
    one.engine.run(60e6);
    // Listens at 2.5 s; the probes come at whole seconds.
    expect(seen.slice(2)).toEqual(['0.5 Running', '3 Running', '3 Running ready']);
  });

  it('is followed by a readiness probe at once', () => {
    const one = rig({});
    const seen = follow(one);
    const probes = { startupProbe: { periodSeconds: 1, failureThreshold: 30 }, readinessProbe: { periodSeconds: 5 } };
    one.pod('a', template(['x'], {}, probes), 'node-0');
    one.engine.run(60e6);
    expect(seen.at(-1)).toBe('3 Running ready');
  });

  it('kills a container that takes too long, again and again', () => {
    const one = rig({ behaviors: slow });
    one.pod('a', template(['slow'], {}, { startupProbe: { periodSeconds: 1, failureThreshold: 3 } }), 'node-0');
    one.engine.run(45e6);
    // Runs at 0.5: fails at 1, 2, 3. Runs at 3.2: 4, 5, 6. A kubelet that kills counts the run before: it runs at 6.2, after 10 s
    // at 19.2, after 20 s at 42.2.
    expect(timesOf(one, 'Killing')).toEqual([3, 6, 9, 22, 45]);
    expect(one.state.pods.restarts[0]).toBe(4);
    expect(one.state.machines.listening[0]).toBe(0);
  });

  it('holds the liveness probe back until then', () => {
    const one = rig({ behaviors: slow });
    const probes = {
      startupProbe: { periodSeconds: 1, failureThreshold: 30 },
      livenessProbe: { periodSeconds: 1, failureThreshold: 1 },
    };
    one.pod('a', template(['slow'], {}, probes), 'node-0');
    one.engine.run(60e6);
    expect([one.state.pods.restarts[0], one.state.machines.listening[0]]).toEqual([0, 1]);
  });
});

describe('a liveness probe', () => {
  it('kills a container that starts slower than it waits', () => {
    const one = rig({ behaviors: slow });
    const livenessProbe = { periodSeconds: 1, initialDelaySeconds: 2, failureThreshold: 3 };
    one.pod('a', template(['slow'], {}, { livenessProbe }), 'node-0');
    one.engine.run(6e6);
    // Runs at 0.5, which status tells as 0: it is probed from 2 on, killed at 4, and the next one is probed from 6 on.
    expect(timesOf(one, 'Unhealthy')).toEqual([2, 3, 4, 6]);
  });

  it('with the defaults leaves one alone that listens within 30 s', () => {
    const one = rig({ behaviors: slow });
    const seen = follow(one);
    one.pod('a', template(['slow'], {}, { livenessProbe: {} }), 'node-0');
    one.engine.run(600e6);
    expect(one.state.pods.restarts[0]).toBe(0);
    // It says nothing about readiness.
    expect(seen.at(-1)).toBe('0.5 Running ready');
  });

  it('at the very moment at which the process listens succeeds', () => {
    const one = rig({ behaviors: { exact: { startup: seconds(2.5) } } });
    const livenessProbe = { periodSeconds: 1, failureThreshold: 3 };
    one.pod('a', template(['exact'], {}, { livenessProbe }), 'node-0');
    one.engine.run(60e6);
    // Fails at 1 and 2; the third comes at 3, when it listens.
    expect(one.state.pods.restarts[0]).toBe(0);
  });

  it('does not kill a pod that is ending anyway', () => {
    const one = rig({ behaviors: slow });
    const more = { livenessProbe: { periodSeconds: 1 }, lifecycle: { preStop: { sleep: { seconds: 8 } } } };
    one.pod('a', template(['slow'], {}, more), 'node-0');
    one.engine.run(1.5e6);
    one.client.deletePod(0 as PodRow, one.state.pods.epoch[0]);
    one.engine.run(60e6);
    expect(timesOf(one, 'Unhealthy')).toEqual([1]);
    expect(timesOf(one, 'Killing')).toEqual([1.5]);
    expect(one.state.pods.alive[0]).toBe(0);
  });
});

describe('a sidecar', () => {
  const sidecar = (more: object = {}) => ({
    initContainers: [{ name: 's', image: 'side', restartPolicy: 'Always', ...more }],
  });

  it('runs on, and the next container starts once it runs', () => {
    const one = rig({});
    const seen = follow(one);
    one.pod('a', template(['x'], sidecar()), 'node-0');
    one.engine.run(60e6);
    expect(seen.slice(2)).toEqual(['0.5 Pending', '0.7 Running ready']);
    // Sidecars are counted behind containers.
    expect(one.heard).toEqual(['2.5 started 0/1', '2.7 started 0/0']);
  });

  it('with a startup probe holds the next container back until it succeeds', () => {
    const one = rig({});
    const seen = follow(one);
    one.pod('a', template(['x'], sidecar({ startupProbe: { periodSeconds: 1 } })), 'node-0');
    one.engine.run(60e6);
    expect(seen.at(-1)).toBe('3.2 Running ready');
  });

  it('counts for the readiness of the pod', () => {
    const one = rig({});
    const seen = follow(one);
    one.pod('a', template(['x'], sidecar({ readinessProbe: { periodSeconds: 5 } })), 'node-0');
    one.engine.run(60e6);
    expect(seen.slice(-2)).toEqual(['0.7 Running', '5.7 Running ready']);
  });

  it('starts again whatever the policy of the pod', () => {
    const one = rig({ behaviors: { side: { crash: { after: seconds(3), exitCode: 1 } } } });
    one.pod('a', template(['x'], { ...sidecar(), restartPolicy: 'Never' }), 'node-0');
    one.engine.run(9e6);
    // Exits at 3.5 and starts at once; exits again at 6.7 and waits.
    expect(one.state.pods.restarts[0]).toBe(1);
    expect(one.heard).toEqual([
      '2.5 started 0/1',
      '2.7 started 0/0',
      '3.5 killed 0/1',
      '5.7 started 0/1',
      '6.7 killed 0/1',
    ]);
    expect(one.state.pods.state[0] & PodBit.PhaseMask).toBe(1);
  });

  it('ends with the regular containers', () => {
    const one = rig({ behaviors: { job: { crash: { after: seconds(3), exitCode: 0 } } }, drainUs: 0 });
    const seen = follow(one);
    one.pod('a', template(['job'], { ...sidecar(), restartPolicy: 'OnFailure' }), 'node-0');
    one.engine.run(600e6);
    expect(seen.at(-1)).toBe('3.7 Succeeded');
    expect(one.kubelets.admitted.pods[0]).toBe(0);
  });
});

describe('an init container that fails', () => {
  const failing = { init: { crash: { after: seconds(1), exitCode: 1 } } };
  const init = { initContainers: [{ name: 'i', image: 'init' }] };

  it('is the end of a pod that restarts nothing', () => {
    const one = rig({ behaviors: failing });
    const seen = follow(one);
    one.pod('a', template(['x'], { ...init, restartPolicy: 'Never' }), 'node-0');
    one.engine.run(60e6);
    expect(seen.at(-1)).toBe('1.5 Failed');
  });

  it('is tried again with the back-off of crashes', () => {
    const one = rig({ behaviors: failing });
    const seen = follow(one);
    one.pod('a', template(['x'], init), 'node-0');
    one.engine.run(30e6);
    // Fails at 1.5, at once again until 2.7, and from 12.7 on until 13.9.
    expect(one.state.pods.restarts[0]).toBe(2);
    expect(seen.at(-1)).toMatch(/Pending$/);
  });
});
