// The readable view: a row as the complete v1 object that kubectl would show.
import type { Container, ContainerStatus, Node, Pod, PodCondition, Taint } from 'kubernetes-types/core/v1.js';
import { timestamp } from '../lib/timestamp.ts';
import { ContainerState, containerReasons } from './containers.ts';
import { COMPLETION_INDEX, JOB_TRACKING, jobLabels, jobPodAnnotations } from './job-pod.ts';
import { NodeReady } from './nodes.ts';
import { labelsOfOrdinal, specOfOrdinal } from './ordinal-pod.ts';
import { pinnedSpec } from './pinned-spec.ts';
import { PodBit, podPhaseNames } from './pods.ts';
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
  const ofJob = pods.ofJobs.get(row);
  const annotations = {
    ...podClass.annotations,
    ...state.boundWith.get(row),
    ...(ofJob === undefined ? {} : jobPodAnnotations(ofJob)),
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
      labels: { ...labelsOfOrdinal(podClass, state.podName(row)), ...labelsOfJob(state, row) },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...(maker < 0 || identities.suffix[identity] < 0 ? {} : { generateName: identities.base(identity) }),
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
      ...((bits & PodBit.Tracked) === 0 ? {} : { finalizers: [JOB_TRACKING] }),
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
      ...(pods.nominated.has(row) ? { nominatedNodeName: state.nodeName(pods.nominated.get(row) ?? -1) } : {}),
      conditions: conditions(bits, pods.scheduledAt[row], pods.readyAt[row], pods.startedAt[row]),
      ...(pods.startedAt[row] < 0 ? {} : { startTime: timestamp(pods.startedAt[row]), podIP: podIp(row) }),
      containerStatuses: podClass.runtime.containers.map((container, index) =>
        containerStatus(state, container, pods.firstContainer[row] + podClass.runtime.initContainers.length + index),
      ),
    },
  };
}

/** Those that pods of one template do not share: the Job's own, and the index. */
function labelsOfJob(state: ClusterState, row: PodRow): Record<string, string> {
  const { pods, identities, objects } = state;
  const job = pods.ofJobs.get(row);
  if (job === undefined) return {};
  const maker = identities.maker[pods.identity[row]];
  const labels = jobLabels(objects.name[maker], state.objectUid(maker));
  return job.index < 0 ? labels : { ...labels, [COMPLETION_INDEX]: String(job.index) };
}

/** A pod of an Indexed Job is reached by the Job's name and its index. */
function hostname({ pods, identities, objects }: ClusterState, row: PodRow): { hostname?: string } {
  const { index = -1 } = pods.ofJobs.get(row) ?? {};
  return index < 0 ? {} : { hostname: `${objects.name[identities.maker[pods.identity[row]]]}-${index}` };
}

/** An address of the cluster's pod range, one a row. */
function podIp(row: PodRow): string {
  return `10.${64 + ((row >> 16) & 63)}.${(row >> 8) & 255}.${row & 255}`;
}

function conditions(bits: number, scheduledAt: number, readyAt: number, startedAt: number): PodCondition[] {
  const one = (type: string, bit: number, at: number): PodCondition => ({
    type,
    status: (bits & bit) === 0 ? 'False' : 'True',
    ...(at < 0 ? {} : { lastTransitionTime: timestamp(at) }),
  });
  return [
    one('PodReadyToStartContainers', PodBit.HasIp, startedAt),
    one('Initialized', PodBit.Initialized, startedAt),
    one('Ready', PodBit.Ready, readyAt),
    one('ContainersReady', PodBit.ContainersReady, readyAt),
    one('PodScheduled', PodBit.Scheduled, scheduledAt),
    ...((bits & PodBit.Disrupted) === 0 ? [] : [disruption(bits)]),
  ];
}

function disruption(bits: number): PodCondition {
  const reason =
    (bits & PodBit.Preempted) !== 0
      ? 'PreemptionByScheduler'
      : (bits & PodBit.Collected) !== 0
        ? 'DeletionByPodGC'
        : 'DeletionByTaintManager';
  return { type: 'DisruptionTarget', status: 'True', reason };
}

function containerStatus(state: ClusterState, container: Container, row: number): ContainerStatus {
  const { containers } = state;
  const image = container.image ?? '';
  const reason = containerReasons[containers.reason[row]];
  const running = containers.state[row] === ContainerState.Running;
  const ended = containers.state[row] === ContainerState.Terminated;
  return {
    name: container.name,
    image,
    imageID: image,
    ready: containers.ready[row] === 1,
    started: running,
    restartCount: containers.restarts[row],
    state: running
      ? { running: { startedAt: timestamp(containers.startedAt[row]) } }
      : ended
        ? {
            terminated: {
              exitCode: containers.exitCode[row],
              reason: reason ?? '',
              finishedAt: timestamp(containers.finishedAt[row]),
            },
          }
        : { waiting: { reason: reason ?? '' } },
  };
}

/** The node as the API server would return it now. */
export function nodeObject(state: ClusterState, row: NodeRow): Node {
  const { nodes, taintSets, classes } = state;
  const spec = nodes.spec[row];
  const taints = taintSets.get(nodes.taints[row]) as Taint[];
  const labels = classes.labelSets.get(nodes.labels[row]);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: spec.name,
      uid: state.nodeUid(row),
      resourceVersion: String(nodes.version[row]),
      creationTimestamp: timestamp(nodes.createdAt[row]),
      labels: { [HOSTNAME_LABEL]: spec.name, ...labels },
    },
    spec: {
      ...(taints.length === 0 ? {} : { taints: [...taints] }),
      ...(nodes.unschedulable[row] === 0 ? {} : { unschedulable: true }),
    },
    status: {
      capacity: quantities(spec.capacity),
      allocatable: quantities(spec.allocatable),
      conditions: [
        {
          type: 'Ready',
          status: READY_STATUS[nodes.ready[row] as 0 | 1 | 2],
          lastTransitionTime: timestamp(nodes.readyAt[row]),
        },
      ],
    },
  };
}

/** Milli for cpu, base units for the rest, as canonical quantities. */
function quantities(resources: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(resources).map(([name, value]) => [name, name === 'cpu' ? cpuText(value) : sizeText(value)]),
  );
}

function cpuText(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

function sizeText(value: number): string {
  for (const [suffix, size] of [
    ['Gi', 2 ** 30],
    ['Mi', 2 ** 20],
    ['Ki', 2 ** 10],
  ] as const) {
    if (value >= size && value % size === 0) return `${value / size}${suffix}`;
  }
  return String(value);
}
