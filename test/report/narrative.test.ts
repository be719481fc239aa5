// The narrative of a run: every number in it is one of the tables, and what cannot be said is not said.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { narrate } from '../../src/report/narrative/narrative.ts';
import { type JobResults, readJob } from '../../src/report/read.ts';
import { makeReport } from '../../src/report/report.ts';
import { writeSynthetic } from './synthetic.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-narrative-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Event = readonly [time: number, source: string, reason: string, name: string, message: string];

interface Interval {
  readonly completed: number;
  readonly failed: number;
  readonly p99?: number;
  readonly pods?: number;
  readonly nodes?: number;
}

const GOOD: Interval = { completed: 100, failed: 0 };

const repeated = (count: number, one: Interval): Interval[] => Array.from({ length: count }, () => one);

/** A job of 10-second intervals. */
function jobOf(intervals: readonly Interval[], events: readonly Event[], run: object = {}): JobResults {
  const columns: Record<string, Record<string, readonly (string | number)[]>> = {
    'series.csv': {
      time_seconds: intervals.map((_, at) => (at + 1) * 10),
      requests_completed: intervals.map(({ completed }) => completed),
      requests_failed: intervals.map(({ failed }) => failed),
      request_duration_seconds_p99: intervals.map(({ p99 = 0.1 }) => p99),
      kube_pod_status_ready: intervals.map(({ pods = 10 }) => pods),
      kube_node_status_ready: intervals.map(({ nodes = 5 }) => nodes),
    },
    'events.csv': {
      time_seconds: events.map(([time]) => time),
      source: events.map(([, source]) => source),
      reason: events.map(([, , reason]) => reason),
      kind: events.map(() => 'Node'),
      namespace: events.map(() => ''),
      name: events.map(([, , , name]) => name),
      message: events.map(([, , , , message]) => message),
    },
    'summary.csv': {},
  };
  const settings = { duration_seconds: intervals.length * 10, warmup_seconds: 0, series_interval_seconds: 10 };
  const table = (file: string) => ({
    rows: file === 'summary.csv' ? 0 : Object.values(columns[file])[0].length,
    text: (column: string) => columns[file][column],
    numbers: (column: string) => Float64Array.from(columns[file][column], Number),
  });
  return {
    folder: '',
    run: { ...settings, expect: [], pending: [], ...run },
    table,
    rowsOf: table,
  } as unknown as JobResults;
}

const told = (job: JobResults) =>
  narrate(job).passages.map(({ clock, title, statements }) => [
    `${clock} ${title}`,
    ...statements.map(({ text }) => text),
  ]);

const outage: readonly Event[] = [
  [40, 'fault', 'FaultStarted', '', 'outage of zone a'],
  [80, 'fault', 'FaultEnded', '', 'outage of zone a is over'],
];

describe('a fault', () => {
  it('is told with its failures, its latency, what fell, and when each was back', () => {
    const bad = { completed: 60, failed: 40, p99: 2, pods: 6, nodes: 3 };
    const job = jobOf(
      [GOOD, GOOD, GOOD, GOOD, bad, { ...bad, failed: 140 }, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD],
      [
        ...outage,
        [55, 'taint-eviction-controller', 'TaintManagerEviction', 'x', 'Marking for deletion Pod default/x'],
        [58, 'taint-eviction-controller', 'TaintManagerEviction', 'y', 'Cancelling deletion of Pod default/y'],
      ],
    );
    expect(told(job)).toEqual([
      [
        '0:40 outage of zone a, for 40 s',
        '180 of 500 requests failed in that time (36 %; 0 % in the 40 s before), at worst 70 % in the interval to 1:00.',
        'From 1:10 on, 30 s after it began, at most 0.1 % of an interval failed.',
        'The p99 of an interval rose from 100 ms to 2 s (to 0:50).',
        'Ready nodes fell from 5 to 3 (0:50) and were 5 again at 1:10.',
        'Ready pods fell from 10 to 6 (0:50) and were 10 again at 1:10.',
        'The taints of nodes evicted 1 pod.',
      ],
    ]);
  });

  it('that nobody felt says so, and no more', () => {
    expect(told(jobOf(repeated(12, GOOD), outage))).toEqual([
      ['0:40 outage of zone a, for 40 s', 'All 400 requests that ended in that time succeeded.'],
    ]);
  });

  it('without requests has no sentence about them', () => {
    expect(told(jobOf(repeated(12, { completed: 0, failed: 0, p99: Number.NaN }), outage))).toEqual([
      ['0:40 outage of zone a, for 40 s'],
    ]);
  });

  it('is told up to the next one, and a recovery that did not come is not made up', () => {
    const bad = { completed: 50, failed: 50, pods: 4 };
    const job = jobOf(
      [GOOD, GOOD, bad, bad, bad, bad],
      [
        [20, 'fault', 'FaultStarted', '', 'outage of node a'],
        [40, 'fault', 'FaultFired', '', 'web-1 crashed'],
      ],
    );
    expect(told(job)).toEqual([
      [
        '0:20 outage of node a, until the end of the run',
        '100 of 200 requests failed until 0:40 (50 %; 0 % in the 20 s before), at worst 50 % in the interval to 0:30.',
        'More than 0.1 % of an interval still failed at 0:40.',
        'Ready pods fell from 10 to 4 (0:30) and were 4 at 0:40.',
      ],
      [
        '0:40 web-1 crashed',
        '100 of 200 requests failed until 1:00 (50 %; 25 % in the 40 s before), at worst 50 % in the interval to 0:50.',
        'More than 37.5 % of an interval still failed at 1:00.',
        'Ready pods fell from 10 to 4 (0:50) and were 4 at 1:00.',
      ],
    ]);
  });

  it('that repeats is told once, and those of one instant together', () => {
    const crash = (at: number, name: string): Event => [at, 'fault', 'FaultFired', name, `${name} crashed`];
    const job = jobOf(repeated(12, GOOD), [
      ...[10, 20, 30, 40, 50].map((at) => crash(at, 'web')),
      crash(60, 'a'),
      crash(60, 'b'),
    ]);
    expect(told(job).map(([title]) => title)).toEqual(['0:10 5 faults until 0:50: web', '1:00 a crashed; b crashed']);
  });

  it('that takes machines back is told once for each notice, whoever else says so', () => {
    const taken = (at: number, nodes: readonly string[]): Event[] => [
      ...nodes.map((node): Event => [at, 'fault', 'FaultFired', '', `the provider takes ${node} back`]),
      ...nodes.map(
        (node): Event => [at, 'cloud', 'SpotInterruption', node, 'The provider takes the machine back in 30 s'],
      ),
      ...nodes.map(
        (node): Event => [at + 20, 'cloud', 'SpotTerminated', node, 'The provider has taken the machine back'],
      ),
    ];
    const job = jobOf(repeated(12, GOOD), [...taken(20, ['a', 'b']), ...taken(60, ['c', 'd', 'e', 'f'])]);
    expect(told(job)).toEqual([
      ['0:20 spot interruption of a, b, for 20 s', 'All 200 requests that ended in that time succeeded.'],
      ['1:00 spot interruption of 4 nodes, for 20 s', 'All 200 requests that ended in that time succeeded.'],
    ]);
  });
});

it('rollouts, leaders and autoscalers are told with what their events say', () => {
  const job = jobOf(repeated(30, GOOD), [
    [30, 'rollout', 'RolloutStarted', 'web', ''],
    [50, 'conditions', 'ProgressDeadlineExceeded', 'web', 'Progressing is False: it has timed out'],
    [60, 'rollout', 'RolloutComplete', 'web', ''],
    [70, 'rollouts-controller', 'RolloutUpdated', 'shop', 'Rollout updated to revision 1'],
    [80, 'rollouts-controller', 'RolloutUpdated', 'shop', 'Rollout updated to revision 2'],
    [95, 'rollouts-controller', 'RolloutAborted', 'shop', 'Rollout aborted update to revision 2'],
    [100, 'horizontal-pod-autoscaler', 'SuccessfulRescale', 'api', 'New size: 6; reason: cpu'],
    [130, 'horizontal-pod-autoscaler', 'SuccessfulRescale', 'api', 'New size: 3; reason: cpu'],
    [140, 'cluster-autoscaler', 'ScaledUpGroup', 'x', 'Scale-up: setting group a size to 2'],
    [150, 'cluster-autoscaler', 'ScaleDown', 'node-1', 'nodes removed by cluster autoscaler'],
  ]);
  expect(told(job)).toEqual([
    [
      '0:30 rollout of web, over after 30 s, past its progress deadline at 0:50',
      'All 300 requests that ended in that time succeeded.',
    ],
    ['1:20 rollout of shop, aborted after 15 s', 'All 100 requests that ended in that time succeeded.'],
    ['1:40 api', '2 changes of size: 6 at 1:40, 3 at 2:10.'],
    ['2:20 cluster-autoscaler', '1 scale-up, 1 node removed until 2:30.'],
  ]);
});

it('who leads etcd is told with the first change; of many leaders the first ones', () => {
  const changes = (count: number): Event[] =>
    Array.from({ length: count }, (_, at): Event[] => [
      [20 + 10 * at, 'etcd', 'LeaderLost', '', 'etcd has no leader'],
      [21 + 10 * at, 'etcd', 'LeaderElected', '', `etcd-cp${at} elected leader at term ${at}`],
    ]).flat();
  expect(told(jobOf(repeated(30, GOOD), changes(1)))).toEqual([
    ['0:20 etcd', 'etcd has no leader at 0:20.', 'etcd-cp0 elected leader at term 0 at 0:21.'],
  ]);
  expect(told(jobOf(repeated(30, GOOD), changes(6)))[0].slice(-2)).toEqual([
    'etcd-cp3 elected leader at term 3 at 0:51.',
    '4 more changes until 1:11.',
  ]);
});

it('pods that kubelets evicted are counted, by what was short', () => {
  const low = (what: string): string => `The node was low on resource: ${what}. Threshold quantity: 100Mi`;
  const job = jobOf(repeated(30, GOOD), [
    [40, 'kubelet', 'Evicted', 'a', low('memory')],
    [70, 'kubelet', 'Evicted', 'b', low('ephemeral-storage')],
    [90, 'kubelet', 'Evicted', 'c', low('memory')],
    [95, 'taint-eviction-controller', 'Evicted', 'd', low('memory')],
  ]);
  const told = narrate(job).opening.map(({ text }) => text);
  expect(told).toContain('2 pods were evicted by kubelets between 0:40 and 1:30: their nodes were short of memory.');
  expect(told).toContain('1 pod was evicted by kubelets at 1:10: their nodes were short of ephemeral-storage.');
  expect(narrate(jobOf(repeated(30, GOOD), [])).opening.some(({ text }) => text.includes('evicted'))).toBe(false);
});

describe('of a made-up zone loss', () => {
  const folder = writeSynthetic({}, join(root, 'zone-loss'));

  it('says what the tables say, counted by somebody else', () => {
    const rows = readFileSync(join(folder, 'series.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const column = (name: string) => rows.slice(1).map((row) => Number(row[rows[0].indexOf(name)]));
    const time = column('time_seconds');
    const fault = narrate(readJob(folder)).passages.find(({ kind }) => kind === 'fault');
    const [first] = fault?.statements ?? [];
    const until = /until (\d+):(\d+)|$/.exec(first.text);
    const end = until?.[1] === undefined ? Infinity : Number(until[1]) * 60 + Number(until[2]);
    const lasts = / for ([\d.]+) (s|min)/.exec(fault?.title ?? '');
    const to = Math.min(end, (fault?.from ?? 0) + Number(lasts?.[1] ?? Infinity) * (lasts?.[2] === 'min' ? 60 : 1));
    const inside = [...time.keys()].filter((at) => time[at] - 5 >= (fault?.from ?? 0) && time[at] - 5 < to);
    const sum = (name: string) => inside.reduce((all, at) => all + column(name)[at], 0);
    const failed = sum('requests_failed');
    const ended = failed + sum('requests_completed');
    expect(failed).toBeGreaterThan(0);
    expect(first.text).toContain(`${failed.toLocaleString('en')} of ${ended.toLocaleString('en')} requests failed`);
  });

  it('is an incident summary for a post-mortem, and links to the charts beside it', async () => {
    const [{ summary = '', files }] = await makeReport(folder, { markdown: true, png: false });
    const text = readFileSync(summary, 'utf8');
    for (const part of ['## Summary', '## What happened', '## Expectations', '## Charts', '## Run it again']) {
      expect(text).toContain(part);
    }
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => join(folder, link));
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !files.includes(link))).toEqual([]);
  });

  it('is nothing but text, whatever its names are', async () => {
    const hostile = writeSynthetic(
      { hostile: '<img src=x onerror=alert(1)>|[a](javascript:b)`' },
      join(root, 'hostile'),
    );
    const [{ summary = '', page }] = await makeReport(hostile, { markdown: true, png: false });
    const fenced = readFileSync(summary, 'utf8').replaceAll(/^(`{3,})sh\n.*?\n\1$/gms, 'code');
    const text = fenced.replaceAll(/(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)/g, 'code');
    expect(text).not.toMatch(/(?<!\\)<img|(?<!\\)\[a\]|(?<!\\)`(?!``)/);
    expect(readFileSync(page, 'utf8')).not.toContain('<img src=x');
  });
});

it('an incident is of one job: a folder of several is refused', async () => {
  const folder = join(root, 'sweep');
  cpSync(writeSynthetic({ minutes: 1, nodes: 1 }, join(root, 'one')), join(folder, 'job-1'), { recursive: true });
  writeFileSync(join(folder, 'sweep.csv'), 'job\n');
  writeFileSync(join(folder, 'sweep.json'), '{}');
  await expect(makeReport(folder, { markdown: true })).rejects.toThrow(/expected the folder of one/);
});
