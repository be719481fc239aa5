// Zone states, eviction rates and toleration deadlines against Kubernetes.
import { describe, test } from 'vitest';
import type { Taint, Toleration } from 'kubernetes-types/core/v1.js';
import { defaultControllerSettings } from '../../src/controllers/settings.ts';
import { evictAfterSeconds } from '../../src/controllers/nodes/tolerations.ts';
import { evictionRate, ZoneState, zoneState } from '../../src/controllers/nodes/zone-state.ts';
import { agree, difference, eachRecord, readRecords } from './harness.ts';

interface ZoneRecord {
  readonly nodes: number;
  readonly notReady: number;
  readonly state: keyof typeof ZoneState;
  readonly qpsIfNotAllZonesFull: number;
}

interface TolerationRecord {
  readonly taints: readonly Taint[];
  readonly tolerations: readonly Toleration[] | null;
  readonly allTolerated: boolean;
  readonly evictAfter: number | 'never';
}

describe('nodes are judged as Kubernetes judges them', () => {
  test('zone states and eviction rates', () => {
    agree('nodelifecycle/zone_state', eachRecord<ZoneRecord>('nodelifecycle/zone_state.jsonl.gz'), (record) => {
      const state = zoneState(record.nodes, record.notReady, defaultControllerSettings);
      const rate = evictionRate(state, record.nodes, defaultControllerSettings);
      return difference({ state: ZoneState[record.state], rate: record.qpsIfNotAllZonesFull }, { state, rate });
    });
  });

  test('toleration deadlines', () => {
    const records = readRecords<TolerationRecord>('nodelifecycle/toleration_deadline.jsonl.gz');
    agree('nodelifecycle/toleration_deadline', records, ({ taints, tolerations, evictAfter }) => {
      const noExecute = taints.filter((one) => one.effect === 'NoExecute');
      const seconds = evictAfterSeconds(noExecute, tolerations ?? []);
      return difference(evictAfter, seconds === Infinity ? 'never' : seconds);
    });
  });
});
