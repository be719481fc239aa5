// What the recorded fake kubelets took for the steps of their pods, on timelines of a few lines.
import { describe, expect, test } from 'vitest';
import { delaysAsSeen } from './kubelet-delays.ts';
import type { Entry } from './recording.ts';

const drawn = (pod: string, ready = 5) => ({ pod, start: 1, ready, term: 2, run: -1, fails: false });
const pod = (t: number, name: string, what: string): Entry => ({ t, kind: 'Pod', name, what, detail: '' });

describe('delays of the recorded fake kubelets', () => {
  test('are what was seen of them', () => {
    const entries = [
      pod(0, 'a', 'scheduled'),
      pod(1.25, 'a', 'running'),
      pod(6.5, 'a', 'ready'),
      pod(8, 'a', 'deleting'),
      pod(10.5, 'a', 'succeeded'),
    ];
    const [{ start, ready, term }] = delaysAsSeen([drawn('a')], entries, false);
    expect([start.took, ready.took, term.took]).toEqual([1.25, 5.25, 2.5]);
    expect([start.drawn, ready.drawn, term.drawn]).toEqual([1, 5, 2]);
  });

  test('are never less than was drawn, and that where nothing was seen', () => {
    const entries = [pod(0, 'a', 'scheduled'), pod(0.999, 'a', 'running')];
    const [{ start, ready }] = delaysAsSeen([drawn('a'), drawn('b')], entries, false);
    expect(start.took).toBe(1);
    expect(ready).toEqual({ drawn: 5, took: 5, together: -1 });
    expect(delaysAsSeen([drawn('b')], entries, false)[0].start).toEqual({ drawn: 1, took: 1, together: -1 });
  });

  test('share a number where they were seen within ten milliseconds of each other', () => {
    const at = { a: 1.2, b: 1.208, c: 1.217, d: 1.24 };
    const entries = Object.entries(at).flatMap(([name, t]) => [pod(0, name, 'scheduled'), pod(t, name, 'running')]);
    const steps = delaysAsSeen(
      Object.keys(at).map((name) => drawn(name)),
      entries,
      false,
    );
    const [a, b, c, d] = steps.map(({ start }) => start.together);
    expect([b, c]).toEqual([a, a]);
    expect(d).not.toBe(a);
  });

  test('of a pod that is ready with its first write have one step, and never stays never', () => {
    const entries = [pod(0, 'a', 'scheduled'), pod(1.3, 'a', 'running'), pod(1.3, 'a', 'ready')];
    const [{ ready }, never] = delaysAsSeen([drawn('a', 0), { ...drawn('a'), ready: -1 }], entries, false);
    expect(ready).toEqual({ drawn: 0, took: 0, together: -1 });
    expect(never.ready).toEqual({ drawn: -1, took: -1, together: -1 });
  });

  test('of work that ends by itself are what was seen of its end, well or not', () => {
    const entries = [
      pod(1, 'a', 'running'),
      pod(5.5, 'a', 'failed'),
      pod(1, 'b', 'running'),
      pod(4.2, 'b', 'succeeded'),
    ];
    const worked = ['a', 'b'].map((name) => ({ ...drawn(name), run: 3, fails: name === 'a' }));
    const [a, b] = delaysAsSeen(worked, entries, false);
    expect([a.run.took, a.fails, b.fails]).toEqual([4.5, true, false]);
    expect(b.run.took).toBeCloseTo(3.2, 9);
  });

  test('are as drawn where kubelets were stopped', () => {
    const entries = [pod(0, 'a', 'scheduled'), pod(60, 'a', 'running')];
    expect(delaysAsSeen([drawn('a')], entries, true)[0].start).toEqual({ drawn: 1, took: 1, together: -1 });
  });
});
