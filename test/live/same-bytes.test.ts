// A live run that nobody talks to leaves the bytes of `wavetank run`, however it was taken, and however long it was said to last.
import { expect, it } from 'vitest';
import { LiveRun } from '../../src/live/live-run.ts';
import { endedAt, withoutEnd, withRequestsByHand } from '../../src/live/open-end.ts';
import { lines } from '../../src/results/csv.ts';
import type { Job } from '../../src/scenario/scenario.ts';
import { openRun, runJob, writeTables, type FinishedRun } from '../../src/world/run.ts';
import { families, jobOf } from '../support/world-rig.ts';

const scenario = (duration: string) => `
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: live }
spec:
  duration: ${duration}
  interval: 10s
  cluster: { nodePools: [{ name: node, count: 3, zones: [a, b] }] }
  behaviors: [{ image: web, startup: 2s, requests: { service: { exponential: { mean: 5ms } } } }]
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 5/s } }, start: 20s, timeout: 1s }]
  faults: [{ fault: { PodCrash: { deployment: web } }, every: { exponential: { mean: 30s } }, from: 30s }]
  expect: [requests.error_ratio < 0.5, requests.error_ratio during 20s..4m < 0.5]
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

const options = { families, check: false };

/** `more`: events beside those that there would be. */
function csv(outcome: FinishedRun, more = 0): string {
  const all: string[] = [];
  const events_total = outcome.summary.events_total - more;
  writeTables(
    { ...outcome, summary: { ...outcome.summary, events_total } },
    { write: (table, rows) => void all.push(table, lines(table, [...rows])) },
  );
  return all.join('\n');
}

/** Taken by a clock on which each look takes half a millisecond, with pauses and steps in between. */
async function live(job: Job, untilUs: number): Promise<FinishedRun> {
  let ms = 0;
  const booked: (() => void)[] = [];
  const clock = {
    now: () => (ms += 0.5),
    after: (delayMs: number, act: () => void) => {
      ms += delayMs;
      booked.push(act);
      return () => void booked.splice(booked.indexOf(act), 1);
    },
  };
  const run = openRun(job, options);
  const paced = new LiveRun({ run, clock, speed: 500, endUs: untilUs, idleMs: Infinity, pending: () => 0 });
  paced.start();
  const steps: Promise<number>[] = [];
  for (let turns = 0; paced.state !== 'ended'; turns += 1) {
    if (turns === 3) steps.push(paced.step(12_345_678));
    if (turns === 40) paced.setSpeed(0);
    if (turns === 40) paced.setSpeed(7);
    if (turns === 60) paced.setSpeed(Infinity);
    booked.shift()?.();
  }
  await Promise.all(steps);
  return run.finish(endedAt(job, paced.nowUs));
}

it('of the scenario until its end', async () => {
  const job = jobOf(scenario('3m').replace('20s..4m', '20s..3m'));
  const expected = runJob(job, options);
  const outcome = await live(withRequestsByHand(job), 180e6);
  expect(csv(outcome)).toBe(csv(expected));
  expect(outcome.verdicts.length).toBe(expected.verdicts.length);
});

it.each([
  ['within an interval', '2m7s', 127e6, 0],
  // The end of the interval is an event where it is not that of the run.
  ['where an interval ends', '2m', 120e6, 1],
  ['after the end that the scenario has', '5m3s', 303e6, 0],
])('without an end, ended by hand %s', async (_where, duration, untilUs, more) => {
  const expected = runJob(jobOf(scenario('4m'), { duration }), options);
  const outcome = await live(withRequestsByHand(withoutEnd(jobOf(scenario('4m')))), untilUs);
  expect(csv(outcome, more)).toBe(csv(expected));
  // Nothing is said of what has not come yet.
  expect(outcome.verdicts.map(({ expectation }) => expectation.text)).toEqual(
    expected.verdicts.map(({ expectation }) => expectation.text),
  );
});
