// One recorded run of kubelets that are cut off, and the same in a simulation with the recorded phases of these kubelets.
import { Kubelets } from '../../../src/kubelet/kubelets.ts';
import type { NodeRow, PodRow } from '../../../src/model/rows.ts';
import type { Processes } from '../../../src/model/ports/processes.ts';
import { behaviorOf } from '../../../src/scenario/behaviors.ts';
import { buildWorld, type World } from '../../../src/world/build.ts';
import { Change } from '../../../src/model/change-log.ts';
import { NodeReady } from '../../../src/model/nodes.ts';
import { PodBit } from '../../../src/model/pods.ts';
import { families, jobOf } from '../../support/world-rig.ts';
import { readRecords } from '../harness.ts';

/** When the fault begins in the simulation; times below are ms from then on. */
const T0_US = 200e6;
const RENEW_US = 10e6;

interface Line {
  readonly t: number;
  readonly k: string;
  readonly node?: string;
  readonly req?: string;
}

export interface Phases {
  /** By node: the first lease that was sent after the cut, and the first look at the node's status. */
  readonly leaseMs: number[];
  readonly statusMs: number[];
}

export type Figures = Readonly<Record<string, number | readonly number[]>>;

const NODES = ['node-00', 'node-01', 'node-02'];

export function phasesOf(path: string): Phases {
  const lines = readRecords<Line>(path);
  const first = (node: string, verb: string): number =>
    lines.find(
      (line) => line.k === 'kubelet' && line.node === node && line.t > 0 && line.req?.startsWith(verb) === true,
    )?.t ?? 5000;
  return {
    leaseMs: NODES.map((node) => first(node, `PUT namespaces/kube-node-lease/leases/${node}`)),
    statusMs: NODES.map((node) => first(node, `GET nodes/${node}`)),
  };
}

/** Cut off for so long: what is seen of it. */
export function replay({ leaseMs, statusMs }: Phases, forMs: number): Figures {
  const job = jobOf(scenarioOf(forMs));
  const { scenario } = job.loaded;
  const processes: Processes = {
    started: () => undefined,
    terminate: (pod, epoch, container) => world.kubelets.drained(pod, epoch, container),
    killed: () => undefined,
    nodeDown: () => undefined,
    held: () => 0,
  };
  let kubelets: Kubelets | undefined;
  const world: World = buildWorld(job.loaded, job.seed, {
    families,
    check: true,
    nodeAgents: (engine, api) => {
      kubelets = new Kubelets(
        engine,
        api,
        {
          ...scenario.kubelet,
          mount: { type: 'constant', value: 0 },
          client: scenario.controlPlane.clients.kubelet,
          recorded: { failuresToClose: 1, nextStatusUs: (node) => T0_US + statusMs[node] * 1000 },
        },
        processes,
        (image) => behaviorOf(scenario, image),
      );
      return kubelets;
    },
  });
  const { engine, state, api } = world;
  engine.run(T0_US - 20e6);
  for (const [node, ms] of leaseMs.entries()) state.nodes.renewPhaseUs[node] = T0_US + ms * 1000 - 3 * RENEW_US;
  const ms = (): number => engine.now / 1000 - T0_US / 1000;
  const seen = observe(world, ms);
  const cutNodes = new Set<NodeRow>([0, 1, 2] as NodeRow[]);
  api.podCommits.push((pod: PodRow, _epoch, what) => {
    if (engine.now < T0_US) return;
    const { pods } = state;
    const of = cutNodes.has(pods.node[pod]);
    if ((what & Change.Deleting) !== 0) seen.deleting.push(ms());
    if ((what & Change.Created) !== 0) seen.created.push(ms());
    if ((what & Change.Bound) !== 0) seen.bound.push(ms());
    if ((what & Change.Removed) !== 0) seen.removed.push(ms());
    if (of && (pods.state[pod] & PodBit.Ready) === 0) seen.unready.set(pod, seen.unready.get(pod) ?? ms());
    if (of && (pods.state[pod] & PodBit.Disrupted) !== 0) seen.disrupted.add(pod);
  });
  engine.run(T0_US + 200e6);
  const contact = kubelets?.failedContacts ?? [];
  const sum = (of: (one: (typeof contact)[number]['contact']) => number) =>
    contact.reduce((total, one) => total + of(one.contact), 0);
  const closed = contact.map((one) => one.contact.closedUs / 1000 - T0_US / 1000).filter(Number.isFinite);
  return {
    'nodes/ready_unknown_ms': seen.unknown,
    'nodes/ready_again_ms': seen.again,
    'nodes/first_noexecute_ms': seen.tainted,
    'nodes/last_renewal_to_unknown_ms': seen.renewalToUnknown,
    'evictions/disruption_target_n': seen.disrupted.size,
    'evictions/deleting_n': seen.deleting.length,
    'evictions/first_ms': seen.deleting.at(0) ?? NaN,
    'evictions/last_ms': seen.deleting.at(-1) ?? NaN,
    'pods/unready_n': seen.unready.size,
    'pods/unready_first_ms': Math.min(...seen.unready.values()),
    'pods/created_n': seen.created.length,
    'pods/created_first_ms': seen.created.at(0) ?? NaN,
    'pods/deleted_n': seen.removed.length,
    'pods/deleted_first_ms': seen.removed.at(0) ?? NaN,
    'pods_scheduled/longest_gap_ms': longestGap(seen.bound),
    'pods_created_by_replicaset/longest_gap_ms': longestGap(seen.created),
    'kubelets/failed_requests': sum(({ failures }) => failures),
    'kubelets/closed_all_connections_n': sum(({ closings }) => closings),
    'kubelets/closed_first_ms': Math.min(...closed),
  };
}

function observe({ engine, state, api, kubelets }: World, ms: () => number) {
  const { nodes, taintSets } = state;
  const seen = {
    unknown: [] as number[],
    again: [] as number[],
    tainted: [] as number[],
    renewalToUnknown: [] as number[],
    deleting: [] as number[],
    created: [] as number[],
    bound: [] as number[],
    removed: [] as number[],
    unready: new Map<PodRow, number>(),
    disrupted: new Set<PodRow>(),
  };
  const ready = nodes.ready.slice();
  const hasTaint = new Set<NodeRow>();
  api.nodeCommits.push((node) => {
    if (engine.now < T0_US) return;
    if (nodes.ready[node] !== ready[node]) {
      ready[node] = nodes.ready[node];
      if (nodes.ready[node] === NodeReady.Unknown) {
        seen.unknown.push(ms());
        seen.renewalToUnknown.push((engine.now - kubelets.leases.lastRenewalUs(node)) / 1000);
      } else seen.again.push(ms());
    }
    const isTainted = taintSets.get(nodes.taints[node]).some(({ effect }) => effect === 'NoExecute');
    if (isTainted && !hasTaint.has(node)) {
      hasTaint.add(node);
      seen.tainted.push(ms());
    }
  });
  return seen;
}

function longestGap(times: readonly number[]): number {
  return Math.max(...times.slice(1).map((time, i) => time - times[i]));
}

function scenarioOf(forMs: number): string {
  return `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: partition }
spec:
  duration: 10m
  cluster: { nodePools: [{ name: node, count: 10 }] }
  timeline:
    - at: ${T0_US / 1e6}s
      fault: { NetworkPartition: { from: { nodes: [node-0, node-1, node-2] }, to: { controlPlane: true }, for: ${forMs}ms } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 30
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      tolerations:
        - { key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 30 }
        - { key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 30 }
      containers: [{ name: web, image: test/web:v1, resources: { requests: { cpu: 100m, memory: 64Mi } } }]
`;
}
