// Counts by key against an ordinary map.
import { expect, it } from 'vitest';
import { CounterRandom } from '../engine/counter.ts';
import { Connections, type ProxyKey } from './connections.ts';
import type { PodRow } from '../model/rows.ts';

type Key = readonly [subset: number, proxy: ProxyKey, pod: PodRow, epoch: number];

function drawKey(random: CounterRandom): Key {
  return [random.int(5), (random.int(40) - 1) as ProxyKey, random.int(100) as PodRow, random.int(2)];
}

it('counts as a map does, and cells stay where they are while something is open', () => {
  const random = new CounterRandom(1, 'connections');
  const connections = new Connections();
  const oracle = new Map<string, number>();
  const open: { cell: number; key: string }[] = [];
  const wrong: number[] = [];
  for (let step = 0; step < 50_000; step += 1) {
    // Up to a few hundred open ones, then down again, among 20,000 keys.
    const rising = step % 10_000 < 5000;
    if (open.length === 0 || random.uniform() < (rising ? 0.6 : 0.4)) {
      const key = drawKey(random);
      const cell = connections.cell(...key);
      connections.add(cell, 1);
      oracle.set(key.join(), (oracle.get(key.join()) ?? 0) + 1);
      open.push({ cell, key: key.join() });
    } else {
      const at = random.int(open.length);
      const { cell, key } = open[at];
      open[at] = open[open.length - 1];
      open.pop();
      connections.add(cell, -1);
      oracle.set(key, (oracle.get(key) ?? 0) - 1);
    }
    const probe = drawKey(random);
    const found = connections.find(...probe);
    if ((found < 0 ? 0 : connections.count(found)) !== (oracle.get(probe.join()) ?? 0)) wrong.push(step);
  }
  expect(wrong).toEqual([]);
  expect(connections.total()).toBe(open.length);
  const { generation } = connections;
  connections.clear();
  expect(connections.generation).toBeGreaterThan(generation);
  for (const pod of Array(100).keys()) expect(connections.find(0, 0 as ProxyKey, pod as PodRow, 0)).toBe(-1);
  expect(connections.cell(0, 0 as ProxyKey, 7 as PodRow, 0)).toBe(0);
  expect(connections.total()).toBe(0);
});
