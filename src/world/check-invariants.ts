// What `--check` watches: every invariant, wired to the components that it is about.
import type { PriorityAndFairness } from '../api/flow-control/priority-and-fairness.ts';
import type { ApiServer } from '../api/server.ts';
import type { NodeSharing } from '../compute/compute.ts';
import { checkProcessors } from '../compute/node-shared/check.ts';
import type { Engine } from '../engine/engine.ts';
import type { JobAdmission } from '../job-queues/job-admission.ts';
import type { NodeAgents } from '../kubelet/node-agents.ts';
import type { Traffic } from '../traffic/traffic.ts';
import { watchAcknowledged } from './acknowledged-write-invariants.ts';
import type { Servers } from './control-plane/servers.ts';
import type { ControllersView } from './control-plane/control-plane.ts';
import { EvictionInvariants } from './eviction-invariants.ts';
import { checkPriorityLevels, watchDispatches } from './flow-control-invariants.ts';
import { Invariants } from './invariants.ts';
import { checkJobQueues } from './job-queue-invariants.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { checkNodeGroups } from './node-group-invariants.ts';
import { checkPolicies } from './policy-invariants.ts';
import { watchWriters } from './process-write-invariants.ts';
import type { UsageOfPods } from './usage.ts';

interface Checked {
  readonly kubelets: NodeAgents;
  readonly usage: UsageOfPods;
  readonly traffic: Traffic;
  readonly controllers: ControllersView;
  readonly cloud: Cloud | undefined;
  readonly jobAdmission: JobAdmission | undefined;
  /** Of each API server. */
  readonly fairness: readonly PriorityAndFairness[];
  readonly servers: Servers | undefined;
  readonly sharing: { readonly compute: NodeSharing } | undefined;
}

/** From now on the run stops when one is broken. */
export function checkInvariants(
  engine: Engine,
  api: ApiServer,
  { kubelets, usage, traffic, controllers, cloud, jobAdmission, fairness, servers, sharing }: Checked,
): Invariants {
  const invariants = new Invariants(
    engine,
    api,
    kubelets.admitted,
    () => {
      traffic.check();
      checkNodeGroups(engine, cloud?.groups ?? []);
      checkJobQueues(engine, jobAdmission);
      if (sharing !== undefined) checkProcessors(engine, sharing.compute.cgroups);
      checkPolicies(engine, traffic.policing?.places.all ?? []);
      for (const { levels } of fairness) checkPriorityLevels(engine, levels.all());
    },
    () => controllers.idle,
    () => controllers.works,
  );
  for (const { listeners } of fairness) watchDispatches(engine, listeners);
  watchWriters(api);
  if (servers !== undefined) watchAcknowledged(engine, servers.etcd);
  new EvictionInvariants(engine, api.state, (pod) => usage.podBytes(pod)).watch(api);
  return invariants;
}
