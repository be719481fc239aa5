// Statuses that the API server refuses, and what it says.
import { describe, expect, it } from 'vitest';
import type { DecodedObject } from '../decode.ts';
import { validateStatus } from './status.ts';

function refusals(kind: string, old: object, status: object, spec: object = {}): readonly string[] {
  const [apiVersion, name] = kind.split(' ') as [string, string];
  const object = (of: object): DecodedObject => ({ apiVersion, kind: name, metadata: { name: 'a' }, spec, status: of });
  return validateStatus(object(status), object(old)).map(({ field, message }) => `${field}: ${message}`);
}

describe('validateStatus', () => {
  it('lets no part be more than the whole', () => {
    expect(
      refusals('apps/v1 StatefulSet', {}, { replicas: 1, readyReplicas: 1, availableReplicas: 2, currentReplicas: -1 }),
    ).toEqual([
      'status.currentReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 2: cannot be greater than status.readyReplicas',
    ]);
    expect(refusals('apps/v1 ReplicaSet', {}, { replicas: 3, readyReplicas: 1, availableReplicas: 2 })).toEqual([
      'status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas',
    ]);
  });

  it('counts collisions up only', () => {
    const said = (status: object): readonly string[] => refusals('apps/v1 Deployment', { collisionCount: 2 }, status);
    expect(said({ collisionCount: 2 })).toEqual([]);
    expect(said({ collisionCount: 1 })).toEqual(['status.collisionCount: Invalid value: 1: cannot be decremented']);
    expect(said({})).toEqual(['status.collisionCount: Invalid value: 0: cannot be decremented']);
    expect(refusals('apps/v1 DaemonSet', {}, { collisionCount: 0 })).toEqual([]);
  });

  it('knows the resources of a quota', () => {
    expect(refusals('v1 ResourceQuota', {}, { hard: { pods: '1' }, used: { pods: '-1', storage: '1' } })).toEqual([
      'status.used[pods]: Invalid value: "-1": must be greater than or equal to 0',
      'status.used[storage]: Invalid value: "storage": must be a standard resource for quota',
    ]);
  });

  it('looks at no status of another kind', () => {
    expect(refusals('v1 Service', {}, { replicas: -1 })).toEqual([]);
  });
});

describe('validateStatus of Jobs', () => {
  const is = (...types: string[]): object[] => types.map((type) => ({ type, status: 'True' }));
  const job = (old: object, status: object, spec: object = {}): readonly string[] =>
    refusals('batch/v1 Job', old, status, spec);
  const startTime = '2024-01-01T00:00:00Z';
  const completionTime = '2024-01-01T00:01:00Z';

  it('accepts how a Job goes', () => {
    const running = { active: 2, ready: 1, startTime };
    const met = { conditions: is('SuccessCriteriaMet'), succeeded: 2, startTime };
    const complete = { ...met, conditions: is('SuccessCriteriaMet', 'Complete'), completionTime };
    expect(job({}, running)).toEqual([]);
    expect(job(running, met)).toEqual([]);
    expect(job(met, complete)).toEqual([]);
    expect(job(running, { ...running, conditions: is('FailureTarget', 'Failed'), active: 0, ready: 0 })).toEqual([]);
  });

  it('wants what is over to be over', () => {
    expect(job({}, { conditions: is('Complete'), active: 1 })).toEqual([
      'status.completionTime: Required value: completionTime is required for Complete jobs',
      'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      'status.active: Invalid value: 1: active>0 is invalid for finished job',
      'status.startTime: Required value: startTime is required for finished job',
    ]);
    expect(job({ startTime, conditions: is('FailureTarget', 'Failed'), failed: 2 }, { startTime, failed: 1 })).toEqual([
      'status.conditions: Invalid value: cannot disable the terminal Failed=True condition',
      'status.conditions: Invalid value: cannot disable the terminal FailureTarget=True condition',
      'status.failed: Invalid value: 1: cannot decrease the failed counter',
    ]);
  });

  it('leaves alone what was wrong before', () => {
    const wrong = { active: 1, ready: 2 };
    expect(job(wrong, { ...wrong, failed: 1 })).toEqual([]);
    expect(job(wrong, { ...wrong, ready: 3 })).toEqual([
      'status.ready: Invalid value: 3: cannot set more ready pods than active',
    ]);
  });

  it('reads indexes', () => {
    const indexed = { completionMode: 'Indexed', completions: 5, parallelism: 2, backoffLimitPerIndex: 1 };
    expect(job({}, { completedIndexes: '0-2', failedIndexes: '2,4' }, indexed)).toEqual([
      'status.failedIndexes: Invalid value: "2,4": failedIndexes and completedIndexes overlap at index: 2',
    ]);
    expect(job({}, { completedIndexes: '7', failedIndexes: '' }, indexed)).toEqual([
      'status.completedIndexes: Invalid value: "7": error parsing completedIndexes: too large index: "7"',
    ]);
    expect(job({}, { completedIndexes: '0', failedIndexes: '1' })).toEqual([
      'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
      'status.failedIndexes: Invalid value: "1": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
    ]);
  });

  it('names pods once', () => {
    expect(job({}, { uncountedTerminatedPods: { succeeded: ['a', ''], failed: ['a'] } })).toEqual([
      'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
      'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
    ]);
  });
});
