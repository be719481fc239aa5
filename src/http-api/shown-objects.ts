// What the API server shows of rows beyond what the simulation keeps: addresses and software of nodes, addresses of pods, events in either of their two APIs. Nothing of it can be written.
import type { Event, Node, NodeCondition, Pod } from 'kubernetes-types/core/v1.js';
import { timestamp } from '../lib/timestamp.ts';
import { formatIpv4 } from '../model/ipv4.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ClusterState } from '../model/state.ts';

/** Nodes: 10.128.0.0/10, beside those of pods. */
const FIRST_NODE = 0x0a_80_00_01;
export const KUBERNETES_VERSION = 'v1.36.3';

const NODE_INFO = {
  machineID: '',
  systemUUID: '',
  bootID: '',
  kernelVersion: '6.12.0',
  osImage: 'wavetank (simulated)',
  containerRuntimeVersion: 'containerd://2.1.0',
  kubeletVersion: KUBERNETES_VERSION,
  kubeProxyVersion: '',
  operatingSystem: 'linux',
  architecture: 'amd64',
};

/** `apiVersion` is the one in which it was asked for. */
export function shownObject(state: ClusterState, object: KubeObject, apiVersion: string, nowUs: number): KubeObject {
  switch (object.kind) {
    case 'Node':
      return shownNode(state, object as KubeObject & Node, nowUs);
    case 'Pod':
      return shownPod(state, object as KubeObject & Pod);
    case 'Event':
      return apiVersion === 'events.k8s.io/v1' ? newerEvent(object as unknown as Event & KubeObject) : object;
    default:
      return object;
  }
}

function shownNode(state: ClusterState, node: KubeObject & Node, nowUs: number): KubeObject {
  const { name, creationTimestamp } = node.metadata;
  const heartbeat = timestamp(nowUs);
  const conditions = node.status?.conditions ?? [];
  const silent = conditions.find(({ type }) => type === 'Ready')?.status === 'Unknown';
  const known = (type: string): boolean => conditions.some((one) => one.type === type);
  const pid: NodeCondition[] = known('PIDPressure')
    ? []
    : [{ type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID' }];
  const ready = conditions.filter(({ type }) => type === 'Ready');
  const rest = conditions.filter(({ type }) => type !== 'Ready');
  return {
    ...node,
    status: {
      ...node.status,
      addresses: [
        { type: 'InternalIP', address: nodeAddress(state, name) },
        { type: 'Hostname', address: name },
      ],
      conditions: [...rest, ...pid, ...ready].map((condition) => ({
        ...condition,
        message: condition.message ?? MESSAGES[condition.reason ?? ''] ?? '',
        lastHeartbeatTime: silent ? (condition.lastTransitionTime ?? heartbeat) : heartbeat,
        lastTransitionTime: condition.lastTransitionTime ?? creationTimestamp,
      })),
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: NODE_INFO,
    },
  };
}

const MESSAGES: Readonly<Record<string, string>> = {
  KubeletHasSufficientMemory: 'kubelet has sufficient memory available',
  KubeletHasInsufficientMemory: 'kubelet has insufficient memory available',
  KubeletHasNoDiskPressure: 'kubelet has no disk pressure',
  KubeletHasDiskPressure: 'kubelet has disk pressure',
  KubeletHasSufficientPID: 'kubelet has sufficient PID available',
};

/** Before its kubelet has acknowledged a pod nobody has said anything of its containers. */
function shownPod(state: ClusterState, pod: KubeObject & Pod): KubeObject {
  const {
    podIP,
    startTime,
    phase,
    containerStatuses: _,
    initContainerStatuses: __,
    conditions = [],
    ...rest
  } = pod.status ?? {};
  const node = pod.spec?.nodeName;
  if (startTime === undefined && phase === 'Pending') {
    const said = conditions.filter(({ type }) => !KUBELETS.has(type));
    return { ...pod, status: { ...rest, phase, ...(said.length === 0 ? {} : { conditions: said }) } };
  }
  const hostIP = node === undefined ? undefined : nodeAddress(state, node);
  return {
    ...pod,
    status: {
      ...pod.status,
      ...(podIP === undefined ? {} : { podIPs: [{ ip: podIP }] }),
      ...(hostIP === undefined ? {} : { hostIP, hostIPs: [{ ip: hostIP }] }),
    },
  };
}

const KUBELETS: ReadonlySet<string> = new Set(['ContainersReady', 'Initialized', 'PodReadyToStartContainers', 'Ready']);

/** An address of its own for each name of a node. */
function nodeAddress(state: ClusterState, name: string): string {
  const row = state.findNode(name);
  return formatIpv4(FIRST_NODE + Math.max(0, row));
}

/** An event as events.k8s.io has it. */
function newerEvent(event: Event & KubeObject): KubeObject {
  const { metadata, type, reason, message, involvedObject, source, firstTimestamp, lastTimestamp, count } = event;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: metadata as KubeObject['metadata'],
    eventTime: null,
    type,
    reason,
    note: message,
    regarding: involvedObject,
    reportingController: source?.component ?? '',
    reportingInstance: source?.host ?? '',
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
  } as KubeObject;
}
