// A finished run as the page sees it, beside what its own tables say: pods on each node, ready pods, nodes, at every interval.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Frame, NodeState, PodState } from '../../src/page/frame.ts';
import { Moment } from '../../src/page/moment.ts';
import { Recording } from '../../src/page/recording.ts';
import { type JobResults, readJob } from '../../src/report/read.ts';
import { runFrame } from '../../src/view/run-frame.ts';
import { poolOf } from '../../src/view/run-nodes.ts';
import { writeSynthetic } from '../report/synthetic.ts';
import { wavetank } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-view-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SCENARIO = `# What a lost node, a rollout and a Job look like in the tables of a run.
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: seen }
spec:
  duration: 12m
  tracing: {}
  cluster: { nodePools: [{ name: web, count: 4, zones: [a, b] }, { name: batch, count: 2, zones: [a] }] }
  behaviors:
    - { image: web, calls: [{ service: db }] }
    - { image: task, run: { length: 40s } }
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 5/s } } }]
  timeline:
    - { at: 2m, fault: { NodeCrash: { node: web-1 } } }
    - { at: 9m, setImage: { deployment: web, container: web, image: web:v2 } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 6
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web, resources: { requests: { cpu: 500m } } }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: db }
spec:
  replicas: 2
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: db }] } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: task }
spec:
  completions: 2
  template: { spec: { restartPolicy: Never, nodeSelector: { kubernetes.io/hostname: batch-1 }, containers: [{ name: task, image: task }] } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { selector: { app: db }, ports: [{ port: 80 }] }
`;

describe('a run', () => {
  let job: JobResults;
  let frame: Frame;
  const recording = new Recording();
  beforeAll(async () => {
    writeFileSync(join(folder, 'seen.yaml'), SCENARIO);
    const { status, stderr } = await wavetank(['run', 'seen.yaml', '--no-report'], folder);
    expect([status, stderr]).toEqual([0, '']);
    job = readJob(join(folder, 'results/seen/seed-1'));
    frame = runFrame(job.folder, { explains: false, command: 'seen.yaml --seed 1' });
    recording.append(frame);
  });

  it('has the pods on each node that nodes.csv counts', () => {
    const table = job.table('nodes.csv');
    const moment = new Moment(recording);
    const rows = new Map(recording.nodes.map(({ name }, row) => [name, row]));
    const names = table.text('node');
    const time = table.numbers('time_seconds');
    let counted = 0;
    for (const [at, pods] of table.numbers('pods').entries()) {
      moment.seek(time[at]);
      const there = moment.placesOf(rows.get(names[at]) ?? -1).filter((pod) => {
        const state = pod < 0 ? PodState.Absent : moment.podState.values[pod];
        return state !== PodState.Absent && state !== PodState.Succeeded && state !== PodState.Failed;
      });
      expect(there.length, `${names[at]} at ${time[at]}`).toBe(pods);
      counted += pods;
    }
    expect(counted).toBeGreaterThan(500);
  });

  it('has the nodes ready that nodes.csv has', () => {
    const table = job.table('series.csv');
    const moment = new Moment(recording);
    const ready = table.numbers('kube_node_status_ready');
    expect(new Set(ready)).toEqual(new Set([6, 5]));
    for (const [at, time] of table.numbers('time_seconds').entries()) {
      moment.seek(time);
      expect(moment.nodeCounts[NodeState.Ready], `at ${time}`).toBe(ready[at]);
    }
  });

  it('has the pods in each phase that series.csv counts', () => {
    const table = job.table('series.csv');
    const moment = new Moment(recording);
    const terminating = table.numbers('pods_terminating');
    const succeeded = table.numbers('kube_pod_status_phase_succeeded');
    for (const [at, time] of table.numbers('time_seconds').entries()) {
      moment.seek(time);
      expect(moment.counts[PodState.Terminating], `at ${time}`).toBe(terminating[at]);
      expect(moment.counts[PodState.Succeeded], `at ${time}`).toBe(succeeded[at]);
    }
    expect(succeeded.at(-1)).toBe(2);
  });

  it('says when within an interval a node changed', () => {
    const { nodeChanges } = frame;
    const at = nodeChanges.state.indexOf(NodeState.NotReady);
    const events = job.table('events.csv');
    const found = events.text('reason').indexOf('NodeNotReady');
    expect(nodeChanges.time[at]).toBe(events.numbers('time_seconds')[found]);
  });

  it('knows workloads, revisions, zones and pools', () => {
    const owners = new Set(recording.pods.map(({ workload }) => recording.workloads[workload]));
    expect([...owners].sort()).toEqual(['Deployment/default/db', 'Deployment/default/web', 'Job/default/task']);
    const revisions = new Set(
      recording.pods.filter(({ name }) => name.startsWith('web')).map(({ revision }) => revision),
    );
    expect([...revisions].sort()).toEqual(['1', '2']);
    expect(new Set(recording.nodes.map(({ zone, pool }) => `${zone} ${pool}`))).toEqual(
      new Set(['a web', 'b web', 'a batch']),
    );
  });

  it('has the requests of its tables, and who calls whom', () => {
    const { edges, services } = recording;
    expect(
      edges
        .map(({ source, caller, service }) => `${source || services[caller].name} → ${services[service].name}`)
        .sort(),
    ).toEqual(['users → web', 'web → db']);
    const table = job.table('services.csv');
    const db = services.findIndex(({ name }) => name === 'db');
    const rates = recording.serviceLoads.over(db, 0);
    const calls = rates.values.reduce(
      (sum, rate, at) => sum + rate * (rates.times[at] - (rates.times[at - 1] ?? 0)),
      0,
    );
    const requests = table.numbers('requests').filter((_, at) => table.text('service')[at] === 'db');
    expect(calls).toBeCloseTo(
      requests.reduce((sum, one) => sum + one),
      0,
    );
    expect(frame.series.time).toHaveLength(job.table('series.csv').rows);
  });

  it('marks what happened', () => {
    expect(recording.marks.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['fault', 'rollout', 'action']));
    expect(recording.marks.find(({ kind }) => kind === 'fault')).toMatchObject({ from: 120 });
    expect(recording.events).toHaveLength(job.table('events.csv').rows);
  });

  it('says what its tables lack', () => {
    expect(frame.opening?.remarks.join('\n')).toMatch(/ready from the first time/);
    expect(frame.opening?.remarks.join('\n')).not.toMatch(/Who calls whom/);
  });
});

describe('a run of another kind', () => {
  it('has no edges without tracing, and says so', () => {
    const made = writeSynthetic({ minutes: 2 }, join(folder, 'synthetic'));
    const { edges, opening } = runFrame(made, { explains: true, command: '' });
    if (readJob(made).table('edges.csv').rows > 0) expect(edges.service.length).toBeGreaterThan(0);
    else expect(opening?.remarks.join('\n')).toMatch(/Who calls whom was not recorded/);
  });
});

it.each([
  ['web-12', 'web'],
  ['gpu-a100-3', 'gpu-a100'],
  ['worker', ''],
  ['-1', ''],
])('takes %s for a node of the pool "%s"', (name, pool) => expect(poolOf(name)).toBe(pool));
