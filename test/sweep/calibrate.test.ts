// `wavetank calibrate`: what was simulated with known parameters is found again within the stated intervals; what cannot be told is said.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { calibrate, type Calibration } from '../../src/sweep/calibrate/calibrate.ts';
import { type Durations, ofHistogram } from '../../src/sweep/calibrate/durations.ts';
import { readMeasured } from '../../src/sweep/calibrate/measured.ts';
import { pullsOf } from '../../src/sweep/calibrate/pulls.ts';
import { calibratedText, documentsOf } from '../../src/sweep/calibrate/written-scenario.ts';
import { familySchemas } from '../../src/world/families.ts';
import { wavetank } from '../support/command.ts';
import { sourcesOf } from '../support/imports.ts';
import { families, runScenario } from '../support/world-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-calibrate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One pod; users are 17 s to 27 s long there. */
function scenario(rate: number, service: object, concurrency: number, seed = 1): string {
  return `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: web }
spec:
  seed: ${seed}
  duration: 27s
  warmup: 17s
  interval: 5s
  cluster: { nodePools: [{ name: node, count: 1 }] }
  network: { links: { sameNode: 0, sameZone: 0, otherZone: 0, otherRegion: 0, client: 0 } }
  behaviors: [{ image: example/web, startup: 1s, requests: ${JSON.stringify({ service, concurrency })} }]
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: ${rate}/s } }, start: 15s, timeout: 10s }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: example/web }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;
}

const TRUE = { lognormal: { median: '20ms', sigma: 0.5 } };
const GUESS = { lognormal: { median: '5ms', sigma: 0.2 } };

/** What a run with seed 900 measured. */
function durationsOf(text: string): Durations {
  const { world } = runScenario(text);
  const { traffic } = world;
  return ofHistogram(traffic.meters.latencies(traffic.serviceMeter(0)));
}

function calibrated(text: string, durations: Durations, seeds = 1): Calibration {
  const loaded = loadScenario([{ file: 'web.yaml', text }], { families: familySchemas(families) });
  const measured = { durations: new Map([['default/web', durations]]), startups: new Map(), pulls: [] };
  const { scenario: document } = documentsOf(loaded);
  return calibrate(loaded, document, measured, { families, seenBy: 'servers', seeds, onRun: () => undefined });
}

describe('service times and concurrency', () => {
  it('are found again within their intervals, and what cannot be told is said', () => {
    // Four at a time, of 22.7 ms on average: 74 % busy. Two or less could not serve them.
    const made = calibrated(scenario(130, GUESS, 8), durationsOf(scenario(130, TRUE, 4, 900)));
    const [{ median, sigma, concurrency, score, agrees }] = made.services;
    expect(median.low).toBeLessThan(0.02);
    expect(median.high).toBeGreaterThan(0.02);
    expect((median.high ?? 1) / (median.low ?? 0)).toBeLessThan(3);
    expect(sigma.low).toBeLessThan(0.5);
    expect(sigma.high).toBeGreaterThan(0.5);
    expect(concurrency.low).toBeGreaterThanOrEqual(2);
    expect(concurrency.low).toBeLessThanOrEqual(4);
    // A slower service that nobody waits for looks the same.
    expect(concurrency.high).toBeUndefined();
    expect(made.unidentified[0]).toMatch(
      /^default\/web: concurrency\. Any [234] or more requests at a time would give/,
    );
    expect(made.unidentified.join('\n')).toMatch(/example\/web: start-up\. No start of it was measured/);
    expect(agrees).toBe(true);
    expect(score.after).toBeLessThan(score.before / 1.5);
    expect(score.after).toBeGreaterThanOrEqual(score.least);
    expect(score.after).toBeLessThan(score.least * 1.05);
  });
});

it('finds round trip and bandwidth of pulls, and says where it cannot', () => {
  // 150 ms, and 25 MB a second: exactly.
  const exact = pullsOf([1e6, 50e6, 100e6, 200e6].map((bytes) => ({ bytes, seconds: 0.15 + bytes / 25e6 })));
  expect(exact.set).toEqual([
    'spec.kubelet.imagePull.roundTrip="150000us"',
    'spec.kubelet.imagePull.bandwidth="25MB/s"',
  ]);
  expect(exact.unidentified).toEqual([]);
  expect(
    pullsOf([
      { bytes: 1e6, seconds: 1 },
      { bytes: 1e6, seconds: 2 },
    ]).unidentified[0],
  ).toMatch(/the same size/);
  expect(
    pullsOf([
      { bytes: 1e6, seconds: 2 },
      { bytes: 2e6, seconds: 1 },
    ]),
  ).toMatchObject({ set: [], bandwidth: undefined });
});

describe('what was measured', () => {
  const read = (name: string, text: string) => readMeasured([name], sourcesOf({ [name]: text }));

  it.each([
    [
      'an unknown header',
      'service,ms\nweb,3\n',
      /m\.csv:1: expected the header service,seconds, or service,quantile,seconds/,
    ],
    [
      'a cell that is no number',
      'service,seconds\nweb,3\nweb,x\n',
      /m\.csv:3: expected a number of 0 or more, got "x"/,
    ],
    ['a cell too many', 'service,seconds\nweb,3,4\n', /m\.csv:2: expected 2 cells/],
    ['a quantile of 1', 'service,quantile,seconds\nweb,1,4\n', /m\.csv:2: a quantile is between 0 and 1/],
    [
      'quantiles that fall',
      'service,quantile,seconds\nweb,0.5,4\nweb,0.9,3\n',
      /the quantile 0\.9 is 3 s, less than a lower one/,
    ],
    ['no rows', 'service,seconds\n', /m\.csv: has no rows/],
    ['nothing', '', /m\.csv: has no rows/],
  ])('is refused with its place: %s', (_what, text, message) => {
    expect(() => read('m.csv', text)).toThrow(message);
  });

  it('is by Service and namespace, and has quantiles of the body', () => {
    const rows = Array.from({ length: 1000 }, (_, at) => `web,${(at + 1) / 1000}\nshop/cart,0.5\n`);
    const { durations } = read('m.csv', `service,seconds\n${rows.join('')}`);
    expect([...durations.keys()]).toEqual(['default/web', 'shop/cart']);
    const web = durations.get('default/web');
    expect(web?.count).toBe(1000);
    expect(web?.points.map(({ share }) => share)).toEqual([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]);
    for (const { share, seconds } of web?.points ?? []) expect(Math.abs(seconds / share - 1)).toBeLessThan(0.005);
  });

  it('may be buckets of Prometheus: shares at their bounds', () => {
    const series = [
      ['0.01', 50],
      ['0.04', 90],
      ['0.16', 100],
      ['+Inf', 100],
    ].map(([le, count]) => ({
      metric: { __name__: 'http_request_duration_seconds_bucket', service: 'web', namespace: 'shop', le },
      values: [
        [0, '0'],
        [60, String(count)],
      ],
    }));
    const text = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: series } });
    const one = read('m.json', text).durations.get('shop/web');
    expect(one).toMatchObject({
      count: 100,
      points: [
        { share: 0.5, seconds: 0.01 },
        { share: 0.9, seconds: 0.04 },
      ],
    });
  });
});

describe('the command', () => {
  writeFileSync(join(folder, 'web.yaml'), scenario(60, GUESS, 16));
  writeFileSync(
    join(folder, 'startups.csv'),
    `image,startup_seconds\n${[1.6, 1.9, 2.1, 2.4, 2.8].map((s) => `example/web,${s}\n`).join('')}`,
  );
  writeFileSync(
    join(folder, 'pulls.csv'),
    'image,bytes,pull_seconds\na,1000000,0.19\nb,50000000,2.15\nc,100000000,4.15\n',
  );

  it('writes a folder that runs, with the values that it found', async () => {
    const done = await wavetank(
      ['calibrate', 'web.yaml', '--measured', 'startups.csv', '--measured', 'pulls.csv', '--out', 'fitted'],
      folder,
    );
    expect(done).toMatchObject({ status: 0, stderr: 'Written: fitted. Next: wavetank run fitted\n' });
    const text = readFileSync(join(folder, 'fitted', 'scenario.yaml'), 'utf8');
    // The fifth root of the product; 0.04 s a MB.
    expect(text).toMatch(/median: 2120\d{3}us/);
    const loaded = loadScenario([{ file: 's.yaml', text }], { families: familySchemas(families) });
    const given = loadScenario([{ file: 'web.yaml', text: scenario(60, GUESS, 16) }], {
      families: familySchemas(families),
    });
    const set = (JSON.parse(readFileSync(join(folder, 'fitted', 'calibration.json'), 'utf8')) as Calibration).set;
    const changed = loadScenario(given.inputs, { families: familySchemas(families), set });
    expect(loaded.hash).toBe(changed.hash);
    expect(loaded.hash).not.toBe(given.hash);
    expect(readFileSync(join(folder, 'fitted', 'calibration.csv'), 'utf8')).toMatch(
      /^example\/web,startup\.median,seconds,5,2\.12/m,
    );
    expect(calibratedText(documentsOf(given), [], ['as it was'])).toMatch(/^# Calibrated: as it was\./);
  });

  it.each([
    ['a folder that is there', ['--measured', 'startups.csv', '--out', '.'], /exists already/],
    [
      'a Service that is not',
      ['--measured', 'webb.csv'],
      /the scenario has no Service default\/webb, expected one of default\/web \(did you mean/,
    ],
    ['an image that is not', ['--measured', 'image.csv'], /no pod of the scenario has the image example\/wep/],
    ['a file that is not', ['--measured', 'none.csv'], /none\.csv: no such file/],
  ])('refuses %s, and leaves nothing behind', async (_what, args, message) => {
    writeFileSync(join(folder, 'webb.csv'), `service,seconds\n${'webb,0.1\n'.repeat(300)}`);
    writeFileSync(join(folder, 'image.csv'), 'image,startup_seconds\nexample/wep,1\n');
    const { status, stderr } = await wavetank(['calibrate', 'web.yaml', ...args], folder);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, 'web-calibrated'))).toBe(false);
  });
});
