// `wavetank import` of logs, load tests and traces: what is in them is what runs, by hand-counted files; bad lines have their places.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { Counts, LogMoments } from '../../src/scenario/import/counts.ts';
import type { Imported } from '../../src/scenario/import/importer.ts';
import { Sample } from '../../src/scenario/import/sample.ts';
import { importOf, sourcesOf, wholeText } from '../support/imports.ts';
import { type FinishedRun, jobOf, podsOf, runScenario } from '../support/world-rig.ts';

function imported(kind: string, text: string, args: object = {}): Imported {
  return importOf(kind, args, sourcesOf({ file: text }));
}

function run({ scenario, files = [] }: Imported): FinishedRun {
  const texts = new Map(files.map(({ name, text }) => [name, wholeText(text)]));
  return runScenario(scenario, { readFile: (file) => ({ file, text: texts.get(file) ?? '' }) });
}

/** Creation, deletion and requests of each pod, s and cores. */
function pods(made: Imported): unknown[] {
  const { loaded } = jobOf(made.scenario);
  const [stream] = loaded.scenario.podArrivals ?? [];
  return (stream?.pods ?? []).map(
    ({ object }) =>
      (object.spec as { containers: [{ resources: { requests: unknown } }] }).containers[0].resources.requests,
  );
}

describe('traces of pods', () => {
  it('swf: a pod for each node of a job, from its submission to its end', () => {
    const made = imported(
      'swf',
      `; MaxNodes: 4
; MaxProcs: 16
1 10 5 20 2 -1 -1 2 60 1048576 1 1 1 1 1 1 -1 -1
2 12 0 30 6 -1 -1 6 60 -1 1 1 1 1 1 1 -1 -1
3 13 -1 -1 0 -1 -1 2 60 -1 5 1 1 1 1 1 -1 -1
`,
    );
    expect(made.notes.join('\n')).toMatch(/1 jobs that never ran/);
    const rows = podsOf(run(made)).map(({ created_seconds, deleted_seconds }) => [created_seconds, deleted_seconds]);
    // Job 1: 10 s to 35 s; job 2: 4 + 2 processors, 12 s to 42 s. Time 0 is the first submission.
    expect(rows.toSorted((a, b) => Number(a[1]) - Number(b[1]))).toEqual([
      [0, 25],
      [2, 32],
      [2, 32],
    ]);
    expect(pods(made)).toEqual([
      { cpu: '2', memory: '2000Mi' },
      { cpu: '4', memory: '8200Mi' },
      { cpu: '2', memory: '4100Mi' },
    ]);
  });

  it('azure-vm: cores, memory and times, and buckets without an end', () => {
    const made = imported(
      'azure-vm',
      'a,s,d,0,600,1,1,1,Unknown,2,4\nb,s,d,300,900,1,1,1,Interactive,>24,>64\nc,s,d,90000,90300,1,1,1,Unknown,4,8\n',
      { until: '1d' },
    );
    expect(pods(made)).toEqual([
      { cpu: '2', memory: '4100Mi' },
      { cpu: '32', memory: '130000Mi' },
    ]);
    expect(podsOf(run(made)).map(({ deleted_seconds }) => deleted_seconds)).toEqual([600, 900]);
  });

  it('borg: from the submission to the end, an eviction between them; alloc sets left out', () => {
    const row = (fields: object) => JSON.stringify({ collection_id: '7', instance_index: '0', ...fields });
    const request = { resource_request: { cpus: 0.5, memory: 0.25 } };
    const rows = [
      row({ time: '600000000', type: '0', ...request }),
      row({ time: '601000000', type: '3' }),
      row({ time: '620000000', type: 'EVICT' }),
      row({ time: '621000000', type: '0', ...request }),
      row({ time: '660000000', type: 'FINISH' }),
      row({ time: '600000000', type: '0', collection_type: '1', collection_id: '8', ...request }),
    ];
    const made = imported('borg', `${rows.join('\n')}\n`);
    expect(pods(made)).toEqual([{ cpu: '48', memory: '98000Mi' }]);
    expect(podsOf(run(made))).toMatchObject([{ created_seconds: 0, deleted_seconds: 60 }]);
  });

  it('philly: a pod for each machine of a job, with its GPUs', () => {
    const made = imported(
      'philly',
      JSON.stringify(
        [
          {
            jobid: 'j{1}',
            submitted_time: '2017-10-07 01:00:00',
            attempts: [
              {
                start_time: '2017-10-07 01:00:30',
                end_time: '2017-10-07 01:01:00',
                detail: [
                  { ip: 'm1', gpus: ['gpu0', 'gpu1'] },
                  { ip: 'm2', gpus: ['gpu0'] },
                ],
              },
              { start_time: '2017-10-07 01:02:00', end_time: '2017-10-07 01:10:00', detail: [] },
            ],
          },
          { jobid: 'j2', submitted_time: '2017-10-07 01:00:00', attempts: [] },
        ],
        undefined,
        2,
      ),
    );
    expect(pods(made)).toEqual([
      { cpu: '8', memory: '66000Mi', 'nvidia.com/gpu': '2' },
      { cpu: '4', memory: '33000Mi', 'nvidia.com/gpu': '1' },
    ]);
    expect(podsOf(run(made)).map(({ deleted_seconds }) => deleted_seconds)).toEqual([600, 600]);
  });
});

describe('requests', () => {
  const line = (second: number, status: number, took: string) =>
    `10.0.0.1 - bob [01/Mar/2025:10:00:${String(second).padStart(2, '0')} +0100] "GET /a \\"b\\" HTTP/1.1" ${status} 12 "-" "curl" ${took}\n`;

  it('access-log: the rate of each second, how long requests took, and how many failed', () => {
    // 40 a second for ten seconds, of 10 or 40 ms: the median is 20 ms.
    const text = Array.from({ length: 400 }, (_, i) =>
      line(Math.floor(i / 40), i % 10 === 0 ? 503 : 200, i % 2 === 0 ? '0.010' : '0.040'),
    ).join('');
    const made = imported('access-log', text);
    expect(
      wholeText(made.files?.[0].text ?? '')
        .split('\n')
        .slice(0, 3),
    ).toEqual(['time_seconds,rate_per_second', '0,40', '1,40']);
    expect(made.scenario).toMatch(/lognormal: \{ median: 20000us, sigma: 0\.694 \}/);
    const { summary } = run(made);
    // Poisson: 400 and three times its deviation.
    expect(Math.abs(summary.requests_total - 400)).toBeLessThan(60);
    expect(summary.requests_error_ratio).toBeGreaterThan(0.04);
  });

  it('access-log: JSON of nginx, Caddy and Traefik, and lines that are none', () => {
    const rows = [
      { time_iso8601: '2025-03-01T09:00:00+00:00', status: '200', request_time: '0.5' },
      { ts: 1_740_819_600.5, status: 200, duration: 0.5 },
      { StartUTC: '2025-03-01T09:00:01Z', DownstreamStatus: 200, Duration: 500_000_000 },
    ].map((row) => JSON.stringify(row));
    const made = imported('access-log', `${Array.from({ length: 10 }, () => rows.join('\n')).join('\n')}\nGET /\n`);
    expect(made.notes.join('\n')).toMatch(/found: 30 requests in 2 intervals of 1 s; at most 20\.0 a second/);
    expect(made.notes.join('\n')).toMatch(
      /left out: 1 line that are no requests, the first: file:31: is no line of an access log/,
    );
    expect(made.scenario).toContain('service: 500ms'.replace('500ms', '500000us'));
  });

  it('k6: stages of users and of rates, comments and last commas', () => {
    const script = `import http from 'k6/http';
export const options = {
  // ramp up
  scenarios: {
    browse: { executor: 'ramping-vus', startVUs: 0, stages: [{ duration: '10s', target: 20 }, { duration: '30s', target: 20 },] },
    'api calls': { executor: 'constant-arrival-rate', rate: 300, timeUnit: '1m', duration: '40s' }, /* five a second */
  },
  thresholds: { http_req_duration: ['p(95)<500'] },
};
export default function () { http.get('http://x'); sleep(0.5); }
`;
    const made = imported('k6', script);
    expect(made.scenario).toContain(
      '{ name: browse, to: k6, users: { count: [{ at: 30s, users: 0 }, { at: 40s, users: 20 }, { at: 70s, users: 20 }, { at: 70s, users: 0 }], think: 500ms } }',
    );
    expect(made.scenario).toContain(
      '{ name: api-calls, to: k6, arrivals: { ramps: { points: [{ at: 30s, rate: "5/s" }, { at: 70s, rate: "5/s" }, { at: 70s, rate: "0/s" }] } }, timeout: 60s }',
    );
    expect(run(made).summary.requests_error_ratio).toBe(0);
    expect(imported('k6', "export const options = { vus: 3, duration: '1m' }").notes[0]).toBe('users: up to 3 users');
  });
});

it.each([
  ['swf', '1 2 3\n', /^file:1: expected 18 fields, got 3/],
  ['swf', `${'x '.repeat(18)}\n`, /^file:1: job number: expected a number, got "x"/],
  ['azure-vm', 'a,s,d,5,1,1,1,1,U,2,4\n', /^file:1: deleted: 1 is before the creation at 5/],
  ['azure-vm', '\n', /^file: has no VM in the time that was asked for/],
  ['borg', '{"time": 1}\n', /^file:1: type: expected a number, got null/],
  ['borg', 'time,type\n', /^file:1: not valid JSON: /],
  ['philly', '[{\n"submitted_time": "x" }]', /^file:1: submitted_time: expected a time such as/],
  ['philly', '[{ "a": 1', /^file:1: not valid JSON: an object that does not end/],
  ['access-log', 'hello\n', /^file:1: is no line of an access log/],
  ['k6', 'export default 1', /^file: has no `export const options/],
  [
    'k6',
    'export const options = { stages: [{ duration: x, target: 1 }] }',
    /^file:1: options: users.stages\[0\].duration: expected a duration such as "30s", got "x"/,
  ],
  [
    'k6',
    "\nexport const options = { scenarios: { a: { executor: 'externally-controlled' } } }",
    /^file:2: options: a: the executor "externally-controlled" is not known/,
  ],
])('%s refuses %j', (kind, text, message) => {
  const make = () => imported(kind, text);
  expect(make).toThrow(InputError);
  expect(make).toThrow(message);
});

it('samples the same ones whatever their order, each as likely', () => {
  const chosen = (ids: readonly number[]): number[] => {
    const sample = new Sample<number>(100);
    for (const id of ids) sample.add(`vm-${id}`, id);
    return sample.values().toSorted((a, b) => a - b);
  };
  const ids = Array.from({ length: 20_000 }, (_, id) => id);
  const forward = chosen(ids);
  expect(forward).toHaveLength(100);
  expect(chosen(ids.toReversed())).toEqual(forward);
  // A uniform sample of 0 to 19,999: the mean is 10,000, with a deviation of 5774 / 10.
  expect(Math.abs(forward.reduce((sum, id) => sum + id, 0) / 100 - 10_000)).toBeLessThan(4 * 577);
});

it('counts in intervals that grow, and gives the moments of logarithms', () => {
  const counts = new Counts();
  for (let second = 0; second < 40_000; second += 1) counts.add(second);
  expect(counts.widthS).toBe(10);
  expect([...counts.rates()]).toHaveLength(4000);
  expect([...counts.rates()].every(({ perSecond }) => perSecond === 1)).toBe(true);
  const moments = new LogMoments();
  for (const value of [1, Math.E ** 2, 0]) moments.add(value);
  expect([moments.count, moments.median, moments.sigma]).toEqual([2, Math.E, Math.SQRT2]);
});
