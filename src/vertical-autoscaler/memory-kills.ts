// Which containers of a pod were killed for their memory when they ended last, as the pod's status has it.
import type { PodStatus } from 'kubernetes-types/core/v1.js';
import { timestampUs } from '../lib/timestamp.ts';

export interface MemoryKill {
  readonly container: string;
  readonly livedUs: number;
  readonly finishedUs: number;
}

export function memoryKills({ containerStatuses = [] }: PodStatus): readonly MemoryKill[] {
  const kills: MemoryKill[] = [];
  for (const { name, lastState } of containerStatuses) {
    const { reason, startedAt, finishedAt } = lastState?.terminated ?? {};
    if (reason !== 'OOMKilled' || finishedAt === undefined) continue;
    const finishedUs = timestampUs(finishedAt);
    kills.push({ container: name, livedUs: finishedUs - timestampUs(startedAt ?? finishedAt), finishedUs });
  }
  return kills;
}
