// A recording as a scenario: its nodes, flags, manifest and actions, at the recorded times.
import { loadAll } from 'js-yaml';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { LoadedScenario, SourceText } from '../../../src/scenario/scenario.ts';
import { families } from '../../scenario/tank.ts';
import { loadOf } from './autoscaler.ts';
import type { Action, RecordedRun, Recording } from './recording.ts';

/** Flags of the components, and the field that each is in a scenario. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'kube-controller-manager': {
    '--kube-api-qps': 'controlPlane.clients.controllers.qps',
    '--kube-api-burst': 'controlPlane.clients.controllers.burst',
    '--concurrent-replicaset-syncs': 'controlPlane.controllers.concurrentSyncs.replicaSet',
    '--concurrent-deployment-syncs': 'controlPlane.controllers.concurrentSyncs.deployment',
    '--node-monitor-period': 'controlPlane.controllers.nodeMonitorPeriod',
    '--node-monitor-grace-period': 'controlPlane.controllers.nodeMonitorGracePeriod',
    '--node-eviction-rate': 'controlPlane.controllers.nodeEvictionRate',
    '--secondary-node-eviction-rate': 'controlPlane.controllers.secondaryNodeEvictionRate',
    '--unhealthy-zone-threshold': 'controlPlane.controllers.unhealthyZoneThreshold',
    '--large-cluster-size-threshold': 'controlPlane.controllers.largeClusterSizeThreshold',
  },
  'kube-scheduler': {
    '--kube-api-qps': 'controlPlane.clients.scheduler.qps',
    '--kube-api-burst': 'controlPlane.clients.scheduler.burst',
  },
  'kube-apiserver': {
    '--max-mutating-requests-inflight': 'controlPlane.apiServer.maxMutatingInflight',
  },
};

/** Flags of flow control, which is simulated where clients are not limited (`serverOf`). */
const NOT_THERE = new Set(['--enable-priority-and-fairness=false', '--max-requests-inflight=3000']);

const MONITOR_PERIOD_S = 5;
const GRACE_S = 50;
/** kubectl's own start: "its start costs about 0.1 to 0.2 s". */
const KUBECTL_S = 0.15;
/** From the start of the simulation to the first action. */
const SETTLE_S = 6;

/**
 * Seconds from the simulation's start to t0. Its fraction is the recorded one: it decides when whole seconds end. Where nodes
 * are lost, what counts is how the monitor's passes fall, every five seconds from the start: as in the recording.
 */
export function zeroOf(run: RecordedRun): number {
  const first = Math.min(0, ...run.summary.actions.map((one) => one.t_actual));
  const earliest = Math.ceil(SETTLE_S - first) + run.summary.t0_fraction_of_second;
  const lost = lostNodes(run);
  if (lost.length === 0) return earliest;
  const offsets = Array.from({ length: 10 * MONITOR_PERIOD_S }, (_, index) => index / 10);
  const error = (offset: number): number =>
    lost.reduce((sum, { renewal, noticed }) => sum + (noticedAt(renewal, earliest + offset) - noticed) ** 2, 0);
  return earliest + offsets.reduce((best, offset) => (error(offset) < error(best) ? offset : best));
}

/** When the monitor notices that a node is silent, by its last renewal: ten passes after the one that saw that. */
function noticedAt(renewal: number, zero: number): number {
  return Math.ceil((zero + renewal) / MONITOR_PERIOD_S) * MONITOR_PERIOD_S + GRACE_S - zero;
}

function lostNodes({ entries, summary }: RecordedRun): { readonly renewal: number; readonly noticed: number }[] {
  return Object.entries(summary.last_lease_renewal_t ?? {}).flatMap(([node, renewal]) => {
    const noticed = entries.find(
      ({ kind, name, what, detail }) =>
        kind === 'Node' && name === node && what === 'condition Ready' && detail.startsWith('True->Unknown'),
    );
    return noticed === undefined ? [] : [{ renewal, noticed: noticed.t }];
  });
}

/** When our run ends, seconds from t0: as the recording, whose note may say so, or with time for stragglers after its last event. */
export function endOf({ setup }: Recording, run: RecordedRun): number {
  const [, seconds, minutes] = /(\d+) s are recorded|([\d.]+) minutes recorded/.exec(setup.note) ?? [];
  const said = seconds === undefined ? 60 * Number(minutes ?? 0) : Number(seconds);
  return Math.max(Math.ceil(run.entries.at(-1)?.t ?? 0) + (said === 0 ? 30 : 0), said);
}

export function scenarioOf(recording: Recording, run: RecordedRun): LoadedScenario {
  const zero = zeroOf(run);
  const manifest: SourceText = { file: 'manifest.yaml', text: recording.manifest };
  const document = {
    apiVersion: 'wavetank/v1',
    kind: 'Scenario',
    metadata: { name: recording.name },
    spec: {
      duration: `${zero + endOf(recording, run)}s`,
      interval: '10s',
      ...startOf(run, zero),
      timeline: run.summary.actions.flatMap((action, index) =>
        entriesOf(action, zero, run.summary.actions.slice(index), recording),
      ),
    },
  };
  const scenario: SourceText = { file: 'scenario.yaml', text: JSON.stringify(document) };
  const nodes: SourceText = { file: 'nodes.yaml', text: nodesOf(recording) };
  return loadScenario([scenario, nodes], {
    families,
    readFile: () => manifest,
    set: [
      ...Object.entries(recording.setup.flags).flatMap(([component, flags]) => settingsOf(component, flags)),
      ...serverOf(recording, run),
    ],
  });
}

/**
 * With clients that are not limited the API server's processors decide how many requests are on their way at once, and so what is turned away. Its
 * work on a write is what the recording says: the CPU time of its process by the writes that it did. It had about one of the two processors.
 */
function serverOf({ group, setup }: Recording, { summary }: RecordedRun): string[] {
  if (group !== 'peer-baseline') return [];
  const { api_requests: requests, cpu_s: cpu = {} } = summary.metrics;
  const writes = Object.entries(requests).filter(
    ([name]) => /^(POST|PUT|PATCH|DELETE) /.test(name) && !name.includes('code='),
  );
  const count = writes.reduce((sum, [, value]) => sum + value, 0);
  const us = Math.round((1e6 * (cpu['kube-apiserver'] ?? 0)) / count);
  const flags = setup.flags['kube-apiserver'];
  const unfair = typeof flags !== 'string' && flags.includes('--enable-priority-and-fairness=false');
  const fields = {
    processors: '1',
    mutating: `${us}us`,
    flowControl: unfair ? 'MaxInflight' : 'PriorityAndFairness',
    ...(unfair ? { maxRequestsInflight: '3000' } : {}),
  };
  return Object.entries(fields).map(([field, value]) => `spec.controlPlane.apiServer.${field}=${value}`);
}

/** Where CronJobs count, t0 is where it was on the wall clock's minute. */
function startOf({ summary }: RecordedRun, zero: number): object {
  const { second_of_minute_at_t0: second } = summary;
  if (second === undefined) return {};
  const seconds = (60 + Math.floor(second) - (Math.floor(zero) % 60)) % 60;
  return { startTime: `2026-01-01T00:00:${String(seconds).padStart(2, '0')}Z` };
}

function settingsOf(component: string, flags: string | readonly string[]): string[] {
  if (typeof flags === 'string') return [];
  return flags.flatMap((flag) => {
    if (NOT_THERE.has(flag)) return [];
    const [name = '', value = ''] = flag.split('=');
    const field = FLAGS[component]?.[name];
    if (field === undefined) throw new Error(`the flag ${flag} of ${component} is not known`);
    return `spec.${field}=${value}`;
  });
}

function nodesOf({ setup: { nodes } }: Recording): string {
  const { cpu, memory, pods } = nodes;
  return Array.from({ length: nodes.count }, (_, index) => {
    const name = `node-${String(index).padStart(4, '0')}`;
    const zone = `zone-${String.fromCharCode('a'.charCodeAt(0) + (index % nodes.zones))}`;
    const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone };
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels },
      status: { capacity: { cpu, memory, pods }, allocatable: { cpu, memory, pods } },
    });
  }).join('\n---\n');
}

/** The workload that the actions are about, as actions name it. */
function workloadOf({ manifest }: Recording): object {
  const [, kind = '', name = ''] =
    /kind: (Deployment|StatefulSet|DaemonSet)\nmetadata:\n {2}name: (\S+)/.exec(manifest) ?? [];
  return kind === 'Deployment' || kind === '' ? { deployment: name } : { kind, name };
}

/** The objects of the manifest that an action names: `apply priority classes and deployment low`. */
function appliedBy(what: string, { manifest }: Recording): unknown[] {
  return loadAll(manifest).filter((object) => {
    const { kind, metadata } = object as { readonly kind: string; readonly metadata: { readonly name: string } };
    if (kind === 'PriorityClass') return what.includes('priority classes');
    return kind === 'Deployment' && what.endsWith(` deployment ${metadata.name}`);
  });
}

/** The arguments of a drain: flags that are there are true. */
function drainOf([, node, flags = '']: RegExpExecArray): object {
  const names = [...flags.matchAll(/--(\S+)/g)].map(([, flag = '']) =>
    flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
  );
  return { node, ...Object.fromEntries(names.map((name) => [name, true])) };
}

/** The entries of the timeline for an action; `following` begins with it. */
function entriesOf(action: Action, zero: number, following: readonly Action[], recording: Recording): object[] {
  const workload = workloadOf(recording);
  const at = `${Math.round((zero + action.t_actual) * 1e6)}us`;
  const { what, body } = action;
  if (what.startsWith('apply priority classes') || what === 'apply deployment high') {
    return appliedBy(what, recording).map((apply) => ({ at, apply }));
  }
  if (loadOf(action) !== undefined && !what.startsWith('apply ')) return [];
  if (what.startsWith('apply ')) return [{ at, apply: 'manifest.yaml' }];
  const stopped = /^stop kubelets (.+)$/.exec(what)?.[1];
  if (stopped !== undefined) {
    return stopped.split(',').map((node) => {
      const back = following.find((one) => one.what.startsWith('restart kubelets ') && one.what.includes(node));
      const length = back === undefined ? {} : { for: `${Math.round((back.t_actual - action.t_actual) * 1e6)}us` };
      return { at, fault: { KubeletStop: { node, ...length } } };
    });
  }
  if (what.startsWith('restart kubelets ')) return [];
  const drained = /^kubectl drain (\S+)((?: --\S+)*)$/.exec(what);
  if (drained !== null)
    return [{ at: `${Math.round((zero + action.t_actual + KUBECTL_S) * 1e6)}us`, drain: drainOf(drained) }];
  const undo = /^kubectl rollout undo deployment\/(\S+)(?: --to-revision=(\d+))?$/.exec(what);
  if (undo !== null) return [{ at, rolloutUndo: { deployment: undo[1], toRevision: Number(undo[2] ?? 0) } }];
  const { replicas, paused, template, updateStrategy } = body?.spec ?? {};
  if (template !== undefined || updateStrategy !== undefined) return [{ at, patch: { ...workload, patch: body } }];
  if (replicas !== undefined) return [{ at, scale: { ...workload, replicas } }];
  if (paused === true) return [{ at, rolloutPause: workload }];
  if (paused === false) return [{ at, rolloutResume: workload }];
  throw new Error(`the action ${JSON.stringify(what)} is not known`);
}
