// Whole updates of Argo's Rollouts against what its own controller did, second by second.
import { describe, test } from 'vitest';
import { FakeCluster, type SequenceRecord } from './argo-rollouts-cluster.ts';
import { agree, difference, eachRecord } from './harness.ts';

/** The records end here. */
const SECONDS = 420;

function check(record: SequenceRecord): string | undefined {
  const cluster = new FakeCluster(record);
  const until = Math.min(SECONDS, (record.trace.at(-1)?.t ?? 0) + 20);
  const trace: object[] = [];
  for (let t = 0; t <= until; t += 1) {
    const seen = cluster.second(t);
    if (seen !== undefined) trace.push(seen);
  }
  for (const [i, expected] of record.trace.entries()) {
    const found = difference(expected, trace[i]);
    if (found !== undefined) return `record ${record.id} (${record.kind}), entry ${i}, t=${expected.t}: ${found}`;
  }
  return difference(record.trace.length, trace.length, `record ${record.id}: entries`);
}

describe("Rollouts are driven as Argo's controller drives them", () => {
  test('sequences', () => {
    agree('argo-rollouts/sequences', eachRecord<SequenceRecord>('argo-rollouts/sequences.jsonl.gz'), check);
  });
});
