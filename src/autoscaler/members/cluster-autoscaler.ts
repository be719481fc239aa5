// cluster-autoscaler: the one of Kubernetes, with its flags as arguments.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { bytes } from '../../lib/bytes.ts';
import { duration, someDuration } from '../../lib/units.ts';
import { ClusterAutoscaler } from '../cluster-autoscaler.ts';
import type { NodeAutoscaler, NodeAutoscalerContext } from '../node-autoscaler.ts';
import { type AutoscalerOptions, DEFAULT_OPTIONS, EXPANDERS } from '../options.ts';

const count = z.int().min(0).meta({ type: 'whole number' });
const ratio = z.number().min(0).max(1).meta({ type: 'number from 0 to 1' });
const bool = z.boolean().meta({ type: 'true or false' });
const span = duration.optional();
const expanders = z
  .string()
  .transform((text, context) => {
    const names = text.split(',');
    const known = EXPANDERS.filter((name) => names.includes(name));
    if (known.length === names.length) return names as AutoscalerOptions['expander'];
    context.addIssue({ code: 'custom', message: `expected some of ${EXPANDERS.join(', ')}, separated by commas` });
    return z.NEVER;
  })
  .meta({ type: 'names, separated by commas' });

const flags = z.strictObject({
  scanInterval: someDuration.optional().describe('from the beginning of a loop to that of the next one (10s)'),
  expander: expanders
    .optional()
    .describe(
      'which group grows: random, most-pods, least-waste (default), least-nodes, price, priority; several one after another',
    ),
  balanceSimilarNodeGroups: bool.optional().describe('spread new nodes over groups that are alike'),
  enforceNodeGroupMinSize: bool.optional().describe('give groups their least size without a pod that needs it'),
  maxNodesTotal: count.optional().describe('nodes of the cluster, 0 for any number'),
  maxCoresTotal: count.optional().describe('cores of the cluster'),
  maxMemoryTotal: bytes.optional().describe('memory of the cluster'),
  minCoresTotal: count.optional().describe('cores that the cluster keeps: no node is removed below that (0)'),
  minMemoryTotal: bytes.optional().describe('memory that it keeps (0)'),
  maxNodesPerScaleUp: count.optional().describe('new nodes at a time (1000)'),
  maxNodeProvisionTime: span.describe('how long a machine may take to become a node (15m)'),
  newPodScaleUpDelay: span.describe('age from which a pod counts (0)'),
  expendablePodsPriorityCutoff: z
    .int()
    .meta({ type: 'whole number, negative ones too' })
    .optional()
    .describe('pods below this priority do not count (-10)'),
  scaleDownEnabled: bool.optional().describe('remove nodes that are not needed (true)'),
  scaleDownUnreadyEnabled: bool.optional().describe('also those that are not ready (true)'),
  scaleDownUtilizationThreshold: ratio.optional().describe('share of requests up to which a node may go (0.5)'),
  scaleDownGpuUtilizationThreshold: ratio.optional().describe('the same of GPUs (0.5)'),
  scaleDownUnneededTime: span.describe('how long a node must be unneeded (10m)'),
  scaleDownUnreadyTime: span.describe('how long one that is not ready must be (20m)'),
  scaleDownDelayAfterAdd: span.describe('no removal so long after a scale-up (10m)'),
  scaleDownDelayAfterDelete: span.describe('… after a removal (0)'),
  scaleDownDelayAfterFailure: span.describe('… after a removal that failed (3m)'),
  unremovableNodeRecheckTimeout: span.describe('how long a node that cannot go is left alone (5m)'),
  nodeDeleteDelayAfterTaint: span.describe('from the taint of a node to its end (5s)'),
  maxScaleDownParallelism: count.optional().describe('nodes removed at a time (10)'),
  maxDrainParallelism: count.optional().describe('of them with pods (1)'),
  maxGracefulTermination: span.describe('longest grace of an evicted pod (10m)'),
  maxPodEvictionTime: span.describe('how long an eviction is tried (2m)'),
  maxTotalUnreadyPercentage: z
    .number()
    .min(0)
    .max(100)
    .meta({ type: 'number from 0 to 100' })
    .optional()
    .describe('of nodes, from which nothing is done (45)'),
  okTotalUnreadyCount: count.optional().describe('unready nodes that never matter (3)'),
  initialNodeGroupBackoff: span.describe('rest of a group after a failure to scale up (5m)'),
  maxNodeGroupBackoff: span.describe('the longest (30m)'),
  nodeGroupBackoffReset: span.describe('how long without failure until it is short again (3h)'),
  maxBulkSoftTaintCount: count.optional().describe('nodes marked as unneeded in a loop (10)'),
  daemonSetEvictionForOccupiedNodes: bool
    .optional()
    .describe('evict pods of DaemonSets from nodes that are drained (true)'),
  daemonSetEvictionForEmptyNodes: bool.optional().describe('… from nodes without other pods (false)'),
  skipNodesWithSystemPods: bool.optional().describe('pods of kube-system keep their node (true)'),
  skipNodesWithLocalStorage: bool.optional().describe('pods with emptyDir or hostPath keep their node (true)'),
  skipNodesWithCustomControllerPods: bool.optional().describe('pods of unknown controllers keep their node (true)'),
  minReplicaCount: count.optional().describe('pods of workloads with fewer replicas keep their node (0)'),
  ignoreDaemonSetsUtilization: bool.optional().describe('pods of DaemonSets do not count as use (false)'),
  ignoreMirrorPodsUtilization: bool.optional().describe('static pods do not count as use (false)'),
});

/** What a cluster keeps is no more than what it may have. */
const args = flags.superRefine((given, context) => {
  const { minCoresTotal = 0, maxCoresTotal = DEFAULT_OPTIONS.maxCoresTotal } = given;
  const { minMemoryTotal = 0, maxMemoryTotal = DEFAULT_OPTIONS.maxMemoryTotalBytes } = given;
  const issue = (path: string, most: string): void =>
    context.addIssue({ code: 'custom', path: [path], message: `must be at most ${most}` });
  if (minCoresTotal > maxCoresTotal) issue('minCoresTotal', `maxCoresTotal (${maxCoresTotal})`);
  if (minMemoryTotal > maxMemoryTotal) issue('minMemoryTotal', `maxMemoryTotal (${maxMemoryTotal})`);
});

/** Arguments that are times; in the options they carry their unit. */
const TIMES = new Set(Object.keys(args.shape).filter((name) => Object.hasOwn(DEFAULT_OPTIONS, `${name}Us`)));

export const clusterAutoscaler = member<NodeAutoscalerContext, NodeAutoscaler, typeof args>({
  name: 'cluster-autoscaler',
  summary:
    'The cluster autoscaler of Kubernetes 1.36: grows a group that pending pods fit on, drains and removes nodes that are not needed.',
  args,
  create(given, { engine, cluster, provider, filters }) {
    const { maxMemoryTotal, minMemoryTotal, ...rest } = given;
    const options = {
      ...DEFAULT_OPTIONS,
      ...(maxMemoryTotal === undefined ? {} : { maxMemoryTotalBytes: maxMemoryTotal }),
      ...(minMemoryTotal === undefined ? {} : { minMemoryTotalBytes: minMemoryTotal }),
      ...Object.fromEntries(
        Object.entries(rest)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => [TIMES.has(name) ? `${name}Us` : name, value]),
      ),
    };
    const autoscaler = new ClusterAutoscaler({ engine, hands: cluster, provider, filters, options });
    return {
      intervalUs: options.scanIntervalUs,
      loop: () => autoscaler.runOnce(),
      whyKept: (node) => autoscaler.whyKept(node),
    };
  },
});
