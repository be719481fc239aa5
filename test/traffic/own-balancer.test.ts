// A user's own balancer, by the shape of the family and nothing else.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { family, member } from '../../src/lib/family.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Connect, Ended } from '../../src/model/ports/routes.ts';
import { ClusterState } from '../../src/model/state.ts';
import type { Balancer, BalancerContext } from '../../src/network/balancers/balancer.ts';
import { balancers } from '../../src/network/balancers/index.ts';
import { Network } from '../../src/network/network.ts';
import { idealNetwork } from '../support/traffic-rig.ts';
import { sliceOf } from '../support/slices.ts';
import type { PodRow } from '../../src/model/rows.ts';

const leastConnections = member({
  name: 'LeastConnections',
  summary: 'The endpoint to which this sidecar has the fewest connections open.',
  args: z.strictObject({}),
  create: (): Balancer => ({
    countsConnections: true,
    choose(view) {
      let best = 0;
      for (let i = 1; i < view.count; i += 1) if (view.open(i) < view.open(best)) best = i;
      return best;
    },
  }),
});

it('chooses by the connections that its own sidecar has open', () => {
  const state = new ClusterState('1');
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default' } };
  const service = state.objects.add(object, -1, 0);
  state.endpoints.commit(service, sliceOf({ pods: [4, 5, 6] }), 3, 0);
  const network = new Network(
    new Engine({ seed: 1 }),
    state,
    {
      ...idealNetwork,
      balancers: [{ namespace: 'default', name: 'web', balancer: { name: 'LeastConnections', args: {} } }],
    },
    family<BalancerContext, Balancer>('balancer', '', [...balancers.members, leastConnections]),
  );
  const web = network.destination('default', 'web', '');
  const choose = (caller: PodRow): number =>
    network.connect(web, -1, caller, 0, 0, 0) === Connect.Open ? network.pod : -1;
  expect([choose(-1), choose(-1), choose(-1), choose(-1)]).toEqual([4, 5, 6, 4]);
  // Another sidecar knows nothing of that.
  expect([choose(9 as PodRow), choose(9 as PodRow)]).toEqual([4, 5]);
  const { connection } = network;
  expect(choose(9 as PodRow)).toBe(6);
  network.disconnect(connection, Ended.Well);
  expect(choose(9 as PodRow)).toBe(5);
});
