// The order in which pods are evicted from a node under pressure, against the real kubelet's ranking.
import { it } from 'vitest';
import { evictedBefore, type Signal } from '../../src/kubelet/eviction/rank.ts';
import { agree, difference, eachRecord, hasRecords } from './harness.ts';

interface Ranking {
  readonly signal: Signal;
  readonly pods: readonly {
    readonly name: string;
    readonly priority?: number;
    readonly request?: number;
    readonly usage?: number;
    readonly rootfs?: number;
    readonly logs?: number;
    readonly processes?: number;
    readonly noStats?: boolean;
  }[];
  readonly evictionOrder: readonly string[];
}

const FILE = 'kubelet/eviction_rank.jsonl.gz';

it.runIf(hasRecords(FILE))('pods are evicted in the order of the real kubelet', () => {
  agree('kubelet eviction_rank', eachRecord<Ranking>(FILE), ({ signal, pods, evictionOrder }) => {
    const ranked = pods
      .map(({ name, priority = 0, request = 0, usage = 0, rootfs = 0, logs = 0, processes = 0, noStats = false }) => ({
        name,
        priority,
        request,
        used: noStats ? undefined : signal === 'memory' ? usage : signal === 'disk' ? rootfs + logs : processes,
      }))
      .sort((a, b) => evictedBefore(signal, a, b));
    return difference(
      evictionOrder,
      ranked.map(({ name }) => name),
    );
  });
});
