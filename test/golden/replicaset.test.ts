// The order in which a ReplicaSet deletes its pods, and its batches of creations, against Kubernetes.
import { describe, test } from 'vitest';
import {
  compareForDeletion,
  type DeletionCandidate,
  deletionCost,
} from '../../src/controllers/replica-set/deletion-order.ts';
import { slowStart } from '../../src/controllers/kit/slow-start.ts';
import type { Steps } from '../../src/controllers/kit/sync.ts';
import { Signal } from '../../src/engine/script.ts';
import { agree, difference, eachRecord } from './harness.ts';

interface PodRecord {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly phase: 'Pending' | 'Unknown' | 'Running';
  readonly createdAgo: number;
  readonly restarts: readonly number[];
  readonly sidecarRestarts?: number;
  readonly ready?: string;
  readonly readyTransitionAgo?: number;
  readonly readyTransitionZero?: boolean;
  readonly cost?: string;
}

interface OrderRecord {
  readonly pods: readonly PodRecord[];
  readonly otherRelatedPodsPerNode: Readonly<Record<string, number>>;
  readonly deleteOrder: readonly string[];
}

interface SlowStartRecord {
  readonly count: number;
  readonly initial: number;
  readonly failingCall: number;
  readonly calls: number;
  readonly successes: number;
  readonly error: boolean;
}

const NOW_US = 1e12;

function candidate(pod: PodRecord, record: OrderRecord): DeletionCandidate & { readonly name: string } {
  const { node, readyTransitionAgo, readyTransitionZero } = pod;
  const known = readyTransitionAgo !== undefined && readyTransitionZero !== true;
  return {
    name: pod.name,
    assigned: node !== '',
    phase: ['Pending', 'Unknown', 'Running'].indexOf(pod.phase),
    ready: pod.ready === 'True',
    cost: deletionCost(pod.cost),
    rank: (record.otherRelatedPodsPerNode[node] ?? 0) + record.pods.filter((other) => other.node === node).length,
    readyAtUs: known ? NOW_US - readyTransitionAgo * 1e6 : undefined,
    restarts: Math.max(...pod.restarts),
    sidecarRestarts: pod.sidecarRestarts ?? 0,
    createdAtUs: NOW_US - pod.createdAgo * 1e6,
    uid: () => pod.uid,
  };
}

describe('ReplicaSets delete and create as Kubernetes does', () => {
  test('order of deletion', () => {
    agree('replicaset/deletion_order', eachRecord<OrderRecord>('replicaset/deletion_order.jsonl.gz'), (record) => {
      const candidates = record.pods.map((pod) => candidate(pod, record));
      candidates.sort((a, b) => compareForDeletion(a, b, NOW_US));
      return difference(
        record.deleteOrder,
        candidates.slice(0, -1).map(({ name }) => name),
      );
    });
  });

  test('batches of creations', () => {
    agree('replicaset/slow_start', eachRecord<SlowStartRecord>('replicaset/slow_start.jsonl.gz'), (record) => {
      let calls = 0;
      const batch = (size: number): Steps<number> => {
        const failed = new Signal<number>({ now: 0 });
        const fails = record.failingCall > calls && record.failingCall <= calls + size;
        calls += size;
        failed.fire(fails ? 1 : 0);
        return failed.wait();
      };
      const end = slowStart(record.count, record.initial, batch).next();
      const successes = end.done === true ? end.value : Number.NaN;
      return difference(
        { calls: record.calls, successes: record.successes, error: record.error },
        { calls, successes, error: successes < record.count },
      );
    });
  });
});
