// Arrivals that were recorded beside a scenario, in a whole cluster: as many as recorded, and what is refused; and the packaged flash crowd.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { expandJobs } from '../../src/scenario/expand.ts';
import { readConfined } from '../../src/scenario/files.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { familySchemas } from '../../src/world/families.ts';
import { runJob } from '../../src/world/run.ts';
import { jsonOf, wavetank } from '../support/command.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { families } from '../support/world-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-arrivals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'rates.csv'), 'minute,requests\n0,600\n1,0\n2,1200\n');
writeFileSync(join(folder, 'times.csv'), 'at\n1000\n1000\n5000\n');

const RATES = '{ replay: { rates: { file: rates.csv, time: minute, rate: requests, unit: m, per: 1m }, at: 1m } }';

function run(arrivals: string, expected: string) {
  const spec = `  duration: 6m
  preset: ideal
  traffic: [{ name: u, to: web, arrivals: ${arrivals} }]
  expect: [${expected}]
`;
  const text = scenario(1, spec) + deployment('web') + service('web');
  const schemas = familySchemas(families);
  const loaded = loadScenario([{ file: join(folder, 'scenario.yaml'), text }], {
    families: schemas,
    readFile: readConfined,
  });
  const [job] = expandJobs(loaded, { families: schemas });
  return runJob(job, { families, check: true });
}

it('a recorded rate', () => {
  const windows = ['10s..1m', '1m..2m', '2m..3m', '3m..4m', '4m..6m'];
  const { verdicts } = run(RATES, windows.map((window) => `requests.rate during ${window} >= 0`).join(', '));
  const [before, first, none, last, after] = verdicts.map(({ actual }) => actual ?? Number.NaN);
  expect([before, none, after]).toEqual([0, 0, 0]);
  expect(Math.abs(first * 60 - 600)).toBeLessThan(4.5 * Math.sqrt(600));
  expect(Math.abs(last * 60 - 1200)).toBeLessThan(4.5 * Math.sqrt(1200));
});

it('recorded times, two at once', () => {
  const times = '{ trace: { times: { file: times.csv, time: at, unit: ms }, at: 1m } }';
  const { verdicts } = run(times, 'requests.rate during 50s..70s == 0.15/s, requests.rate during 70s..6m == 0/s');
  expect(verdicts.map(({ pass }) => pass)).toEqual([true, true]);
});

it.each([
  ['file: rates.csv', 'file: /etc/passwd', /rates\.file: \/etc\/passwd: must be in the scenario's folder/],
  ['file: rates.csv', 'file: ../rates.csv', /must be in the scenario's folder/],
  ['file: rates.csv', 'file: rate.csv', /no such file/],
  ['file: rates.csv, ', '', /rates\.file: is required/],
  ['rate: requests', 'rate: request', /has no column "request".*did you mean "requests"/],
  ['unit: m', 'unit: min', /rates\.unit: expected one of ms, s, m, h, d/],
  ['per: 1m', 'per: 0', /rates\.per: expected a duration above 0/],
  ['per: 1m', 'pre: 1m', /rates\.pre: .*per/],
])('%s → %s is refused', (from, to, message) => {
  expect(() => run(RATES.replace(from, to), '')).toThrow(message);
});

it('wavetank sweep flash-crowd', async () => {
  const finished = await wavetank(['sweep', 'flash-crowd', '--json', '--no-report'], folder);
  expect(finished.stderr).toBe('');
  const { expect: judged } = jsonOf(finished) as { readonly expect: readonly { readonly pass: boolean }[] };
  expect(judged.map(({ pass }) => pass)).toEqual([true, true, true, true, true, true, true, true]);
  expect(finished.status).toBe(0);
});
