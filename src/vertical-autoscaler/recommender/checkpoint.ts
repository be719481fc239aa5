// A VerticalPodAutoscalerCheckpoint: what is known of a container, as an object from which a recommender that starts over goes on.
import { timestamp, timestampUs } from '../../lib/timestamp.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ContainerUsage, UsageHistory } from './usage-history.ts';

export const CHECKPOINT = 'VerticalPodAutoscalerCheckpoint';
export const CHECKPOINT_VERSION = 'autoscaling.k8s.io/v1';
/** Of the form of checkpoints: those of another one are not read. */
const FORM = 'v3';

export interface HistogramCheckpoint {
  /** When samples have the weight that they were given; null of an empty histogram. */
  readonly referenceTimestamp: string | null;
  /** By bucket, of 10,000 for the heaviest. */
  readonly bucketWeights: Readonly<Record<string, number>>;
  /** What they all weigh. */
  readonly totalWeight: number;
}

export interface CheckpointStatus {
  readonly lastUpdateTime: string;
  readonly version: string;
  readonly cpuHistogram: HistogramCheckpoint;
  readonly memoryHistogram: HistogramCheckpoint;
  readonly firstSampleStart: string;
  readonly lastSampleStart: string;
  readonly totalSamplesCount: number;
}

export interface Checkpoint extends KubeObject {
  readonly spec?: { readonly vpaObjectName?: string; readonly containerName?: string };
  readonly status?: CheckpointStatus;
}

/** `containers`: those that add to the history now. The peaks of their present day are left out, so that the day does not count twice. */
export function checkpointStatus(
  history: UsageHistory,
  containers: readonly ContainerUsage[],
  nowUs: number,
): CheckpointStatus {
  const memory = history.memory.copy();
  for (const one of containers) {
    const { bytes, windowEndUs } = one.presentPeak;
    if (nowUs < windowEndUs) memory.subtract(bytes, 1, windowEndUs);
  }
  return {
    lastUpdateTime: timestamp(nowUs),
    version: FORM,
    cpuHistogram: history.cpu.checkpoint(),
    memoryHistogram: memory.checkpoint(),
    firstSampleStart: timestamp(history.firstSampleUs),
    lastSampleStart: timestamp(history.lastSampleUs),
    totalSamplesCount: history.samples,
  };
}

/** Adds what a checkpoint says. One of another form says nothing. */
export function restore(history: UsageHistory, status: CheckpointStatus): void {
  if (status.version !== FORM) return;
  history.cpu.load(status.cpuHistogram);
  history.memory.load(status.memoryHistogram);
  history.firstSampleUs = Math.min(history.firstSampleUs, timestampUs(status.firstSampleStart));
  history.lastSampleUs = Math.max(history.lastSampleUs, timestampUs(status.lastSampleStart));
  history.samples += status.totalSamplesCount;
}
