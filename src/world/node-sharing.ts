// What compute needs where pods compete for the processors of their nodes, and whether requests are more than plain work.
import type { NodeSharing } from '../compute/compute.ts';
import { CpuCgroups } from '../compute/node-shared/cpu-cgroups.ts';
import { StandingShares } from '../compute/node-shared/standing-shares.ts';
import type { Engine } from '../engine/engine.ts';
import { nodeSpeed, systemCpus } from '../model/node-speed.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { ClusterState } from '../model/state.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { hasPlan } from '../traffic/behaviors.ts';
import type { PodRow } from '../model/rows.ts';
import { ThrottlingHistory } from './throttling-history.ts';
import type { UsageOfPods } from './usage.ts';

export function nodeSharing(
  engine: Engine,
  state: ClusterState,
  { behaviors, defaultBehavior, kubelet }: Scenario,
  usage: UsageOfPods,
  podClass: (pod: PodRow) => PodClass,
): { readonly compute: NodeSharing; readonly throttling: ThrottlingHistory } | undefined {
  if ([...behaviors, defaultBehavior].every(({ requests }) => requests.compute !== 'nodeShared')) return undefined;
  const throttling = new ThrottlingHistory(state, () => engine.now);
  const cgroups = new CpuCgroups(engine, {
    machine: (node) => ({
      capacityMilli: state.nodes.spec[node].capacity['cpu'] ?? 0,
      allocatableMilli: state.nodes.cpuMilli[node],
      speed: nodeSpeed(state, node),
      systemCpus: systemCpus(state, node),
      staticCpuManager: kubelet.cpuManagerPolicy === 'static',
    }),
    podClass,
  });
  cgroups.limited = (bandwidth, container) => throttling.add(bandwidth, container);
  const standing = usage.usesCpu ? new StandingShares(engine, cgroups, (pod) => usage.cpuOf(pod)) : undefined;
  return { compute: { cgroups, standing }, throttling };
}

/** Whether any behaviour waits beside its work, has an event loop, warms up or collects garbage. */
export function usesPlans({ behaviors, defaultBehavior }: Scenario): boolean {
  return [...behaviors, defaultBehavior].some(hasPlan);
}
