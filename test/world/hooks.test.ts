// Lifecycle hooks in whole runs: which lengths are known, from where, and what is said of the others.
import { describe, expect, it } from 'vitest';
import { PodBit } from '../../src/model/pods.ts';
import { scenario } from '../support/manifests.ts';
import { jobOf, worldOf } from '../support/world-rig.ts';

const text = (lifecycle: string, hooks: string, sidecar = false): string => {
  const hooked = `{ name: main, image: app, lifecycle: { ${lifecycle} } }`;
  const containers = sidecar
    ? `containers: [{ name: other, image: web }], initContainers: [{ name: side, image: app, restartPolicy: Always, lifecycle: { ${lifecycle} } }]`
    : `containers: [${hooked}]`;
  return `${scenario(
    1,
    `  duration: 5m
  behaviors: [{ image: app, startup: 1s${hooks} }, { image: web, startup: 1s }]
  timeline: [{ at: 1m, delete: { kind: Pod, name: a } }]`,
  )}---
apiVersion: v1
kind: Pod
metadata: { name: a }
spec: { terminationGracePeriodSeconds: 60, ${containers} }
`;
};

/** Seconds from the deletion of the pod until it is gone. */
function endSeconds(lifecycle: string, hooks = '', sidecar = false): number {
  const { engine, state } = worldOf(text(lifecycle, hooks, sidecar));
  for (let seconds = 60.5; seconds < 200; seconds += 0.5) {
    engine.run(seconds * 1e6);
    if (state.pods.alive[0] === 0) return seconds - 60;
  }
  return expect.fail('the pod stays');
}

/** Seconds until the pod is ready. */
function readySeconds(lifecycle: string, hooks = ''): number {
  const { engine, state } = worldOf(text(lifecycle, hooks));
  for (let seconds = 0.5; seconds < 60; seconds += 0.5) {
    engine.run(seconds * 1e6);
    if (((state.pods.state[0] ?? 0) & PodBit.Ready) !== 0) return seconds;
  }
  return expect.fail('the pod is never ready');
}

const assumptions = (lifecycle: string, hooks = ''): readonly string[] =>
  jobOf(text(lifecycle, hooks)).loaded.assumptions.map(({ field }) => field);

describe('a preStop hook', () => {
  it.each([
    ['a sleep', 'preStop: { sleep: { seconds: 8 } }', ''],
    ['a command that only sleeps', 'preStop: { exec: { command: [sleep, "8"] } }', ''],
    ['a shell that only sleeps', 'preStop: { exec: { command: [/bin/sh, -c, sleep 8] } }', ''],
    [
      'a command of which the behaviour says it',
      'preStop: { exec: { command: [./drain] } }',
      ', hooks: { preStop: 8s }',
    ],
    ['a request of which the behaviour says it', 'preStop: { httpGet: { port: 80 } }', ', hooks: { preStop: 8s }'],
  ])('takes as long as %s', (_, lifecycle, hooks) => {
    const longer = endSeconds(lifecycle, hooks) - endSeconds('');
    expect(longer).toBeGreaterThan(6.5);
    expect(longer).toBeLessThan(9.5);
    expect(assumptions(lifecycle, hooks).filter((field) => field.includes('lifecycle'))).toEqual([]);
  });

  it('that begins with a sleep takes that long, or as long as the behaviour says, and what follows is an assumption', () => {
    const lifecycle = 'preStop: { exec: { command: [/bin/sh, -c, sleep 8; nginx -s quit] } }';
    const longer = endSeconds(lifecycle) - endSeconds('');
    expect(longer).toBeGreaterThan(6.5);
    expect(longer).toBeLessThan(9.5);
    expect(assumptions(lifecycle)).toContain('Pod/a main lifecycle.preStop');
    const told = ', hooks: { preStop: 14s }';
    expect(endSeconds(lifecycle, told) - endSeconds(lifecycle)).toBeGreaterThan(4.5);
    expect(assumptions(lifecycle, told).filter((field) => field.includes('lifecycle'))).toEqual([]);
  });

  it('of a sidecar as well, after its container is told to end', () => {
    const longer = endSeconds('preStop: { sleep: { seconds: 8 } }', '', true) - endSeconds('', '', true);
    expect(longer).toBeGreaterThan(6.5);
    expect(longer).toBeLessThan(9.5);
  });

  it('of which nobody knows the length takes no time, and is named among the assumptions', () => {
    const unknown = 'preStop: { exec: { command: [./drain] } }';
    expect(endSeconds(unknown)).toBe(endSeconds(''));
    expect(assumptions(unknown)).toContain('Pod/a main lifecycle.preStop');
  });
});

describe('a postStart hook', () => {
  it.each(['exec: { command: [./warm] }', 'httpGet: { path: /warm, port: 80 }'])(
    '(%s) keeps the container from being ready until it has ended',
    (handler) => {
      const lifecycle = `postStart: { ${handler} }`;
      const longer = readySeconds(lifecycle, ', hooks: { postStart: 6s }') - readySeconds('');
      expect(longer).toBeGreaterThan(4);
      expect(longer).toBeLessThan(7.5);
      expect(assumptions(lifecycle, ', hooks: { postStart: 6s }')).not.toContain('Pod/a main lifecycle.postStart');
      expect(assumptions(lifecycle)).toContain('Pod/a main lifecycle.postStart');
    },
  );
});
