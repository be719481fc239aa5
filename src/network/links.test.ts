// Which link a packet takes.
import { expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { ClusterState, REGION_LABEL, ZONE_LABEL } from '../model/state.ts';
import type { NodeRow } from '../model/rows.ts';
import { Links } from './links.ts';

const constant = (value: number) => ({ type: 'constant', value }) as const;

function links(): { links: Links; state: ClusterState } {
  const state = new ClusterState('1');
  const zones = ['east/a', 'east/a', 'east/b', 'west/a', ''];
  for (const [index, zone] of zones.entries()) {
    const [region, name] = zone.split('/');
    const labels: Record<string, string> = zone === '' ? {} : { [REGION_LABEL]: region, [ZONE_LABEL]: name };
    const resources = { cpu: 1, memory: 1, pods: 1 };
    state.addNode(
      {
        name: `node-${index}`,
        labels,
        taints: [],
        unschedulable: false,
        capacity: resources,
        allocatable: resources,
        hourlyCost: 0,
      },
      0,
    );
  }
  const settings = {
    sameNode: constant(30),
    sameZone: constant(150),
    otherZone: constant(600),
    otherRegion: constant(30_000),
    client: constant(8000),
  };
  return { links: new Links(new Engine({ seed: 1 }), state, settings), state };
}

it.each([
  [0, 0, 30],
  [0, 1, 150],
  [0, 2, 600],
  [2, 0, 600],
  [0, 3, 30_000],
  [4, 0, 600], // no zone known
  [-1, 0, 8000],
  [3, -1, 8000],
  [-1, -1, 8000],
])('from node %i to node %i it takes %i µs', (from, to, expected) => {
  expect(links().links.delayUs(from, to)).toBe(expected);
});

const only = (...rows: number[]) => ({ includes: (node: number) => rows.includes(node), outside: false });

it('drops packets between two sides until all cuts are healed, and only in the direction that is cut', () => {
  const { links: network } = links();
  const cut = { from: only(0, 1), to: only(2), loss: 1, delay: undefined };
  const healFirst = network.troubles.disturb(cut);
  const healSecond = network.troubles.disturb(cut);
  expect([0, 1].map((node) => network.delayUs(node, 2))).toEqual([-1, -1]);
  expect([network.delayUs(2, 0), network.delayUs(0, 1), network.delayUs(0, 3)]).toEqual([600, 150, 30_000]);
  expect([network.meanUs(0 as NodeRow, 2 as NodeRow), network.meanUs(2 as NodeRow, 0 as NodeRow)]).toEqual([-1, 600]);
  healFirst();
  expect(network.delayUs(0, 2)).toBe(-1);
  healSecond();
  expect([network.delayUs(0, 2), network.troubles.any]).toEqual([600, false]);
});

it('cuts the outside off, and never a node from itself', () => {
  const { links: network } = links();
  network.troubles.disturb({
    from: { includes: () => true, outside: true },
    to: { includes: () => true, outside: true },
    loss: 1,
    delay: undefined,
  });
  expect([network.delayUs(-1, 3), network.delayUs(3, -1), network.delayUs(3, 3)]).toEqual([-1, -1, 30]);
});

it('a longer way is added to the usual one, from every trouble', () => {
  const { links: network } = links();
  const slow = { from: only(0), to: only(2), loss: 0, delay: constant(5000) };
  network.troubles.disturb(slow);
  network.troubles.disturb(slow);
  expect([network.delayUs(0, 2), network.delayUs(0, 1), network.meanUs(0 as NodeRow, 2 as NodeRow)]).toEqual([
    10_600, 150, 10_600,
  ]);
});

it('lost packets are sent again: with loss p a packet comes k times too late with probability p^k (1 - p)', () => {
  const { links: network } = links();
  network.troubles.disturb({ from: only(0), to: only(2), loss: 0.2, delay: undefined });
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 20_000; i += 1) {
    const repeats = Math.round(Math.log2((network.delayUs(0, 2) - 600) / 200e3 + 1));
    if (repeats < 4) counts[repeats] += 1;
  }
  // Binomial with n = 20,000: four standard deviations.
  for (const [k, count] of counts.entries()) {
    const p = 0.2 ** k * 0.8;
    expect(Math.abs(count - 20_000 * p)).toBeLessThan(4 * Math.sqrt(20_000 * p * (1 - p)));
  }
});

it('a side has nodes that come later', () => {
  const { links: network, state } = links();
  const { nodes } = state;
  network.troubles.disturb({
    from: { includes: () => true, outside: false },
    to: { includes: (node) => nodes.spec[node].name === 'late', outside: false },
    loss: 1,
    delay: undefined,
  });
  expect(network.delayUs(0, 2)).toBe(600);
  const resources = { cpu: 1, memory: 1, pods: 1 };
  const spec = { name: 'late', labels: {}, taints: [], unschedulable: false, hourlyCost: 0 };
  const late = state.addNode({ ...spec, capacity: resources, allocatable: resources }, 0);
  expect(network.delayUs(0, late)).toBe(-1);
});
