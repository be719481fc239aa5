// Which link a packet takes.
import { expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { ClusterState, REGION_LABEL, ZONE_LABEL } from '../model/state.ts';
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

it('drops packets between cut zones until all cuts are healed', () => {
  const { links: network, state } = links();
  const a = state.nodes.zone[0];
  const b = state.nodes.zone[2];
  network.partition(a, b);
  network.partition(b, a);
  expect([network.delayUs(0, 2), network.delayUs(2, 1), network.delayUs(0, 1)]).toEqual([-1, -1, 150]);
  network.heal(a, b);
  expect(network.delayUs(0, 2)).toBe(-1);
  network.heal(a, b);
  expect(network.delayUs(0, 2)).toBe(600);
});
