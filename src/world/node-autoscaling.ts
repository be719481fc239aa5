// The cloud and who asks it for machines: there when the scenario names a node autoscaler.
import { ApiClient } from '../api/client.ts';
import type { ApiServer } from '../api/server.ts';
import { WatchedCluster } from '../autoscaler/cluster/watched-cluster.ts';
import type { nodeAutoscalers } from '../autoscaler/members/index.ts';
import { type NodeAutoscaler, runLoops } from '../autoscaler/node-autoscaler.ts';
import { Cloud } from '../cloud/cloud.ts';
import type { Engine } from '../engine/engine.ts';
import type { CloudLimits } from '../model/cloud-limits.ts';
import type { Machinery } from '../model/ports/troubles.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { clusterSnapshot } from '../scheduler/snapshot/cluster-snapshot.ts';
import { onNotice } from './node-termination-handler.ts';
import { rentedGroups } from './nodes.ts';

/** Who rents machines out, and who asks for them; `none` is nobody. */
export interface Renting {
  readonly cloud?: Cloud;
  readonly autoscaler?: NodeAutoscaler | undefined;
}

/** Begins with the run. Nothing for a scenario without an autoscaler and without spot machines. */
export function startNodeAutoscaling(
  engine: Engine,
  api: ApiServer,
  loaded: LoadedScenario,
  family: typeof nodeAutoscalers,
  machinery: Machinery,
  cloudLimits: CloudLimits,
): Renting {
  const { nodeAutoscaler, preset, cluster } = loaded.scenario;
  if (nodeAutoscaler === undefined && !cluster.nodePools.some(({ spot }) => spot !== undefined)) return {};
  const unlimited = { qps: Infinity, burst: 1 };
  // The rate limit that cluster-autoscaler has by default.
  const limits = preset === 'ideal' ? unlimited : { qps: 5, burst: 10 };
  // That of a client without flags of its own.
  const handler = new ApiClient(api, 'node-termination-handler', limits);
  const cloud = new Cloud(
    engine,
    new ApiClient(api, 'cloud', unlimited),
    rentedGroups(loaded),
    machinery,
    onNotice(engine, handler, machinery),
    cloudLimits,
  );
  api.restored.push(() => cloud.nodesRestored());
  if (nodeAutoscaler === undefined) return { cloud };
  const client = new ApiClient(api, 'cluster-autoscaler', limits, 'in-turn');
  const autoscaler = family.create(nodeAutoscaler.name, nodeAutoscaler.args, {
    get nowUs() {
      return engine.now;
    },
    engine,
    cluster: new WatchedCluster(engine, api, client),
    provider: cloud,
    filters: clusterSnapshot(engine, api.registry, (kind) => api.watchObjects(kind)),
  });
  if (autoscaler !== undefined) engine.spawn('node autoscaler', runLoops(engine, autoscaler));
  return { cloud, autoscaler };
}
