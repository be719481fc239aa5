// Energy, carbon, prices that change and bytes between zones, against arithmetic and a published SPECpower result.
import { describe, expect, it } from 'vitest';
import { sum } from 'd3-array';
import { complaints, HEADER, load } from '../scenario/tank.ts';
import { deployment, scenarioOf, service } from '../support/manifests.ts';
import { XEON_8276L } from '../support/specpower.ts';
import { type FinishedRun, runScenario } from '../support/world-rig.ts';

/** A file beside the scenario. */
const reading = (files: Readonly<Record<string, string>>) => ({
  readFile: (file: string) => ({ file, text: files[file] ?? '' }),
});
const actual = ({ verdicts }: FinishedRun): (number | undefined)[] => verdicts.map((verdict) => verdict.actual);
const LONE_POD = deployment('load').replace('requests: { cpu: 100m }', 'requests: { cpu: 0 }');

describe('energy', () => {
  const { watts, operations, score } = XEON_8276L;

  it('of the eleven loads of a SPECpower result comes to its overall score', () => {
    // Full for four minutes, 90 % for four, … idle: as SPEC measures them. The machine has one CPU for the operations of 100 %.
    const points = Array.from({ length: 10 }, (_, step) => {
      const value = `${1000 - 100 * step}m`;
      return `{ at: ${step * 240}s, value: ${value} }, { at: ${step * 240 + 239.999999}s, value: ${value} }`;
    });
    const outcome = runScenario(
      scenarioOf(`  duration: 44m
  interval: 240s
  preset: ideal
  cluster: { nodePools: [{ name: node, count: 1, capacity: { cpu: 1 }, systemReserved: { cpu: 0 }, power: [${watts.join(', ')}] }] }
  behaviors: [{ image: test/load, startup: 0s, usage: { cpu: [${points.join(', ')}, { at: 2400s, value: 0 }] } }]
  expect: [nodes.energy > 0, max(nodes.power) > 0, last(nodes.power) > 0]`) + LONE_POD,
    );
    const joules = outcome.summary.energy_joules ?? 0;
    expect(Math.floor((sum(operations) * 240) / joules)).toBe(score);
    const [kilowattHours, most, idle] = actual(outcome);
    expect(kilowattHours).toBeCloseTo((2165 * 240) / 3.6e6, 5);
    expect(most).toBeCloseTo(347, 2);
    expect(idle).toBeCloseTo(48, 2);
    expect(outcome.summary.carbon_grams).toBeNull();
  });
});

describe('a node that comes and goes', () => {
  const CARBON = 'region,hour,grams_per_kwh\nnorth,12,100\nnorth,13,400\nsouth,0,1000\n';
  const text = scenarioOf(`  duration: 1h
  interval: 7m
  preset: ideal
  startTime: "2026-06-01T12:30:00Z"
  cluster:
    carbonIntensity: { file: carbon.csv }
    nodePools:
      - { name: a, count: 2, region: north, power: [100, 300], hourlyCost: 6 }
      - { name: b, count: 1, region: south, power: [50, 60] }
  timeline: [{ at: 15m, delete: { kind: Node, name: a-0 } }]
  expect: [nodes.carbon > 0, nodes.power during 28m..end > 0, "nodes.energy during 0..7m > 0"]`);

  it('draws, costs and emits while it is there', () => {
    const outcome = runScenario(text, reading({ 'carbon.csv': CARBON }));
    // Idle: two nodes of 100 W, one for a quarter of an hour, the other for an hour, of which half an hour is before one o'clock; 50 W in the south.
    const [grams, power, first] = actual(outcome);
    expect(outcome.summary.energy_joules).toBeCloseTo(100 * 900 + 100 * 3600 + 50 * 3600, 0);
    expect(grams).toBeCloseTo(0.025 * 100 + 0.1 * 0.5 * 100 + 0.1 * 0.5 * 400 + 0.05 * 1000, 2);
    expect(power).toBe(150);
    expect(first).toBeCloseTo((0.25 * 7) / 60, 9);
    expect(outcome.summary.node_cost).toBeCloseTo(6 * 1.25, 3);
    expect(outcome.summary.total_cost).toBe(outcome.summary.node_cost);
    const { rows } = outcome.world.measure.costs!;
    // Nine intervals, the last of four minutes.
    expect(rows.map(({ pool }) => pool).join('')).toBe('ab'.repeat(9));
    expect(sum(rows, ({ energy_joules }) => energy_joules ?? 0)).toBeCloseTo(outcome.summary.energy_joules ?? 0, 6);
    expect(sum(rows, ({ cost }) => cost)).toBeCloseTo(outcome.summary.node_cost ?? 0, 9);
  });

  it('is what nobody asks about where pools have a price alone', () => {
    const { summary, world } = runScenario(
      scenarioOf('  duration: 30m\n  cluster: { nodePools: [{ name: a, count: 2, hourlyCost: 6 }] }'),
    );
    expect(world.measure.costs).toBeUndefined();
    expect(world.measure.egress.rows).toEqual([]);
    expect([summary.node_cost, summary.total_cost, summary.energy_joules, summary.egress_bytes]).toEqual([
      6,
      6,
      null,
      null,
    ]);
  });
});

it('a spot machine costs what its zone does at the time', () => {
  const prices = 'time,zone,price\n2026-01-01T00:00:00Z,a,1\n2026-01-01T00:10:00Z,a,4\n2025-12-31T00:00:00Z,b,10\n';
  const { summary } = runScenario(
    scenarioOf(`  duration: 30m
  cluster:
    nodePools:
      - { name: s, count: 2, zones: [a, b], hourlyCost: 99, autoscaling: { min: 2, max: 2 }, spot: { prices: { file: prices.csv } } }
      - { name: base, count: 1, hourlyCost: 2 }
`),
    reading({ 'prices.csv': prices }),
  );
  // Ten minutes of 1 and twenty of 4; half an hour of 10; half an hour of 2.
  expect(summary.node_cost).toBeCloseTo(1 / 6 + 4 / 3 + 5 + 1, 6);
});

describe('bytes between zones', () => {
  const at = (name: string, node: string): string =>
    deployment(name, { pod: `, nodeName: ${node}` }).replace(
      'spec: { containers',
      'spec: { terminationGracePeriodSeconds: 0, containers',
    );
  const text = (zones: string, region: string): string =>
    scenarioOf(`  duration: 3m
  preset: ideal
  cluster:
    nodePools:
      - { name: p, count: 1, zones: [a] }
      - { name: q, count: 1, zones: [${zones}], region: ${region} }
  connections: { callers: {}, egress: { otherZone: 1000, otherRegion: 5000 } }
  behaviors:
    - { image: test/front, startup: 0s, requests: { service: 1ms, size: { request: 7kB, response: 70kB } }, calls: [{ service: back }] }
    - { image: test/back, startup: 0s, requests: { service: 1ms, size: { request: 1kB, response: 20kB } } }
  traffic: [{ name: users, to: front, arrivals: { constant: { rate: 1/s } }, start: 1m, stop: 2m }]
  expect: [egress.bytes >= 0, egress.cost >= 0, egress.bytes during 2m..end == 0]`) +
    at('front', 'p-0') +
    at('back', 'q-0') +
    service('front') +
    service('back');

  it.each([
    ['another zone', 'b', 'region-1', 21e3 * 1e-6],
    ['another region', 'a', 'region-2', 21e3 * 5e-6],
    ['the same zone', 'a', 'region-1', 0],
  ])('to %s', (_, zones, region, price) => {
    const outcome = runScenario(text(zones, region));
    const { requests_completed_total: requests } = outcome.summary;
    expect(requests).toBeGreaterThan(58);
    const [sent, cost, later] = actual(outcome);
    // What users send and get comes from outside; a call takes a request there and an answer back.
    expect(sent).toBe(price === 0 ? 0 : requests * 21e3);
    expect(cost).toBeCloseTo(requests * price, 9);
    expect(later).toBe(0);
    expect(outcome.summary.total_cost).toBeCloseTo(requests * price, 9);
    const ways = new Set(outcome.world.measure.egress.rows.map((row) => `${row.from_zone} ${row.to_zone}`));
    expect(ways.size).toBe(price === 0 ? 0 : 2);
  });
});

describe('the input', () => {
  const pool = (more: string): string => `${HEADER}  duration: 1m\n  cluster: { ${more} }\n`;
  const spot =
    'nodePools: [{ name: s, zones: [a], autoscaling: { min: 3, max: 3 }, spot: { prices: { file: p.csv } } }]';
  const carbon = 'carbonIntensity: { file: c.csv }, nodePools: [{ name: p, power: [1, 2] }]';
  it.each([
    ['a curve of one point', pool('nodePools: [{ name: p, power: [1] }]'), {}, /power/],
    ['less than no power', pool('nodePools: [{ name: p, power: [1, -2] }]'), {}, /power\[1\].*at least 0/],
    [
      'carbon without power',
      pool('carbonIntensity: { file: c.csv }'),
      { 'c.csv': 'hour,grams_per_kwh\n0,1\n' },
      /nodePools\[\]\.power/,
    ],
    [
      'a file without the column',
      pool(carbon),
      { 'c.csv': 'hour,grams\n0,1\n' },
      /c\.csv.*grams_per_kwh.*expected one of hour, grams/,
    ],
    [
      'an hour of the next day',
      pool(carbon),
      { 'c.csv': 'hour,grams_per_kwh\n24,1\n' },
      /c\.csv: 2: expected an hour from 0 to 23, got "24"/,
    ],
    ['an hour twice', pool(carbon), { 'c.csv': 'hour,grams_per_kwh\n3,1\n3,2\n' }, /c\.csv: 3: has 3 a second time/],
    ['a number for a date', pool(carbon), { 'c.csv': 'time,grams_per_kwh\n0,1\n' }, /expected a date such as/],
    [
      'no row of the region',
      pool(carbon),
      { 'c.csv': 'hour,region,grams_per_kwh\n3,region-2,1\n' },
      /no rows of the region region-1.*region-2/,
    ],
    [
      'rows that begin too late',
      pool(spot),
      { 'p.csv': 'time,price\n2026-01-01T00:00:01Z,1\n' },
      /p\.csv begins at 2026-01-01T00:00:01Z, after the start/,
    ],
    ['a price of nobody', pool(spot), { 'p.csv': 'time,price\n2025-01-01,x\n' }, /p\.csv/],
    ['a price that is no file', pool(spot.replace('{ file: p.csv }', '7')), {}, /prices.*\{ file: … \}/],
  ])('is refused: %s', (_, text, files, message) => {
    expect(complaints(() => load(text, reading(files)))).toMatch(message);
  });
});
