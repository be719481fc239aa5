// The readable view: a row as the complete v1 object that kubectl would show.
import type {
  Container,
  ContainerState as V1ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
  Node,
  NodeCondition,
  NodeStatus,
  Pod,
  PodCondition,
  PodStatus,
  Taint,
} from 'kubernetes-types/core/v1.js';
import { timestamp } from '../lib/timestamp.ts';
import { ContainerState, containerReasons, type LastState } from './containers.ts';
import type { KubeObject } from './object-store.ts';
import { COMPLETION_INDEX, JOB_TRACKING, jobLabels, jobPodAnnotations } from './job-pod.ts';
import { NodePressure, NodeReady } from './nodes.ts';
import { mirrorAnnotations, NODE_OWNER, nodeReference } from './mirror-pod.ts';
import { ownLabelsOfOrdinal, specOfOrdinal } from './ordinal-pod.ts';
import { canonicalBytes } from './parse/canonical-bytes.ts';
import { pinnedSpec } from './pinned-spec.ts';
import { PodBit, PodPhase, podPhaseNames } from './pods.ts';
import { HOSTNAME_LABEL, type ClusterState } from './state.ts';
import type { NodeRow, PodRow } from './rows.ts';

const READY_STATUS = { [NodeReady.False]: 'False', [NodeReady.True]: 'True', [NodeReady.Unknown]: 'Unknown' } as const;

/** The pod as the API server would return it now. */
export function podObject(state: ClusterState, row: PodRow): Pod {
  const { pods, identities, objects, classes, nodes } = state;
  const podClass = classes.get(pods.podClass[row]);
  const owner = pods.owner[row];
  const node = pods.node[row];
  const identity = pods.identity[row];
  const maker = identities.maker[identity];
  const bits = pods.state[row];
  const grace = pods.graceUs[row] / 1e6;
  const phase = podPhaseNames[(bits & PodBit.PhaseMask) as 0 | 1 | 2 | 3];
  const reason = state.reasons.get(pods.reason[row]);
  const message = pods.messages.get(row);
  const annotations = {
    ...podClass.annotations,
    ...ownAnnotations(state, row),
    ...mirrorAnnotations(podClass, node),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: state.podName(row),
      namespace: podClass.namespace,
      uid: state.podUid(row),
      resourceVersion: String(pods.version[row]),
      creationTimestamp: timestamp(pods.createdAt[row]),
      labels: { ...podClass.labels, ...ownLabels(state, row) },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...(maker < 0 || identities.suffix[identity] < 0 ? {} : { generateName: identities.base(identity) }),
      ...(owner === NODE_OWNER ? { ownerReferences: [nodeReference(state, row)] } : {}),
      ...(owner < 0
        ? {}
        : {
            ownerReferences: [
              {
                apiVersion: objects.get(owner)?.apiVersion ?? 'apps/v1',
                kind: objects.kind[owner],
                name: objects.name[owner],
                uid: state.objectUid(owner),
                controller: true,
                blockOwnerDeletion: true,
              },
            ],
          }),
      ...(pods.isKept(row) ? { finalizers: finalizersOf(state, row) } : {}),
      ...((bits & PodBit.Deleting) === 0
        ? {}
        : {
            deletionTimestamp: timestamp(pods.deletedAt[row] + pods.graceUs[row]),
            deletionGracePeriodSeconds: grace,
          }),
    },
    spec: {
      ...(pods.pinned[row] < 0
        ? specOfOrdinal(podClass, state.podName(row))
        : pinnedSpec(podClass.spec, state.nodeName(pods.pinned[row]))),
      ...hostname(state, row),
      ...(node < 0 ? {} : { nodeName: nodes.spec[node].name }),
    },
    status: {
      phase,
      qosClass: podClass.qos,
      ...(reason === '' ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
      ...(pods.nominated.has(row) ? { nominatedNodeName: state.nodeName(pods.nominated.get(row) ?? -1) } : {}),
      // One that its kubelet has refused has neither.
      ...(isRefused(bits) ? {} : statuses(state, row)),
      ...(pods.startedAt[row] < 0 ? {} : { startTime: timestamp(pods.startedAt[row]) }),
      ...((bits & PodBit.HasIp) === 0 ? {} : { podIP: podIp(row) }),
    },
  };
}

/** Labels that pods of one class do not share. */
export function ownLabels(state: ClusterState, row: PodRow): Record<string, string> {
  const podClass = state.classes.get(state.pods.podClass[row]);
  return { ...ownLabelsOfOrdinal(podClass, state.podName(row)), ...labelsOfJob(state, row) };
}

/** Annotations that pods of one class do not share. */
export function ownAnnotations({ boundWith, pods }: ClusterState, row: PodRow): Record<string, string> {
  const ofJob = pods.ofJobs.get(row);
  return { ...boundWith.get(row), ...(ofJob === undefined ? {} : jobPodAnnotations(ofJob)) };
}

function finalizersOf({ pods }: ClusterState, row: PodRow): string[] {
  const tracking = (pods.state[row] & PodBit.Tracked) === 0 ? [] : [JOB_TRACKING];
  return [...tracking, ...(pods.finalizers.get(row) ?? [])];
}

function isRefused(bits: number): boolean {
  return (bits & PodBit.PhaseMask) === PodPhase.Failed && (bits & (PodBit.HasIp | PodBit.EndsBadly)) === 0;
}

function statuses(
  state: ClusterState,
  row: PodRow,
): Pick<PodStatus, 'conditions' | 'initContainerStatuses' | 'containerStatuses'> {
  const { pods, classes } = state;
  const { initContainers, containers, readinessGates } = classes.get(pods.podClass[row]).runtime;
  const first = pods.firstContainer[row];
  const init = initContainers.map((container, index) => containerStatus(state, container, first + index, true));
  const regular = containers.map((container, index) =>
    containerStatus(state, container, first + initContainers.length + index, false),
  );
  const pending = pods.pendingResizes.get(row);
  return {
    conditions: conditions(
      state,
      row,
      [...init, ...regular],
      init.length,
      [...initContainers, ...containers].some(mayRestartAll),
      readinessGates,
    ),
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses:
      pending === undefined ? regular : withAllocated(regular, classes.get(pending.allocated).runtime.containers),
  };
}

type WithRestartRules = Container & { readonly restartPolicyRules?: readonly { readonly action: string }[] };

const RESTART_ALL_STARTED = {
  reason: 'RestartAllContainersStarted',
  message: 'container exited with restart policy rule',
};

/** With what containers have whose pod's resize is pending: their spec says what they are to have. */
function withAllocated(statuses: readonly ContainerStatus[], containers: readonly Container[]): ContainerStatus[] {
  return statuses.map((status, index) => {
    const { resources = {} } = containers[index];
    return { ...status, resources, allocatedResources: resources.requests ?? {} };
  });
}

interface JobObject extends KubeObject {
  readonly spec?: { readonly manualSelector?: boolean };
}

/** The Job's own, and the index; one that selects by hand has no labels of its own. */
function labelsOfJob(state: ClusterState, row: PodRow): Record<string, string> {
  const { pods, identities, objects } = state;
  const job = pods.ofJobs.get(row);
  if (job === undefined) return {};
  const maker = identities.maker[pods.identity[row]];
  const made: JobObject | undefined = maker < 0 ? undefined : objects.get(maker);
  const labels =
    maker < 0 || made?.spec?.manualSelector === true ? {} : jobLabels(objects.name[maker], state.objectUid(maker));
  return job.index < 0 ? labels : { ...labels, [COMPLETION_INDEX]: String(job.index) };
}

/** A pod of an Indexed Job is reached by the Job's name and its index. */
function hostname({ pods, identities, objects }: ClusterState, row: PodRow): { hostname?: string } {
  const { index = -1 } = pods.ofJobs.get(row) ?? {};
  return index < 0 ? {} : { hostname: `${objects.name[identities.maker[pods.identity[row]]]}-${index}` };
}

/** An address of the cluster's pod range, one a row. */
export function podIp(row: PodRow): string {
  return `10.${64 + ((row >> 16) & 63)}.${(row >> 8) & 255}.${row & 255}`;
}

function conditions(
  { pods }: ClusterState,
  row: PodRow,
  all: readonly ContainerStatus[],
  inits: number,
  mayRestartAll: boolean,
  gates: readonly string[],
): PodCondition[] {
  const bits = pods.state[row];
  const startedAt = pods.startedAt[row];
  const pending = pods.pendingResizes.get(row);
  const one = (type: string, holds: boolean, at: number, why: Partial<PodCondition> = {}): PodCondition => ({
    type,
    status: holds ? 'True' : 'False',
    ...(at < 0 ? {} : { lastTransitionTime: timestamp(at) }),
    ...why,
  });
  const has = (bit: number): boolean => (bits & bit) !== 0;
  const over = has(PodBit.EndsWell) ? 'PodCompleted' : has(PodBit.EndsBadly) ? 'PodFailed' : undefined;
  const unready = (ready: boolean): Partial<PodCondition> =>
    ready || startedAt < 0 ? {} : over === undefined ? unreadiness(all, inits) : { reason: over };
  const initialized = (): Partial<PodCondition> => {
    if (has(PodBit.Initialized)) return over === 'PodCompleted' ? { reason: over } : {};
    return startedAt < 0 ? {} : incompleteness(all.slice(0, inits));
  };
  const waitsForGates = gates.length > 0 && has(PodBit.ContainersReady) && !has(PodBit.Ready);
  const containersReadyAt = pods.containersReadyAt.get(row) ?? pods.readyAt[row];
  const own = pods.conditions.get(row) ?? [];
  const restarting = (): PodCondition => {
    const why = pods.restartingAll.has(row) ? RESTART_ALL_STARTED : over === undefined ? {} : { reason: over };
    return one('AllContainersRestarting', pods.restartingAll.has(row), startedAt, why);
  };
  return [
    ...own,
    one('PodReadyToStartContainers', has(PodBit.HasIp) && !has(PodBit.SandboxStopped), startedAt),
    one('Initialized', has(PodBit.Initialized), startedAt, initialized()),
    one(
      'Ready',
      has(PodBit.Ready),
      pods.readyAt[row],
      waitsForGates ? closedGates(gates, own) : unready(has(PodBit.Ready)),
    ),
    one('ContainersReady', has(PodBit.ContainersReady), containersReadyAt, unready(has(PodBit.ContainersReady))),
    one('PodScheduled', has(PodBit.Scheduled), pods.scheduledAt[row]),
    ...(mayRestartAll && startedAt >= 0 ? [restarting()] : []),
    ...(pending === undefined
      ? []
      : [{ type: 'PodResizePending', status: 'True', reason: pending.reason, message: pending.message }]),
    ...(has(PodBit.Disrupted) ? [disruption(bits, pods.evicted.has(row))] : []),
  ];
}

/** Of a pod whose containers are ready: which conditions it waits for. */
function closedGates(gates: readonly string[], own: readonly PodCondition[]): Partial<PodCondition> {
  const messages = gates.flatMap((gate) => {
    const condition = own.find(({ type }) => type === gate);
    if (condition === undefined) return [`corresponding condition of pod readiness gate "${gate}" does not exist.`];
    return condition.status === 'True'
      ? []
      : [`the status of pod readiness gate "${gate}" is not "True", but ${condition.status}`];
  });
  return { reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

function mayRestartAll({ restartPolicyRules = [] }: WithRestartRules): boolean {
  return restartPolicyRules.some(({ action }) => action === 'RestartAllContainers');
}

function unreadiness(all: readonly ContainerStatus[], inits: number): Partial<PodCondition> {
  const names = all.flatMap(({ name, ready }, index) => (index >= inits && !ready ? [name] : []));
  return { reason: 'ContainersNotReady', message: `containers with unready status: [${names.join(' ')}]` };
}

function incompleteness(init: readonly ContainerStatus[]): Partial<PodCondition> {
  const names = init.flatMap(({ name, ready }) => (ready ? [] : [name]));
  return {
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${names.join(' ')}]`,
  };
}

function disruption(bits: number, evicted: boolean): PodCondition {
  const reason = evicted
    ? 'EvictionByEvictionAPI'
    : (bits & PodBit.Preempted) !== 0
      ? 'PreemptionByScheduler'
      : (bits & PodBit.ByKubelet) !== 0
        ? 'TerminationByKubelet'
        : (bits & PodBit.Collected) !== 0
          ? 'DeletionByPodGC'
          : 'DeletionByTaintManager';
  return { type: 'DisruptionTarget', status: 'True', reason };
}

function containerStatus(state: ClusterState, container: Container, row: number, init: boolean): ContainerStatus {
  const { containers } = state;
  const image = container.image ?? '';
  const ended = containers.state[row] === ContainerState.Terminated && containers.exitCode[row] === 0;
  const last = containers.last.get(row);
  return {
    name: container.name,
    image,
    imageID: image,
    // One that is meant to end is ready when it has ended well.
    ready: (init && container.restartPolicy !== 'Always' && ended) || containers.ready[row] === 1,
    started: containers.started[row] === 1,
    restartCount: containers.restarts[row],
    state: containerState(state, row),
    ...(last === undefined ? {} : { lastState: { terminated: terminated(last) } }),
  };
}

function containerState({ containers }: ClusterState, row: number): V1ContainerState {
  const reason = containerReasons[containers.reason[row]] ?? '';
  const message = containers.messages.get(row);
  switch (containers.state[row]) {
    case ContainerState.Running:
      return { running: { startedAt: timestamp(containers.startedAt[row]) } };
    case ContainerState.Terminated:
      return {
        terminated: terminated({
          exitCode: containers.exitCode[row],
          reason,
          message,
          startedAt: containers.startedAt[row],
          finishedAt: containers.finishedAt[row],
        }),
      };
    default:
      return { waiting: { reason, ...(message === undefined ? {} : { message }) } };
  }
}

function terminated(last: LastState): ContainerStateTerminated {
  return {
    exitCode: last.exitCode,
    reason: last.reason,
    ...(last.message === undefined ? {} : { message: last.message }),
    ...(last.startedAt < 0 ? {} : { startedAt: timestamp(last.startedAt) }),
    ...(last.finishedAt < 0 ? {} : { finishedAt: timestamp(last.finishedAt) }),
  };
}

/** The node as the API server would return it now. */
export function nodeObject(state: ClusterState, row: NodeRow): Node {
  const { nodes, taintSets, classes } = state;
  const spec = nodes.spec[row];
  const taints = taintSets.get(nodes.taints[row]) as Taint[];
  const labels = classes.labelSets.get(nodes.labels[row]);
  const annotations = classes.labelSets.get(nodes.annotations[row]);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: spec.name,
      uid: state.nodeUid(row),
      resourceVersion: String(nodes.version[row]),
      creationTimestamp: timestamp(nodes.createdAt[row]),
      labels: { [HOSTNAME_LABEL]: spec.name, ...labels },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: {
      ...(taints.length === 0 ? {} : { taints: [...taints] }),
      ...(nodes.unschedulable[row] === 0 ? {} : { unschedulable: true }),
    },
    status: {
      capacity: quantities(spec.capacity),
      allocatable: quantities(spec.allocatable),
      conditions: [
        pressure('MemoryPressure', (nodes.pressure[row] & NodePressure.Memory) !== 0, [
          'KubeletHasInsufficientMemory',
          'KubeletHasSufficientMemory',
        ]),
        pressure('DiskPressure', (nodes.pressure[row] & NodePressure.Disk) !== 0, [
          'KubeletHasDiskPressure',
          'KubeletHasNoDiskPressure',
        ]),
        {
          type: 'Ready',
          status: READY_STATUS[nodes.ready[row] as 0 | 1 | 2],
          lastTransitionTime: timestamp(nodes.readyAt[row]),
          ...readiness(nodes.ready[row], nodes.messages.get(row)),
        },
      ],
      ...imagesOf(state, row),
    },
  };
}

function imagesOf({ nodes, imageLists }: ClusterState, row: NodeRow): Pick<NodeStatus, 'images'> {
  const list = imageLists.get(nodes.imagesOf(row));
  return list.length === 0 ? {} : { images: list.map(({ names, sizeBytes }) => ({ names: [...names], sizeBytes })) };
}

/** Reason and message of the condition Ready; nothing is known of a node that has not spoken yet. */
function readiness(ready: number, message: string | undefined): Partial<NodeCondition> {
  if (ready === NodeReady.Unknown)
    return { reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
  if (ready === NodeReady.True) return { reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  return message === undefined ? {} : { reason: 'KubeletNotReady', message };
}

function pressure(type: string, is: boolean, [short, well]: readonly [string, string]): NodeCondition {
  return { type, status: is ? 'True' : 'False', reason: is ? short : well };
}

/** Milli for cpu, base units for the rest, as canonical quantities. */
function quantities(resources: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(resources).map(([name, value]) => [name, name === 'cpu' ? cpuText(value) : canonicalBytes(value)]),
  );
}

function cpuText(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}
