// Plays a record: the simulated kubelet with the record's script as its runtime; what comes out is a timeline like the record's.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { ApiClient } from '../../../src/api/client.ts';
import { type Answer, Resources } from '../../../src/api/resources/resources.ts';
import { ApiServer } from '../../../src/api/server.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { Signal } from '../../../src/engine/script.ts';
import { Kubelets } from '../../../src/kubelet/kubelets.ts';
import { Change } from '../../../src/model/change-log.ts';
import { decodeObject } from '../../../src/model/objects/decode.ts';
import { defaultObject } from '../../../src/model/objects/default/object.ts';
import type { KubeObject } from '../../../src/model/object-store.ts';
import { podRequests } from '../../../src/model/resources.ts';
import type { EvictionThreshold, NodeSignal } from '../../../src/model/settings/kubelet.ts';
import type { KubeletSettings } from '../../../src/kubelet/settings.ts';
import { podObject } from '../../../src/model/complete-objects/pod-object.ts';
import { ClusterState, HOSTNAME_LABEL } from '../../../src/model/state.ts';
import type { NodeRow, PodRow } from '../../../src/model/rows.ts';
import { idealApi, plainBehavior, plainKubelet } from '../../support/cluster-rig.ts';
import type { Action, ContainerEntry, Entry, KubeletRecord, StateEntry } from './record.ts';
import { runtimeLog, ScriptedRuntime } from './scripted-runtime.ts';
import type { ContainerStatus, PodStatus } from 'kubernetes-types/core/v1.js';

const NODE = 'node-1';
const RESERVED = 100 * 2 ** 20;
const MS = 1e3;

export function play(record: KubeletRecord): Entry[] {
  const engine = new Engine({ seed: 'record' });
  const state = new ClusterState('record');
  const { cores = 8, memoryBytes = 32 * 2 ** 30 } = record.node;
  const maxPods = typeof record.kubelet.maxPods === 'number' ? record.kubelet.maxPods : 110;
  const capacity = { cpu: cores * 1000, memory: memoryBytes, pods: maxPods };
  state.addNode(
    {
      name: NODE,
      labels: { [HOSTNAME_LABEL]: NODE },
      taints: [],
      unschedulable: false,
      capacity,
      allocatable: { ...capacity, memory: memoryBytes - RESERVED },
      hourlyCost: 0,
    },
    0,
  );
  const api = new ApiServer(engine, state, idealApi);
  const entries: Entry[] = [];
  const log = runtimeLog(engine, state, entries);
  let runtime: ScriptedRuntime | undefined;
  const kubelets: Kubelets = new Kubelets(
    engine,
    api,
    {
      ...plainKubelet,
      relistPeriodUs: 1e6,
      cachedImages: Object.entries(record.script.images ?? {}).flatMap(([image, { present }]) =>
        present === true ? [image] : [],
      ),
      imagePull: {
        ...plainKubelet.imagePull,
        roundTripUs: 0,
        maxParallel: maxParallel(record),
        registry: registryLimit(record),
      },
      crashLoopBackOff: backOff(record),
      eviction: evictionOf(record),
    },
    { started() {}, terminate() {}, killed() {}, nodeDown() {}, held: () => 0 },
    (image) => ({ ...plainBehavior, imageSizeBytes: record.script.images?.[image]?.size ?? 10 * 2 ** 20 }),
    {
      runtime: (exits, runtimes) => {
        log.runtimes = runtimes;
        runtime = new ScriptedRuntime(engine, state, record.script, exits, runtimes, (pod) =>
          kubelets.loseSandbox(pod, state.pods.epoch[pod]),
        );
        return runtime;
      },
      log,
      jitter: (pod, delayUs) => recordedJitter(record, state.podName(pod), engine.now / MS, delayUs / MS),
    },
  );
  const client = new ApiClient(api, 'kubectl', { qps: Infinity, burst: 1 });
  const resources = new Resources(client);
  for (const object of record.objects ?? []) client.create(named(object), -1);
  kubelets.crashNode(0 as NodeRow);
  const answers: Signal<Answer>[] = [];
  const start = engine.kind('test.start', () => kubelets.recoverNode(0 as NodeRow));
  engine.at(record.kubeletStartMs * MS, start, 0, 0);
  observe(engine, state, api, entries);
  const act = engine.kind('test.act', (index) => {
    perform(record.actions[index], {
      state,
      client,
      resources,
      answers,
      kubelets,
      setStat: (key, value) => runtime?.set(key, value),
    });
  });
  for (const [index, { t }] of record.actions.entries()) engine.at(t * MS, act, index, 0);
  engine.run(record.endMs * MS);
  requireAccepted(answers);
  return entries;
}

/**
 * Chance as the record had it: what is tried again comes when the record did something next, within the band that the kubelet's spread
 * leaves; in its middle where the record says nothing.
 */
function recordedJitter(record: KubeletRecord, pod: string, nowMs: number, delayMs: number): number {
  const tick = (t: number): number => Math.ceil((t - record.kubeletStartMs) / 1000) * 1000 + record.kubeletStartMs;
  const from = tick(nowMs + delayMs);
  const to = tick(nowMs + 1.5 * delayMs);
  for (const { t, k, op, reason, dur = 0, pod: whose, object } of record.timeline) {
    if (whose !== pod && object !== `Pod/${pod}`) continue;
    // Probes have their own clocks.
    if (op === 'ExecSync' || reason === 'Unhealthy') continue;
    const at = k === 'cri' ? t - dur : t;
    if (at >= from && at <= to && at === tick(at)) return Math.min(1.5, Math.max(1, (at - nowMs) / delayMs));
  }
  // It had ended, or gone on without a word, before the latest that there is.
  return 1.5;
}

function maxParallel({ kubelet }: KubeletRecord): number {
  if (kubelet.serializeImagePulls !== false) return 1;
  return typeof kubelet.maxParallelImagePulls === 'number' ? kubelet.maxParallelImagePulls : Infinity;
}

function registryLimit({ kubelet: { registryPullQPS: qps, registryBurst: burst } }: KubeletRecord): {
  qps: number;
  burst: number;
} {
  const perSecond = typeof qps === 'number' ? qps : 5;
  return { qps: perSecond === 0 ? Infinity : perSecond, burst: typeof burst === 'number' ? burst : 10 };
}

function backOff({ kubelet }: KubeletRecord): { initialUs: number; maxUs: number } {
  const most = kubelet.crashLoopBackOffMaxContainerRestartPeriodSeconds;
  const maxUs = typeof most === 'number' ? most * 1e6 : 300e6;
  const gates = (kubelet.featureGates ?? {}) as Readonly<Record<string, boolean | undefined>>;
  const quick = gates.ReduceDefaultCrashLoopBackOffDecay ?? false;
  const capped = quick && !(gates.KubeletCrashLoopBackOffMax ?? true) ? 60e6 : maxUs;
  return { initialUs: Math.min(quick ? 1e6 : 10e6, capped), maxUs: capped };
}

/** The thresholds of a record: its own, else the kubelet's for memory. */
function evictionOf({ kubelet }: KubeletRecord): KubeletSettings['eviction'] {
  const hard = (kubelet.evictionHard ?? { 'memory.available': '100Mi' }) as Readonly<Record<string, string>>;
  const soft = (kubelet.evictionSoft ?? {}) as Readonly<Record<string, string>>;
  const graces = (kubelet.evictionSoftGracePeriod ?? {}) as Readonly<Record<string, string>>;
  const reclaim = (kubelet.evictionMinimumReclaim ?? {}) as Readonly<Record<string, string>>;
  const threshold = (name: string, value: string, graceUs: number): EvictionThreshold => ({
    signal: signalOf(name),
    bytes: value.endsWith('%') ? 0 : bytesOf(value),
    share: value.endsWith('%') ? Number.parseFloat(value) / 100 : undefined,
    graceUs,
    reclaimBytes: bytesOf(reclaim[name] ?? '0'),
  });
  const { evictionMaxPodGracePeriod: most, evictionPressureTransitionPeriodSeconds: transition } = kubelet;
  return {
    thresholds: [
      ...Object.entries(hard).map(([name, value]) => threshold(name, value, 0)),
      ...Object.entries(soft).map(([name, value]) => threshold(name, value, Number.parseFloat(graces[name]) * 1e6)),
    ],
    maxPodGraceUs: typeof most === 'number' ? most * 1e6 : 0,
    transitionUs: (typeof transition === 'number' ? transition : 300) * 1e6,
  };
}

function signalOf(name: string): NodeSignal {
  if (name.startsWith('memory')) return 'memory';
  return name.startsWith('imagefs') ? 'imagefs' : 'nodefs';
}

function bytesOf(text: string): number {
  return podRequests({ containers: [{ name: '', resources: { requests: { memory: text } } }] }).memory ?? 0;
}

function named(object: object): KubeObject {
  const { metadata } = object as KubeObject;
  return { ...object, metadata: { namespace: 'default', ...metadata } } as KubeObject;
}

interface Stage {
  readonly state: ClusterState;
  readonly client: ApiClient;
  readonly resources: Resources;
  readonly answers: Signal<Answer>[];
  readonly kubelets: Kubelets;
  readonly setStat: (key: string, value: number) => void;
}

function perform(action: Action, stage: Stage): void {
  const { state, client, kubelets, setStat } = stage;
  const pod = (): PodRow => state.findPod('default', action.pod ?? '');
  switch (action.op) {
    case 'create': {
      const { metadata, spec } = action.obj as { metadata: { name: string }; spec: object };
      const error = (metadata as { annotations?: Record<string, string> }).annotations?.['oracle/alloc-error'];
      const object = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...spec, nodeName: NODE } };
      const template = {
        metadata: {},
        spec: defaulted(error === undefined ? object : withDevice(object)),
      } as PodTemplateSpec;
      client.createPod(client.podClass('default', template, metadata.name).id, -1, metadata.name);
      return;
    }
    case 'delete':
      client.deletePod(pod(), state.pods.epoch[pod()], action.grace ?? -1);
      return;
    case 'createObj':
      client.create(named(action.obj ?? {}), -1);
      return;
    case 'kill': {
      const { lasting } = state.classes.get(state.pods.podClass[pod()]).runtime;
      const index = lasting.findIndex(({ name }) => name === action.c);
      kubelets.crashContainer(pod(), state.pods.epoch[pod()], index, action.val ?? 0);
      return;
    }
    case 'deadline':
      patchSpec(stage, action, { activeDeadlineSeconds: action.val ?? 0 });
      return;
    case 'setImage':
      patchSpec(stage, action, { containers: [{ name: action.c ?? '', image: action.key ?? '' }] });
      return;
    case 'gate':
      patchStatus(stage, action, {
        conditions: [{ type: action.key, status: action.val === 1 ? 'True' : 'False' }],
      });
      return;
    case 'mem':
      setStat(action.key ?? '', action.val ?? 0);
      return;
    case 'killSandbox':
      kubelets.loseSandbox(pod(), state.pods.epoch[pod()]);
      return;
    default:
      throw new Error(`the action ${action.op} cannot be played`);
  }
}

function patchSpec({ resources, answers }: Stage, { pod: name = '' }: Action, spec: object): void {
  const target = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } };
  answers.push(resources.patch(target, { type: 'strategic', patch: { spec } }));
}

/** What the records ask is never refused. */
function requireAccepted(answers: readonly Signal<Answer>[]): void {
  for (const answer of answers) {
    const { done, value } = answer.wait().next();
    if (done === true && 'failure' in value) throw new Error(value.failure.message);
  }
}

function patchStatus({ resources, answers }: Stage, { pod: name = '' }: Action, status: object): void {
  const target = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } };
  answers.push(resources.patchStatus(target, { type: 'strategic', patch: { status } }));
}

/** A pod that asks for a device that the node does not have: the records say so with an annotation. */
function withDevice<O extends { readonly spec: object }>(object: O): O {
  const { containers } = object.spec as { containers: object[] };
  const [first, ...rest] = containers.map((one) => structuredClone(one) as { resources?: { requests?: object } });
  const wants = { ...first.resources?.requests, 'x.io/dev': 1 };
  const asking = { ...first, resources: { ...first.resources, requests: wants, limits: { 'x.io/dev': 1 } } };
  return { ...object, spec: { ...object.spec, containers: [asking, ...rest] } };
}

/** The spec as the API server completes it. */
function defaulted(object: { readonly spec: object }): object {
  const { object: decoded } = decodeObject(structuredClone(object));
  if (decoded === undefined) return object.spec;
  defaultObject(decoded);
  return decoded.spec as object;
}

function observe(engine: Engine, state: ClusterState, api: ApiServer, entries: Entry[]): void {
  api.podCommits.push((row, _epoch, what) => {
    const pod = state.podName(row);
    if ((what & Change.Removed) !== 0) entries.push({ t: engine.now / MS, k: 'api', op: 'podRemoved', pod });
    if ((what & Change.Status) === 0) return;
    const { status = {} } = podObject(state, row);
    entries.push({ t: engine.now / MS, k: 'status', pod, ...statusEntry(status) });
  });
  api.eventCommits.push((row) => {
    const { kind, name, message } = state.describeEvent(row);
    const { reason } = state.events.messages.get(state.events.message[row]);
    entries.push({ t: engine.now / MS, k: 'event', object: `${kind}/${name}`, reason, message });
  });
}

function statusEntry(status: PodStatus): Partial<Entry> {
  return {
    phase: status.phase ?? '',
    ...(status.reason === undefined ? {} : { reason: status.reason }),
    ...(status.message === undefined ? {} : { message: status.message }),
    conditions: (status.conditions ?? []).map(({ type, status: is, reason }) => ({
      type,
      status: is,
      ...(reason === undefined ? {} : { reason }),
    })),
    init: (status.initContainerStatuses ?? []).map(containerEntry),
    containers: (status.containerStatuses ?? []).map(containerEntry),
  };
}

function containerEntry({ name, ready, started, restartCount, state, lastState }: ContainerStatus): ContainerEntry {
  return {
    name,
    ready,
    started: started ?? false,
    restartCount,
    state: state as StateEntry,
    ...(lastState === undefined ? {} : { last: lastState as StateEntry }),
  };
}
