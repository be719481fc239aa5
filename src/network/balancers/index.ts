// The family of balancers.
import { family } from '../../lib/family.ts';
import type { Balancer, BalancerContext } from './balancer.ts';
import { balancerContract } from './contract.ts';
import { joinIdleQueue } from './join-idle-queue.ts';
import { joinShortestQueue } from './join-shortest-queue.ts';
import { loadBoard } from './load-board.ts';
import { powerOfTwo } from './power-of-two.ts';
import { random } from './random.ts';
import { roundRobin } from './round-robin.ts';

export const balancers = family<BalancerContext, Balancer>(
  'balancers',
  'How a proxy picks an endpoint for a new connection.',
  [random, roundRobin, powerOfTwo, joinShortestQueue, joinIdleQueue, loadBoard],
  balancerContract,
);
