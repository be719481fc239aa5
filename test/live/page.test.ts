// What the page of a live run is told, beside what the run measures itself; and what is done on it, which becomes the timeline of a scenario.
import { describe, expect, it } from 'vitest';
import { Acts } from '../../src/live/page/acts.ts';
import { LiveFrames } from '../../src/live/page/live-frames.ts';
import { Recorder } from '../../src/live/recording/recorder.ts';
import { sessionText } from '../../src/live/recording/session.ts';
import { NodeState, PodState } from '../../src/page/frame.ts';
import { Moment } from '../../src/page/moment.ts';
import { Recording } from '../../src/page/recording.ts';
import { openRun } from '../../src/world/run.ts';
import { families, jobOf } from '../support/world-rig.ts';

const TEXT = `
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: watched }
spec:
  duration: 5m
  warmup: 1m
  interval: 5s
  tracing: {}
  cluster: { nodePools: [{ name: node, count: 3, zones: [a, b] }] }
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 4/s } } }]
  timeline: [{ at: 1m, scale: { deployment: web, replicas: 5 } }, { at: 2m, scale: { deployment: web, replicas: 2 } }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web }] } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;

/** A run that a test moves on, what is told of it, and what is done to it. */
function rig(text = TEXT) {
  const job = jobOf(text);
  const run = openRun(job, { families, check: true });
  const recorder = new Recorder(run.world);
  const told: unknown[] = [];
  const acts = new Acts({
    run: {
      setSpeed: (speed) => told.push(speed),
      step: (us) => Promise.resolve(us),
      catchUp: () => undefined,
      asked: () => undefined,
    },
    world: run.world,
    recorder,
    loaded: job.loaded,
    families,
  });
  const frames = new LiveFrames(run.world);
  const recording = new Recording();
  const moment = new Moment(recording);
  const look = (seconds: number): Moment => {
    run.advanceTo(seconds * 1e6);
    recording.append(frames.take());
    moment.seek(seconds);
    return moment;
  };
  return { job, run, recorder, acts, recording, moment, look, told };
}

describe('frames of a live run', () => {
  const { run, recording, moment, look } = rig();

  it('have the pods that the run counts, at every interval, and keep the past', () => {
    const { measure } = run.world;
    for (let seconds = 5; seconds < 300; seconds += 5) look(seconds);
    const ready = new Set<number>();
    for (const row of measure.series) {
      moment.seek(row.time_seconds);
      expect(moment.counts[PodState.Ready], `at ${row.time_seconds}`).toBe(row.kube_pod_status_ready);
      expect(moment.nodeCounts[NodeState.Ready]).toBe(row.kube_node_status_ready);
      expect(moment.counts[PodState.Terminating]).toBe(row.pods_terminating);
      ready.add(row.kube_pod_status_ready);
    }
    expect([...ready]).toEqual(expect.arrayContaining([2, 3, 5]));
  });

  it('have its requests, events and marks, each once', () => {
    const { measure, state } = run.world;
    expect(recording.series.time.length).toBe(measure.series.length);
    expect(recording.edges.map(({ source }) => source)).toEqual(['users']);
    expect(recording.serviceLoads.of(0, 100)?.[0]).toBeGreaterThan(1);
    expect(recording.events).toHaveLength(state.events.length);
    expect(recording.marks.map(({ label, from }) => [label, Math.floor(from)])).toEqual([
      [expect.stringContaining('scale web to 5'), 60],
      [expect.stringContaining('scale web to 2'), 120],
    ]);
  });
});

describe('what is done on the page', () => {
  it('happens now, and is recorded as a scenario that does the same', async () => {
    const { job, acts, recorder, recording, look } = rig();
    // At no round time: a run seldom stands at one.
    look(30.123457);
    expect(await acts.do({ entry: { fault: { NodeCrash: { node: 'node-1', for: '2m' } } } })).toBe('done: fault');
    expect(look(100).nodeCounts[NodeState.NotReady]).toBe(1);
    expect(recording.marks).toContainEqual(expect.objectContaining({ kind: 'fault', from: 30.123457, to: null }));
    await acts.do({ entry: { cordon: { node: 'node-0' } } });
    expect(look(110).nodeCounts[NodeState.Cordoned]).toBe(1);
    // Over after two minutes.
    expect(look(200).nodeCounts[NodeState.NotReady]).toBe(0);
    expect(recording.marks).toContainEqual(expect.objectContaining({ kind: 'fault', from: 30.123457, to: 150.123457 }));
    const text = sessionText(job.loaded, recorder, 250e6, '');
    expect(text).toMatch(/- \{ at: [^,]+, fault: \{ NodeCrash: \{ node: node-1, for: 2m \} \} \}/);
    const again = rig(text);
    again.look(100);
    expect(again.moment.nodeCounts[NodeState.NotReady]).toBe(1);
    expect(again.look(110).nodeCounts[NodeState.Cordoned]).toBe(1);
  });

  const untouched = rig();

  it('is a speed or a step', async () => {
    const { acts, told } = untouched;
    await acts.do({ speed: '60x' });
    await acts.do({ speed: 'pause' });
    expect(told).toEqual([60, 0]);
    expect(await acts.do({ step: '5m' })).toBe('stepped 5m');
  });

  it.each([
    [{ entry: { fault: { NodeCrash: { node: 'nobody' } } } }, /nobody/],
    [{ entry: { fault: { NodeCrush: {} } } }, /NodeCrush.*NodeCrash/s],
    [{ entry: { explode: {} } }, /explode/],
    [{ entry: { at: '1s', cordon: { node: 'node-0' } } }, /entry/],
    [{ entry: null }, /expected/],
    [{ speed: 'warp' }, /speed: expected/],
    [{ step: '2d1' }, /step: expected/],
    [{}, /expected/],
    [[], /expected/],
    ['pause', /expected/],
    [null, /expected/],
  ])('%j is refused', async (order, message) => {
    const { acts, recorder } = untouched;
    await expect(acts.do(order)).rejects.toThrow(message);
    expect(recorder.any).toBe(false);
  });
});
