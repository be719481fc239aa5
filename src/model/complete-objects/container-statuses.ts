// The status of a container as the API server would return it now.
import type {
  Container,
  ContainerState as V1ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
} from 'kubernetes-types/core/v1.js';
import { timestamp } from '../../lib/timestamp.ts';
import { ContainerState, containerReasons, type LastState } from '../containers.ts';
import type { ClusterState } from '../state.ts';

export function containerStatus(
  state: ClusterState,
  container: Container,
  row: number,
  init: boolean,
): ContainerStatus {
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

/** With what containers have whose pod's resize is pending: their spec says what they are to have. */
export function withAllocated(
  statuses: readonly ContainerStatus[],
  containers: readonly Container[],
): ContainerStatus[] {
  return statuses.map((status, index) => {
    const { resources = {} } = containers[index];
    return { ...status, resources, allocatedResources: resources.requests ?? {} };
  });
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
