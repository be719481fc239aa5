// Hot dialect: the table of containers. The rows of one pod are consecutive, in the order of its class.
import { grown, nextCapacity } from './columns.ts';
import type { ContainerRow } from './rows.ts';

export const ContainerState = { Waiting: 0, Running: 1, Terminated: 2 } as const;

/** Of one that was removed with all others of its pod to start over. */
export const RESTARTING_ALL = 'RestartingAllContainers';
/** Of one of which nobody knows how it ended. */
export const STATUS_UNKNOWN = 'ContainerStatusUnknown';

/** Reasons of a waiting or terminated container, as kubectl shows them; the index is what the column holds. */
export const containerReasons = [
  '',
  'ContainerCreating',
  'PodInitializing',
  'ErrImagePull',
  'ErrImageNeverPull',
  'ImagePullBackOff',
  'CrashLoopBackOff',
  'Completed',
  'Error',
  'OOMKilled',
  STATUS_UNKNOWN,
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PostStartHookError',
  'StartError',
  'InvalidImageName',
  RESTARTING_ALL,
] as const;

export type ContainerReason = (typeof containerReasons)[number];

/** How a container ended before its current state. */
export interface LastState {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string | undefined;
  /** µs; -1 for one that never started. */
  readonly startedAt: number;
  readonly finishedAt: number;
}

export class ContainerTable {
  capacity = 0;
  length = 0;
  state = new Uint8Array(0);
  reason = new Uint8Array(0);
  ready = new Uint8Array(0);
  restarts = new Int32Array(0);
  exitCode = new Int32Array(0);
  startedAt = new Float64Array(0);
  finishedAt = new Float64Array(0);
  /** Runs, and its startup probe, if it has one, has succeeded. */
  started = new Uint8Array(0);
  /** For the few that have one: the message of the current state, and the state before. */
  readonly messages = new Map<number, string>();
  readonly last = new Map<number, LastState>();
  /** Blocks given back, by size. */
  readonly #free = new Map<number, ContainerRow[]>();

  /** First of `count` consecutive rows, all waiting. */
  allocate(count: number): ContainerRow {
    const first = this.#free.get(count)?.pop() ?? this.#extend(count);
    // One by one: pods have few containers, and `fill` is made for many.
    for (let row: number = first; row < first + count; row += 1) {
      this.state[row] = ContainerState.Waiting;
      this.reason[row] = 1;
      this.ready[row] = 0;
      this.restarts[row] = 0;
      this.exitCode[row] = 0;
      this.startedAt[row] = -1;
      this.finishedAt[row] = -1;
      this.started[row] = 0;
    }
    if (this.messages.size > 0 || this.last.size > 0) this.#forgetDetails(first, count);
    return first;
  }

  release(first: ContainerRow, count: number): void {
    let blocks = this.#free.get(count);
    if (blocks === undefined) {
      blocks = [];
      this.#free.set(count, blocks);
    }
    blocks.push(first);
  }

  #forgetDetails(first: ContainerRow, count: number): void {
    for (let row: number = first; row < first + count; row += 1) {
      this.messages.delete(row);
      this.last.delete(row);
    }
  }

  #extend(count: number): ContainerRow {
    const first = this.length as ContainerRow;
    while (first + count > this.capacity) this.#grow();
    this.length = first + count;
    return first;
  }

  #grow(): void {
    const capacity = nextCapacity(this.capacity);
    this.state = grown(this.state, capacity);
    this.reason = grown(this.reason, capacity);
    this.ready = grown(this.ready, capacity);
    this.restarts = grown(this.restarts, capacity);
    this.exitCode = grown(this.exitCode, capacity);
    this.startedAt = grown(this.startedAt, capacity);
    this.finishedAt = grown(this.finishedAt, capacity);
    this.started = grown(this.started, capacity);
    this.capacity = capacity;
  }
}
