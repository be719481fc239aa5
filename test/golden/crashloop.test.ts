// CrashLoopBackOff against the kubelet's answers: when a container that ended may start again, and the back-off after that.
import { test } from 'vitest';
import { crashLoopDelayUs, nextBackoffUs } from '../../src/kubelet/crash-loop-backoff.ts';
import { agree, difference, eachRecord } from './harness.ts';

interface CrashLoopRecord {
  readonly initialSeconds: number;
  readonly maxSeconds: number;
  /** A refused start is tried again after this long. */
  readonly pollSeconds: number;
  readonly steps: readonly {
    readonly started: number;
    readonly exited: number;
    readonly waitedPolls: number;
    readonly restartedAt: number;
    readonly backoffNowSeconds: number;
  }[];
}

test('restarts happen at the same second, with the same back-off left behind', () => {
  agree('kubelet/crashloop_backoff', eachRecord<CrashLoopRecord>('kubelet/crashloop_backoff.jsonl.gz'), (record) => {
    const settings = { initialUs: record.initialSeconds * 1e6, maxUs: record.maxSeconds * 1e6 };
    const pollUs = record.pollSeconds * 1e6;
    let backoffUs = 0;
    let decidedUs = 0;
    const steps = record.steps.map(({ started, exited }) => {
      const exitedUs = exited * 1e6;
      const waitedPolls = Math.ceil(crashLoopDelayUs(backoffUs, decidedUs, exitedUs) / pollUs);
      const restartedUs = exitedUs + waitedPolls * pollUs;
      backoffUs = nextBackoffUs(backoffUs, decidedUs, exitedUs, settings);
      decidedUs = restartedUs;
      return { started, exited, waitedPolls, restartedAt: restartedUs / 1e6, backoffNowSeconds: backoffUs / 1e6 };
    });
    return difference(record.steps, steps);
  });
});
