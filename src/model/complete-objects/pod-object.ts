// A pod as the complete v1 object that kubectl would show now.
import { formatIpv4 } from '../ipv4.ts';
import type { Pod, PodStatus } from 'kubernetes-types/core/v1.js';
import { timestamp } from '../../lib/timestamp.ts';
import { JOB_TRACKING } from '../job-pod.ts';
import { mirrorAnnotations, NODE_OWNER, nodeReference } from '../mirror-pod.ts';
import { specOfOrdinal } from '../ordinal-pod.ts';
import { jobHostname } from '../pod-dns-name.ts';
import { pinnedSpec } from '../pinned-spec.ts';
import { PodBit, PodPhase, podPhaseNames } from '../pods.ts';
import type { PodRow } from '../rows.ts';
import type { ClusterState } from '../state.ts';
import { containerStatus, withAllocated } from './container-statuses.ts';
import { ownAnnotations, ownLabels } from './own-labels.ts';
import { podConditions } from './pod-conditions.ts';

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
  // That of a pending pod is of its condition PodScheduled.
  const reason = phase === 'Pending' ? '' : state.reasons.get(pods.reason[row]);
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
  const { initContainers, containers } = classes.get(pods.podClass[row]).runtime;
  const first = pods.firstContainer[row];
  const init = initContainers.map((container, index) => containerStatus(state, container, first + index, true));
  const regular = containers.map((container, index) =>
    containerStatus(state, container, first + initContainers.length + index, false),
  );
  const pending = pods.pendingResizes.get(row);
  return {
    conditions: podConditions(state, row, init, regular),
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses:
      pending === undefined ? regular : withAllocated(regular, classes.get(pending.allocated).runtime.containers),
  };
}

function hostname(state: ClusterState, row: PodRow): { hostname?: string } {
  const name = jobHostname(state, row);
  return name === undefined ? {} : { hostname: name };
}

/** The first address of the cluster's pod range, 10.64.0.0/10. */
const FIRST_POD = 0x0a_40_00_00;

/** An address of that range, one a row, as a number. */
export function podAddress(row: PodRow): number {
  return FIRST_POD + (row & 0x3f_ff_ff);
}

/** The same as text. */
export function podIp(row: PodRow): string {
  return formatIpv4(podAddress(row));
}
