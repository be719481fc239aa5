// Sizes of ReplicaSets of Argo's Rollouts against what its own calculations answer.
import { describe, test } from 'vitest';
import type { ReplicaSet } from '../../src/controllers/kit/deployment-objects.ts';
import { atDesiredSizes } from '../../src/controllers/rollout/at-desired-sizes.ts';
import { basicCanarySizes } from '../../src/controllers/rollout/basic-canary-sizes.ts';
import { blueGreenSize } from '../../src/controllers/rollout/blue-green-size.ts';
import { maxSurge, maxUnavailable } from '../../src/controllers/rollout/canary-limits.ts';
import { currentSetWeight } from '../../src/controllers/rollout/canary-steps.ts';
import {
  type CanaryStep,
  type CanaryStrategy,
  type Rollout,
  ROLLOUT_API,
  ROLLOUT_HASH_LABEL,
  type RolloutStatus,
} from '../../src/controllers/rollout/rollout-objects.ts';
import { routedCanarySizes } from '../../src/controllers/rollout/routed-canary-sizes.ts';
import { agree, difference, eachRecord, readRecords } from './harness.ts';

interface SizeRecord {
  readonly spec: number;
  readonly available: number;
}

interface CanaryInput {
  readonly kind: 'update' | 'noStable' | 'stableIsNew' | 'noNew';
  readonly replicas: number;
  readonly steps?: readonly CanaryStep[];
  readonly stepIndex: number;
  readonly abort: boolean;
  readonly promoteFull: boolean;
  readonly canary?: SizeRecord;
  readonly stable?: SizeRecord;
}

interface BasicRecord {
  readonly in: CanaryInput & {
    readonly maxSurge: number | string | null;
    readonly maxUnavailable: number | string | null;
    readonly old?: readonly SizeRecord[];
  };
  readonly out: {
    readonly canary: number;
    readonly stable: number;
    readonly setWeight: number;
    readonly maxSurge: number;
    readonly maxUnavailable: number;
    readonly atDesired?: boolean;
  };
}

interface RoutedRecord {
  readonly in: CanaryInput & {
    readonly dynamicStableScale: boolean;
    readonly minPodsPerReplicaSet: number | null;
    readonly maxTrafficWeight: number | null;
    readonly abortScaleDownDelaySeconds: number | null;
    readonly actualWeights?: { readonly canary: number; readonly stable: number };
  };
  readonly out: { readonly canary: number; readonly stable: number; readonly setWeight: number };
}

interface BlueGreenRecord {
  readonly in: {
    readonly active: string;
    readonly recordedCurrent: string;
    readonly replicas: number;
    readonly previewReplicaCount: number | null;
    readonly pauseCondition: boolean;
    readonly promoteFull: boolean;
    readonly scaleUpPreviewCheckPoint: boolean;
    readonly specPaused: boolean;
  };
  readonly out: number;
}

/** Without the fields that are null in a record. */
function given<T extends object>(fields: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}

function setOf(name: string, size: SizeRecord | undefined): ReplicaSet | undefined {
  if (size === undefined) return undefined;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, labels: { [ROLLOUT_HASH_LABEL]: name } },
    spec: { replicas: size.spec, selector: {} },
    status: { replicas: size.spec, availableReplicas: size.available },
  };
}

function rolloutOf(
  replicas: number,
  strategy: Rollout['spec']['strategy'],
  status: RolloutStatus,
  paused = false,
): Rollout {
  return {
    apiVersion: ROLLOUT_API,
    kind: 'Rollout',
    metadata: { name: 'r' },
    spec: { replicas, selector: {}, template: {}, paused, strategy },
    status,
  };
}

function canaryRollout(input: CanaryInput, strategy: CanaryStrategy): Rollout {
  const { kind, replicas, steps = [], stepIndex, abort, promoteFull } = input;
  const stableRS = kind === 'noStable' ? '' : kind === 'stableIsNew' ? 'canary' : 'stable';
  const status = { abort, promoteFull, currentStepIndex: stepIndex, currentPodHash: 'canary', stableRS };
  return rolloutOf(replicas, { canary: { ...strategy, steps } }, status);
}

function checkBasic({ in: input, out }: BasicRecord): string | undefined {
  const { maxSurge: surge, maxUnavailable: unavailable } = input;
  const rollout = canaryRollout(input, given({ maxSurge: surge, maxUnavailable: unavailable }) as CanaryStrategy);
  const canary = setOf('canary', input.canary);
  const stable = input.kind === 'stableIsNew' ? canary : setOf('stable', input.stable);
  const others = (input.old ?? []).map((one, i) => setOf(`old-${i}`, one) as ReplicaSet);
  const sizes = basicCanarySizes(rollout, canary, stable, others);
  const meaningless = input.kind === 'noStable' || input.kind === 'stableIsNew';
  return difference(out, {
    canary: sizes.canary,
    stable: meaningless ? out.stable : sizes.stable,
    setWeight: currentSetWeight(rollout),
    maxSurge: maxSurge(rollout),
    maxUnavailable: maxUnavailable(rollout),
    ...('atDesired' in out
      ? { atDesired: atDesiredSizes(rollout, { newest: canary, stable, others }, undefined) }
      : {}),
  });
}

function checkRouted({ in: input, out }: RoutedRecord): string | undefined {
  const { dynamicStableScale, minPodsPerReplicaSet, maxTrafficWeight, abortScaleDownDelaySeconds, actualWeights } =
    input;
  const rollout = canaryRollout(input, {
    dynamicStableScale,
    trafficRouting: given({ maxTrafficWeight }),
    ...given({ minPodsPerReplicaSet, abortScaleDownDelaySeconds }),
  });
  const weights = actualWeights && {
    canary: { weight: actualWeights.canary },
    stable: { weight: actualWeights.stable },
  };
  const newest = setOf('canary', input.canary);
  const stable = input.kind === 'stableIsNew' ? newest : setOf('stable', input.stable);
  return difference(out, {
    ...routedCanarySizes(rollout, { newest, stable }, weights),
    setWeight: currentSetWeight(rollout),
  });
}

function checkBlueGreen({ in: input, out }: BlueGreenRecord): string | undefined {
  const { previewReplicaCount, promoteFull, scaleUpPreviewCheckPoint, pauseCondition } = input;
  const blueGreen = { activeService: 'active', ...given({ previewReplicaCount }) };
  const rollout = rolloutOf(
    input.replicas,
    { blueGreen },
    {
      promoteFull,
      currentPodHash: input.recordedCurrent,
      blueGreen: { activeSelector: input.active, scaleUpPreviewCheckPoint },
      pauseConditions: pauseCondition ? [{ reason: 'BlueGreenPause', startTime: '' }] : [],
    },
    input.specPaused,
  );
  const newest = setOf('canary', { spec: 0, available: 0 }) as ReplicaSet;
  const stable = setOf('stable', { spec: 1, available: 1 }) as ReplicaSet;
  return difference(out, blueGreenSize(rollout, newest, [newest, stable]));
}

describe("Sizes of a Rollout's ReplicaSets are as Argo works them out", () => {
  test('canary without a traffic router', () => {
    agree('argo-rollouts/basic_canary', eachRecord<BasicRecord>('argo-rollouts/basic_canary.jsonl.gz'), checkBasic);
  });

  test('canary behind a traffic router', () => {
    agree(
      'argo-rollouts/traffic_canary',
      eachRecord<RoutedRecord>('argo-rollouts/traffic_canary.jsonl.gz'),
      checkRouted,
    );
  });

  test('blue-green', () => {
    const records = readRecords<BlueGreenRecord>('argo-rollouts/bluegreen_replicas.jsonl.gz');
    agree('argo-rollouts/bluegreen_replicas', records, checkBlueGreen);
  });
});
