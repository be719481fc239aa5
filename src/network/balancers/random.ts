// Hot dialect: kube-proxy in mode iptables or nftables: each endpoint with probability 1/n for each new connection.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Balancer } from './balancer.ts';

export const random = member({
  name: 'Random',
  summary: 'Each new connection goes to an endpoint drawn uniformly, as kube-proxy does with iptables and nftables.',
  args: z.strictObject({}),
  create: (): Balancer => ({
    countsConnections: false,
    choose: (view) => view.random(view.count),
  }),
});
