// Effective requests, limits, scoring requests and QoS class of pod specs against Kubernetes' answers.
import { describe, test } from 'vitest';
import {
  type PodSpecWithResources,
  podLimits,
  podRequests,
  podRequestsWithDefaults,
  qosClass,
  SCORING_DEFAULTS,
} from '../../src/model/resources.ts';
import { agree, difference, readRecords } from './harness.ts';

interface PodRecord {
  readonly spec: PodSpecWithResources;
  readonly requests: object;
  readonly limits: object;
  readonly requestsWithDefaults: object;
  readonly qos: string;
}

describe('pod resources agree with Kubernetes', () => {
  const records = readRecords<PodRecord>('kubelet/pods.jsonl.gz');

  test('requests, limits, requests with scoring defaults, QoS class', () => {
    agree('kubelet/pods', records, ({ spec, requests, limits, requestsWithDefaults, qos }) =>
      difference(
        { requests, limits, requestsWithDefaults, qos },
        {
          requests: podRequests(spec),
          limits: podLimits(spec),
          requestsWithDefaults: podRequestsWithDefaults(spec, SCORING_DEFAULTS),
          qos: qosClass(spec),
        },
      ),
    );
  });
});
