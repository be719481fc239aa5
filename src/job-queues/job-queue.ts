// What a member of the family of job queues is: something that looks at the Jobs in its queues and says which of them may run.

/** Amounts by resource: cpu in milli, the rest in base units. */
export type Amounts = Readonly<Record<string, number>>;

/** `leaving`: it is to stop, and its pods have not all gone; it still holds what it requests. */
export type JobState = 'waiting' | 'admitted' | 'leaving';

/** A Job with the label of a queue, which has not ended. */
export interface QueuedJob {
  readonly namespace: string;
  readonly name: string;
  readonly queue: string;
  readonly priority: number;
  /** What those of its pods request together that run at a time. */
  readonly requests: Amounts;
  readonly createdUs: number;
  readonly state: JobState;
  /** -1 unless it is admitted. */
  readonly admittedUs: number;
}

export interface Queue {
  readonly name: string;
  /** What is its own. */
  readonly quota: Amounts;
}

/** Of a Job among those that were shown. */
export type QueueDecision =
  | { readonly type: 'admit'; readonly job: QueuedJob }
  /** Stops it: its pods are deleted, and it waits again. */
  | { readonly type: 'preempt'; readonly job: QueuedJob; readonly message: string }
  /** Why it waits, for an event. */
  | { readonly type: 'wait'; readonly job: QueuedJob; readonly message: string };

export interface JobQueue {
  readonly queues: readonly Queue[];
  /** Called whenever something about a Job has changed. In the order of creation; what is decided is done in the order of the answer. */
  decide(jobs: readonly QueuedJob[]): readonly QueueDecision[];
}

export interface JobQueueContext {
  readonly nowUs: number;
}
