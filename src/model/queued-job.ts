// The label by which a Job says in which queue it waits, and what the webhook of the queues does to a new one.
import type { KubeObject } from './object-store.ts';

export const QUEUE_NAME = 'kueue.x-k8s.io/queue-name';

/** A Job in a queue begins suspended. */
export function suspendedInQueue(job: KubeObject): KubeObject {
  const { metadata, spec } = job;
  if (metadata.labels?.[QUEUE_NAME] === undefined) return job;
  return { ...job, spec: { ...(spec as object), suspend: true } };
}
