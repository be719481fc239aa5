// The family of scheduler plugins: what a profile may name.
import { family } from '../../lib/family.ts';
import { pluginContract } from '../framework/guard/contract.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { coscheduling } from './coscheduling.ts';
import { bestFit } from './research/best-fit.ts';
import { defaultBinder } from './default-binder.ts';
import { defaultPreemption } from './default-preemption.ts';
import { dynamicResources } from './dynamic-resources.ts';
import { dotProd } from './research/dot-prod.ts';
import { fgd } from './research/fgd.ts';
import { gpuClustering } from './research/gpu-clustering.ts';
import { gpuPacking } from './research/gpu-packing.ts';
import { gpuShare } from './gpu-share.ts';
import { imageLocality } from './image-locality.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { nodeAffinity } from './node-affinity.ts';
import { nodeName } from './node-name.ts';
import { nodePorts } from './node-ports.ts';
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from './node-resources-fit.ts';
import { nodeUnschedulable } from './node-unschedulable.ts';
import { nodeVolumeLimits } from './node-volume-limits.ts';
import { podTopologySpread } from './pod-topology-spread.ts';
import { prioritySort } from './priority-sort.ts';
import { conservativeBackfilling } from './research/conservative-backfilling.ts';
import { dominantResourceFairness } from './research/dominant-resource-fairness.ts';
import { binpack } from './research/binpack.ts';
import { capacityScheduling } from './research/capacity-scheduling.ts';
import { easyBackfilling } from './research/easy-backfilling.ts';
import { firstFit } from './research/first-fit.ts';
import { loadVariationRiskBalancing } from './research/load-variation-risk-balancing.ts';
import { lowestCarbon } from './research/lowest-carbon.ts';
import { lowestPrice } from './research/lowest-price.ts';
import { qosSort } from './research/qos-sort.ts';
import { targetLoadPacking } from './research/target-load-packing.ts';
import { leastWaste } from './research/least-waste.ts';
import { tetris } from './research/tetris.ts';
import { tightestFit } from './research/tightest-fit.ts';
import { worstFit } from './research/worst-fit.ts';
import { random } from './research/random.ts';
import { schedulingGates } from './scheduling-gates.ts';
import { taintToleration } from './taint-toleration.ts';
import { volumeBinding } from './volume-binding.ts';
import { volumeRestrictions } from './volume-restrictions.ts';
import { volumeZone } from './volume-zone.ts';

export const schedulerPlugins = family<Handle, Plugin>(
  'schedulerPlugins',
  'What decides where pods run: filters, scores and the other extension points of kube-scheduler.',
  [
    schedulingGates,
    prioritySort,
    nodeUnschedulable,
    nodeName,
    taintToleration,
    nodeAffinity,
    nodePorts,
    nodeResourcesFit,
    volumeRestrictions,
    nodeVolumeLimits,
    volumeBinding,
    volumeZone,
    podTopologySpread,
    interPodAffinity,
    dynamicResources,
    defaultPreemption,
    nodeResourcesBalancedAllocation,
    imageLocality,
    defaultBinder,
    coscheduling,
    firstFit,
    tightestFit,
    worstFit,
    tetris,
    leastWaste,
    dominantResourceFairness,
    easyBackfilling,
    conservativeBackfilling,
    qosSort,
    binpack,
    targetLoadPacking,
    loadVariationRiskBalancing,
    capacityScheduling,
    lowestPrice,
    lowestCarbon,
    gpuShare,
    random,
    dotProd,
    gpuClustering,
    gpuPacking,
    bestFit,
    fgd,
  ],
  pluginContract,
);
