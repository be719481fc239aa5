// Recorded failures, replayed through the faults of machines: what a fleet's records say comes out again, exactly.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { FaultInjector } from '../../src/faults/fault-injector.ts';
import type { NodeRow } from '../../src/model/rows.ts';
import { ClusterState } from '../../src/model/state.ts';
import { readFailureTrace, type TracedOutage } from '../../src/scenario/failure-trace.ts';

const DATA = fileURLToPath(new URL('../../../shared/data/failures/', import.meta.url));
const GRID = `${DATA}grid5k_event_trace.tab.xz`;
const LANL = `${DATA}lanl_clean.csv`;

/** What happens to each machine, by the faults: when each outage of it began and how long it was. */
function replay(outages: readonly TracedOutage[], causes?: readonly string[]) {
  const state = new ClusterState('1');
  const resources = { cpu: 1, memory: 1, pods: 1 };
  const names = [...new Set(outages.map(([node]) => node))];
  for (const name of names) {
    const spec = { name, labels: {}, taints: [], unschedulable: false, hourlyCost: 0 };
    state.addNode({ ...spec, capacity: resources, allocatable: resources }, 0);
  }
  const engine = new Engine({ seed: 1 });
  const sinceUs = new Map<NodeRow, number>();
  const lengthsUs: number[] = [];
  const nothing = (): (() => void) => () => undefined;
  const machinery = {
    crashNode: (node: NodeRow) => void sinceUs.set(node, engine.now),
    recoverNode: (node: NodeRow) => {
      lengthsUs.push(engine.now - (sinceUs.get(node) ?? Number.NaN));
      sinceUs.delete(node);
    },
    scrapNode: nothing,
    shutDownNode: nothing,
    stopKubelet: nothing,
    startKubelet: nothing,
    cutOff: nothing,
    reconnect: nothing,
    crashContainer: nothing,
  };
  const network = { disturb: nothing, fillConntrack: nothing, slowNames: nothing };
  const faults = new FaultInjector(engine, state, { machinery, network }, () => false);
  faults.at(0, { name: 'FailureTrace', args: { trace: { outages }, ...(causes === undefined ? {} : { causes }) } });
  engine.run(1e15);
  return { nodes: names.length, lengthsUs, started: faults.started, ended: faults.ended };
}

const read = (file: string, text: string): TracedOutage[] => readFailureTrace({ file, text });

const unpacks = spawnSync('xz', ['--version']).status === 0;

// Without the shared data, or a program that unpacks it.
describe.skipIf(!existsSync(GRID) || !unpacks)("Grid'5000", () => {
  it('gives availability 0.813910, mean time up 32.406 h, mean time down 7.414 h', () => {
    const text = execFileSync('xz', ['-dc', GRID], { maxBuffer: 2 ** 28 }).toString();
    const outages = read(GRID, text);
    const { lengthsUs, started, ended } = replay(outages);
    expect([started, ended]).toEqual([outages.length, outages.length]);
    const downHours = lengthsUs.reduce((sum, us) => sum + us / 3.6e9, 0);
    // The trace says of each interval whether the machine was up: there are as many of these as it says.
    let upHours = 0;
    let ups = 0;
    for (const line of text.split('\n').slice(1)) {
      const cells = line.trim().split(/\s+/);
      if (cells[5] !== '1') continue;
      ups += 1;
      upHours += (Number(cells[7]) - Number(cells[6])) / 3600;
    }
    expect((upHours / (upHours + downHours)).toFixed(6)).toBe('0.813910');
    expect((upHours / ups).toFixed(3)).toBe('32.406');
    expect((downHours / outages.length).toFixed(3)).toBe('7.414');
  }, 120_000);
});

describe.skipIf(!existsSync(LANL))('LANL', () => {
  // Repair times in minutes, mean and median, as the release's readers have them.
  it.each([
    ['Hardware', 344, 68],
    ['Software', 348, 43],
    ['Facilities', 572, 276],
    [undefined, 352, 59],
  ])('by cause %s: mean %d min, median %d min', (cause, mean, median) => {
    const outages = read(LANL, readFileSync(LANL, 'utf8'));
    const chosen = outages.filter((one) => cause === undefined || one[3] === cause);
    const { started } = replay(outages, cause === undefined ? undefined : [cause]);
    expect(started).toBe(chosen.length);
    const minutes = chosen.map(([, from, to]) => (to - from) / 60).sort((a, b) => a - b);
    expect(Math.round(minutes.reduce((sum, one) => sum + one, 0) / minutes.length)).toBe(mean);
    const middle = [minutes[Math.floor((minutes.length - 1) / 2)], minutes[Math.floor(minutes.length / 2)]];
    expect((middle[0] + middle[1]) / 2).toBe(median);
  });
});

describe('a file of outages', () => {
  it('counts from its first one, in order of time', () => {
    const outages = read('t.csv', 'node,start,end,cause\nb,200,260,disk\na,100,101,\n');
    expect(outages).toEqual([
      ['a', 0, 1, ''],
      ['b', 100, 160, 'disk'],
    ]);
  });

  it.each([
    ['node,begin\na,1\n', /t\.csv:1: has the columns node, begin, expected node, start, end/],
    ['node,start,end\na,5,4\n', /t\.csv:2: expected a node, and a start and an end after it/],
    ['node,start,end\na,,4\n', /t\.csv:2: expected/],
    ['node,start,end\n', /has no outages/],
  ])('%j is bad input', (text, message) => {
    expect(() => read('t.csv', text)).toThrow(message);
  });

  it('goes to nodes of those names, else to the next that is free', () => {
    const { nodes, lengthsUs } = replay([
      ['x', 0, 10, ''],
      ['x', 5, 20, ''],
      ['y', 7, 8, ''],
    ]);
    // Outages that overlap are one.
    expect([nodes, lengthsUs]).toEqual([2, [1e6, 20e6]]);
  });
});
