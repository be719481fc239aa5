// `wavetank import prometheus`: what is made of counters and histograms that can be added up by hand, and of a real Prometheus.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/lib/errors.ts';
import { wavetank } from '../support/command.ts';
import { importOf, sourcesOf, wholeText } from '../support/imports.ts';
import { runScenario } from '../support/world-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-prometheus-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 2026-03-01T00:00:00Z. */
const BEGIN = 1_772_323_200;
/** Every 15 s for five minutes. */
const TIMES = Array.from({ length: 21 }, (_, i) => i * 15);

interface Counter {
  readonly labels: Readonly<Record<string, string>>;
  readonly at: (seconds: number) => number;
}

/**
 * 20 requests a second of `web`, a tenth of them failed: half of them took up to 10 ms, 90 % up to 40 ms, all up to 160 ms. Two pods, which use
 * 2 ms of CPU a request, 20 ms a second each. The counter of one starts again after two minutes.
 */
const COUNTERS: readonly Counter[] = [
  {
    labels: { __name__: 'http_requests_total', service: 'web', code: '200' },
    at: (s) => (s < 120 ? 18 * s : 18 * (s - 120) + 18 * 15),
  },
  { labels: { __name__: 'http_requests_total', service: 'web', code: '503' }, at: (s) => 2 * s },
  ...[
    ['0.01', 10],
    ['0.04', 18],
    ['0.16', 20],
    ['+Inf', 20],
  ].map(([le, perSecond]) => ({
    labels: { __name__: 'http_request_duration_seconds_bucket', service: 'web', le: String(le) },
    at: (s: number) => Number(perSecond) * s,
  })),
  ...['web-7c9b8f5d44-aaaaa', 'web-7c9b8f5d44-bbbbb'].flatMap((pod) => [
    { labels: { __name__: 'container_cpu_usage_seconds_total', pod, container: 'main' }, at: (s: number) => 0.02 * s },
    { labels: { __name__: 'container_cpu_usage_seconds_total', pod, container: '' }, at: (s: number) => 0.03 * s },
    { labels: { __name__: 'container_memory_working_set_bytes', pod, container: 'main' }, at: () => 100 * 2 ** 20 },
  ]),
];
// After the reset the first sample is what came since: 18 · 15 of the interval before it.

function answer(counters: readonly Counter[] = COUNTERS): string {
  const result = counters.map(({ labels, at }) => ({
    metric: labels,
    values: TIMES.map((s) => [BEGIN + s, String(at(s))]),
  }));
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
}

/** What any of them must come to. */
function check(scenario: string, rates: string): void {
  // Halfway between the bounds of the buckets: exactly at them here. sigma = ln 4 / 1.2816.
  expect(scenario).toContain(
    'requests: { service: { lognormal: { median: 10000us, sigma: 1.082 } }, cpu: 2000us, errorRate: 0.1 }, usage: { memory: 100Mi }',
  );
  expect(scenario).toContain('replicas: 2');
  const rows = rates
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(',').map(Number));
  expect(rows).toHaveLength(20);
  expect(rows.every(([, rate]) => Math.abs((rate ?? 0) - 20) < 1e-6)).toBe(true);
}

describe('an answer in a file', () => {
  const made = importOf('prometheus', {}, sourcesOf({ 'range.json': answer() }));

  it('becomes rates, durations, CPU, memory and pods of each workload', () => {
    check(made.scenario, wholeText(made.files?.[0]?.text ?? ''));
  });

  it('runs as it was measured', () => {
    const csv = wholeText(made.files?.[0]?.text ?? '');
    const { summary } = runScenario(made.scenario, {
      readFile: (file) => ({ file, text: csv }),
      // Nothing but the service takes time.
      set: ['spec.preset=ideal'],
    });
    // Poisson: 6000 requests within four deviations, and the median within a tenth.
    expect(Math.abs(summary.requests_total - 6000)).toBeLessThan(4 * Math.sqrt(6000));
    expect(Math.abs(Number(summary.requests_error_ratio) - 0.1)).toBeLessThan(0.02);
    expect(Math.abs(Number(summary.request_duration_seconds_p50) / 0.01 - 1)).toBeLessThan(0.1);
  });

  it.each([
    ['no JSON', '<html>', /^f: not valid JSON: /],
    ['an error', '{"status":"error","error":"parse error"}', /^f: Prometheus answered: "parse error"/],
    [
      'another query',
      '{"status":"success","data":{"resultType":"vector","result":[]}}',
      /^f: data.resultType: expected a matrix, .* got "vector"/,
    ],
    [
      'a broken sample',
      '{"data":{"resultType":"matrix","result":[{"metric":{},"values":[["x"]]}]}}',
      /^f: data.result\[0\].values\[0\]: expected \[time, "value"\]/,
    ],
    ['nothing that grew', answer(COUNTERS.slice(2)), /^f: has no http_requests_total or .* service, app/],
  ])('is refused: %s', (_what, text, message) => {
    const make = () => importOf('prometheus', {}, sourcesOf({ f: text }));
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });
});

const hasPrometheus = ['prometheus', 'promtool'].every((program) => spawnSync(program, ['--version']).status === 0);
if (!hasPrometheus) console.log('skipped: wavetank import prometheus URL: prometheus and promtool are not on PATH');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { readonly port: number };
  await new Promise((done) => server.close(done));
  return port;
}

it.runIf(hasPrometheus)(
  'asks a real Prometheus',
  async () => {
    const types = new Map<string, string[]>();
    for (const {
      labels: { __name__: name = '', ...labels },
      at,
    } of COUNTERS) {
      const family = name.replace(/_(total|bucket)$/, '');
      const text = Object.entries(labels)
        .map(([key, value]) => `${key}="${value}"`)
        .join(',');
      types.set(family, [...(types.get(family) ?? []), ...TIMES.map((s) => `${name}{${text}} ${at(s)} ${BEGIN + s}`)]);
    }
    writeFileSync(join(folder, 'metrics.txt'), `${[...types.values()].flat().join('\n')}\n# EOF\n`);
    const filled = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', 'metrics.txt', 'data'], {
      cwd: folder,
    });
    expect([filled.status, filled.stderr.toString()]).toEqual([0, '']);
    writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n');
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const server = spawn(
      'prometheus',
      [
        '--config.file=prometheus.yml',
        '--storage.tsdb.path=data',
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { cwd: folder, stdio: 'ignore' },
    );
    try {
      for (let tries = 0; tries < 100; tries += 1) {
        const ready = await fetch(`${url}/-/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
        if (ready) break;
        await new Promise((done) => setTimeout(done, 100));
      }
      const range = ['--range', '5m', '--until', '2026-03-01T00:05:00Z'];
      const { status, stderr } = await wavetank(['import', 'prometheus', url, ...range, '--out', 'measured'], folder);
      expect([status, stderr]).toEqual([0, expect.stringContaining('web: 20.0 requests a second on average, 2 pods')]);
      const read = (name: string) => readFileSync(join(folder, 'measured', name), 'utf8');
      check(read('scenario.yaml'), read('web.csv'));
    } finally {
      server.kill();
    }
    const gone = await wavetank(['import', 'prometheus', url, '--out', 'none'], folder);
    expect([gone.status, gone.stderr]).toEqual([
      2,
      expect.stringMatching(/^http:\/\/127.0.0.1:\d+: does not answer: /),
    ]);
  },
  30_000,
);
