// The family of balancers.
import { family } from '../../lib/family.ts';
import type { Balancer, BalancerContext } from './balancer.ts';
import { balancerContract } from './contract.ts';
import { envoyMembers } from './envoy/members.ts';
import { grpcMembers } from './grpc/members.ts';
import { haproxyMembers } from './haproxy/members.ts';
import { ingressNginxMembers } from './ingress-nginx/members.ts';
import { ipvsMembers } from './ipvs/members.ts';
import { joinIdleQueue } from './join-idle-queue.ts';
import { joinShortestQueue } from './join-shortest-queue.ts';
import { loadBoard } from './load-board.ts';
import { maglevMembers } from './maglev/members.ts';
import { nginxMembers } from './nginx/members.ts';
import { powerOfTwo } from './power-of-two.ts';
import { random } from './random.ts';
import { c3 } from './research/c3.ts';
import { prequal } from './research/prequal.ts';
import { zoneAware } from './research/zone-aware.ts';
import { roundRobin } from './round-robin.ts';

export const balancers = family<BalancerContext, Balancer>(
  'balancers',
  'How a proxy picks an endpoint for a new connection.',
  [
    random,
    roundRobin,
    powerOfTwo,
    joinShortestQueue,
    joinIdleQueue,
    loadBoard,
    ...ipvsMembers,
    ...maglevMembers,
    ...nginxMembers,
    ...ingressNginxMembers,
    ...haproxyMembers,
    ...envoyMembers,
    ...grpcMembers,
    prequal,
    c3,
    zoneAware,
  ],
  balancerContract,
);
