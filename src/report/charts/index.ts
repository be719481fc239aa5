// The charts of a report, in the order of the page.
import { family } from '../../lib/family.ts';
import { autoscalerChart } from './autoscalers.ts';
import { chartContract } from './contract.ts';
import { caches } from './caches.ts';
import { classes } from './classes.ts';
import { connections } from './connections.ts';
import { costs, egress } from './costs.ts';
import { controlPlane } from './control-plane.ts';
import { daemonSets } from './daemon-sets.ts';
import { databases } from './databases.ts';
import { denials } from './denials.ts';
import { etcd } from './etcd.ts';
import { gateways } from './gateways.ts';
import { mesh } from './mesh.ts';
import { gpus } from './gpus.ts';
import { jobs } from './jobs.ts';
import { latency } from './latency.ts';
import { messages } from './messages.ts';
import { nodeRequests, nodeUsage } from './nodes.ts';
import { nodePools } from './node-pools.ts';
import { nodeTables } from './node-tables.ts';
import { names } from './names.ts';
import { ordinals } from './ordinals.ts';
import { priorityLevels } from './priority-levels.ts';
import { pods } from './pods.ts';
import { policies } from './policies.ts';
import { pressure } from './pressure.ts';
import { queues } from './queues.ts';
import { quotas } from './quotas.ts';
import { recommendations } from './recommendations.ts';
import { regimes } from './regimes.ts';
import { requests } from './requests.ts';
import { revisionRequests } from './revision-requests.ts';
import { revisions } from './revisions.ts';
import { serviceErrors, serviceLatency } from './services.ts';
import { throttling } from './throttling.ts';
import { timeline } from './timeline.ts';
import { criticalPath } from './traced/critical-path.ts';
import { hotPods } from './traced/hot-pods.ts';
import { latencyBreakdown } from './traced/latency-breakdown.ts';
import { serviceBreakdown } from './traced/service-breakdown.ts';
import { serviceMap } from './traced/service-map.ts';
import { training } from './training.ts';
import { users } from './users.ts';

export const charts = family(
  'charts',
  'Charts of a report, drawn from the CSV files of a job.',
  [
    timeline,
    requests,
    latency,
    classes,
    latencyBreakdown,
    criticalPath,
    users,
    pods,
    autoscalerChart,
    recommendations,
    revisions,
    revisionRequests,
    ordinals,
    daemonSets,
    jobs,
    training,
    queues,
    quotas,
    nodePools,
    costs,
    egress,
    nodeUsage,
    nodeRequests,
    pressure,
    gpus,
    serviceErrors,
    serviceLatency,
    serviceMap,
    serviceBreakdown,
    hotPods,
    throttling,
    caches,
    messages,
    names,
    connections,
    nodeTables,
    gateways,
    databases,
    mesh,
    denials,
    policies,
    regimes,
    controlPlane,
    priorityLevels,
    etcd,
  ],
  chartContract,
);
