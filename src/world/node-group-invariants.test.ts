// Node pools outside their limits are found.
import { expect, it } from 'vitest';
import type { NodeGroup } from '../model/ports/cloud.ts';
import { checkNodeGroups } from './node-group-invariants.ts';

const group = (target: number, machines: number): NodeGroup => ({
  id: 'burst',
  min: 1,
  max: 3,
  target,
  instances: Array.from({ length: machines }, (_, at) => ({
    name: `burst-${at}`,
    state: 'running' as const,
    error: '',
  })),
  template: { labels: {}, taints: [], capacity: {}, allocatable: {} },
  hourlyCost: 0,
  increase: () => '',
  decreaseTarget: () => '',
  deleteInstances: () => '',
});

it('says nothing of pools within their limits', () => {
  checkNodeGroups({ now: 5e6 }, [group(1, 0), group(3, 3)]);
});

it.each([
  [0, 0, 'at 5 s: the node pool burst is asked to have 0 machines, its limits are 1 and 3'],
  [4, 2, 'at 5 s: the node pool burst is asked to have 4 machines, its limits are 1 and 3'],
  [2, 3, 'at 5 s: the node pool burst has 3 machines, 2 were asked for'],
])('finds a pool with a target of %i and %i machines', (target, machines, message) => {
  expect(() => checkNodeGroups({ now: 5e6 }, [group(2, 2), group(target, machines)])).toThrow(message);
});
