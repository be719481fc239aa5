// Whether the control plane may die, whether its processes elect leaders, and in which zones it runs.
import type { SideArgs } from '../../faults/sides.ts';
import type { FaultUse } from '../../faults/fault-injector.ts';
import { machines } from '../../model/settings/masters.ts';
import type { ControlPlane } from '../../model/settings/control-plane.ts';
import { type ClusterState, ZONE_LABEL } from '../../model/state.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** Faults that name processes of the control plane. */
const OF_PROCESSES: ReadonlySet<string> = new Set(['ProcessSignal', 'EtcdSlowDisk', 'ServerCertificateExpired']);
/** Those that strike machines, the control plane's among them where these are nodes. */
const OF_MACHINES: ReadonlySet<string> = new Set([
  'CorrelatedOutage',
  'FailureTrace',
  'NodeCrash',
  'NodeFailures',
  'NodeReboot',
  'NodeShutdown',
  'RackOutage',
  'RegionOutage',
  'ZoneOutage',
]);
/** Those that take machines that are no nodes, by their zone. */
const OF_ZONES: ReadonlySet<string> = new Set(['RegionOutage', 'ZoneOutage']);

/** What operators do with members of etcd. */
const OF_ETCD: ReadonlySet<string> = new Set(['snapshotRestore', 'defragment', 'alarmDisarm']);

/** Where it may not, its components are what they are without processes, at no cost. */
export function mayDie({
  controlPlane,
  faults,
  timeline,
}: Pick<Scenario, 'controlPlane' | 'faults' | 'timeline'>): boolean {
  const { pods, zones } = controlPlane;
  const masters = machines(controlPlane);
  const strikes = ({ name, args }: FaultUse): boolean => {
    if (OF_PROCESSES.has(name) || (zones.length > 0 && OF_ZONES.has(name))) return true;
    const { namespace, of: whose } = args as { readonly namespace?: unknown; readonly of?: Partial<SideArgs> };
    if (whose?.controlPlane === true || whose?.nodes?.some((node) => masters.includes(node)) === true) return true;
    return pods !== undefined && (OF_MACHINES.has(name) || namespace === 'kube-system');
  };
  return (
    controlPlane.replicas > 1 ||
    (controlPlane.etcd.members ?? 1) > 1 ||
    controlPlane.leaderElection.leaderElect === true ||
    faults.some(({ fault }) => strikes(fault)) ||
    timeline.some(({ action }) => OF_ETCD.has(action.type) || (action.type === 'fault' && strikes(action.fault)))
  );
}

/** The zone of each machine by its number: as the settings say, or the label of its node; empty for neither. */
export function zonesOfMachines(
  { zones, pods }: Pick<ControlPlane, 'zones' | 'pods'>,
  state: ClusterState,
): (machine: number) => string {
  return (machine) => {
    if (zones.length > 0) return zones[machine % zones.length];
    const node = state.findNode(pods?.nodes[machine] ?? '');
    return node < 0 ? '' : (state.nodes.spec[node].labels[ZONE_LABEL] ?? '');
  };
}

export function elects({ replicas, leaderElection }: ControlPlane): boolean {
  return leaderElection.leaderElect ?? replicas > 1;
}
