// The family of node autoscalers: who decides how many machines there are.
import { family } from '../../lib/family.ts';
import { nodeAutoscalerContract } from '../contract.ts';
import { clusterAutoscaler } from './cluster-autoscaler.ts';
import { none } from './none.ts';
import type { NodeAutoscaler, NodeAutoscalerContext } from '../node-autoscaler.ts';

export const nodeAutoscalers = family<NodeAutoscalerContext, NodeAutoscaler | undefined>(
  'nodeAutoscalers',
  'Who makes node pools larger and smaller.',
  [clusterAutoscaler, none],
  nodeAutoscalerContract,
);
