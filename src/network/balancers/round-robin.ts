// Hot dialect: kube-proxy in mode ipvs with its default scheduler rr.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Balancer } from './balancer.ts';

export const roundRobin = member({
  name: 'RoundRobin',
  summary: 'Endpoints in turn, separately on each node, as kube-proxy does with ipvs; a node starts at a random one.',
  args: z.strictObject({}),
  create: (): Balancer => ({
    countsConnections: false,
    choose(view) {
      // 0 is a fresh proxy; else the endpoint chosen last plus 1. The list may have become shorter since.
      const next = view.memory === 0 ? view.random(view.count) : view.memory < view.count ? view.memory : 0;
      view.memory = next + 1;
      return next;
    },
  }),
});
