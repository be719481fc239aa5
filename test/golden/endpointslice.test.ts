// Which pods are endpoints, and in what condition, against Kubernetes' EndpointSlice controller.
import { describe, test } from 'vitest';
import { endpointFlags } from '../../src/controllers/endpoints/endpoint-conditions.ts';
import { EndpointBit } from '../../src/model/endpoints.ts';
import { PodBit, podPhaseNames } from '../../src/model/pods.ts';
import { agree, difference, readRecords } from './harness.ts';

interface ConditionRecord {
  readonly phase: (typeof podPhaseNames)[number];
  readonly hasIP: boolean;
  readonly deleting: boolean;
  readonly ready: string;
  readonly publishNotReadyAddresses: boolean;
  readonly included: boolean;
  readonly endpoint?: { readonly ready: boolean; readonly serving: boolean; readonly terminating: boolean };
}

function stateOf(record: ConditionRecord): number {
  return (
    podPhaseNames.indexOf(record.phase) |
    (record.hasIP ? PodBit.HasIp : 0) |
    (record.deleting ? PodBit.Deleting : 0) |
    (record.ready === 'True' ? PodBit.Ready : 0)
  );
}

describe('endpoints are what Kubernetes makes of pods', () => {
  test('conditions', () => {
    agree('endpointslice/conditions', readRecords<ConditionRecord>('endpointslice/conditions.jsonl.gz'), (record) => {
      const flags = endpointFlags(stateOf(record), record.publishNotReadyAddresses);
      const endpoint = {
        ready: (flags & EndpointBit.Ready) !== 0,
        serving: (flags & EndpointBit.Serving) !== 0,
        terminating: (flags & EndpointBit.Terminating) !== 0,
      };
      const { included } = record;
      return difference(
        { included, ...(record.endpoint === undefined ? {} : { endpoint: record.endpoint }) },
        { included: flags >= 0, ...(flags >= 0 ? { endpoint } : {}) },
      );
    });
  });
});
