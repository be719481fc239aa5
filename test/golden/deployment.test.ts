// Deployment syncs and whole rollouts against what the real DeploymentController wrote.
import { describe, test } from 'vitest';
import {
  Annotation,
  annotation,
  type Condition,
  type Deployment,
  desiredReplicas,
  type ReplicaSet,
} from '../../src/controllers/kit/deployment-objects.ts';
import type { DeploymentPort } from '../../src/controllers/deployment/deployment-port.ts';
import { syncDeployment } from '../../src/controllers/deployment/deployment-sync.ts';
import { rollouts } from '../../src/controllers/deployment/rollouts/index.ts';
import type { Rollout } from '../../src/controllers/deployment/rollouts/rollout.ts';
import { contextWithoutTraffic } from '../support/rollout-ports.ts';
import type { Steps } from '../../src/controllers/kit/sync.ts';
import { Signal } from '../../src/engine/script.ts';
import { timestamp, timestampUs } from '../../src/lib/timestamp.ts';
import { agree, difference, eachRecord } from './harness.ts';

/** As its strategy says. */
function rolloutOf({ spec: { strategy } }: Deployment): Rollout {
  return rollouts.create(strategy?.type ?? 'RollingUpdate', strategy?.rollingUpdate, contextWithoutTraffic);
}

interface ConditionRecord {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly updatedAgo: number;
  readonly transitionAgo: number;
}

interface DeploymentRecord {
  readonly replicas: number;
  readonly type: string;
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
  readonly minReadySeconds: number;
  readonly paused: boolean;
  readonly generation: number;
  readonly template: string;
  readonly revision?: string;
  readonly rollbackTo?: string;
  readonly revisionHistoryLimit: number;
  readonly progressDeadlineSeconds: number;
  readonly status: {
    readonly observedGeneration: number;
    readonly replicas: number;
    readonly updated: number;
    readonly ready: number;
    readonly available: number;
    readonly unavailable: number;
    readonly conditions: readonly ConditionRecord[];
  };
}

interface SetRecord {
  readonly name: string;
  readonly template: string;
  readonly age: number;
  readonly spec: number;
  readonly replicas: number;
  readonly ready: number;
  readonly available: number;
  readonly revision?: string;
  readonly desired?: string;
  readonly max?: string;
  readonly minReadySeconds?: number;
  readonly unobserved?: boolean;
  readonly deleting?: boolean;
}

interface Input {
  readonly deployment: DeploymentRecord;
  readonly replicaSets: readonly SetRecord[];
  readonly pods?: readonly { readonly rs: string; readonly phase: string }[];
}

interface StepRecord {
  readonly in: Input;
  readonly writes: readonly object[];
}

interface RolloutRecord {
  readonly mode: string;
  readonly delay: number;
  readonly removeDelay: number;
  readonly in: Input;
  readonly events: readonly {
    readonly beforeSync: number;
    readonly paused?: boolean;
    readonly template?: string;
    readonly replicas?: number;
  }[];
  readonly trace: readonly {
    readonly ops: readonly string[];
    readonly rs: readonly { t: string; spec: number; nextReplicas: number; nextAvailable: number }[];
    readonly status: readonly number[];
    readonly conditions: Readonly<Record<string, string>>;
  }[];
}

/** The records' "now". */
const NOW_US = 1e12;

function given(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function template(letter: string): Deployment['spec']['template'] {
  return { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'c', image: letter }] } };
}

function letterOf(object: Deployment | ReplicaSet): string {
  return object.spec.template?.spec?.containers[0].image ?? '';
}

function ago(seconds: number): string {
  return timestamp(NOW_US - seconds * 1e6);
}

function deploymentOf(record: DeploymentRecord): Deployment {
  const { status, maxSurge, maxUnavailable } = record;
  const limits = {
    ...(maxSurge === undefined ? {} : { maxSurge }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'd',
      namespace: 'ns',
      uid: 'd',
      generation: record.generation,
      annotations: given({ [Annotation.Revision]: record.revision, [Annotation.RollbackTo]: record.rollbackTo }),
    },
    spec: {
      replicas: record.replicas,
      strategy: { type: record.type, ...(record.type === 'RollingUpdate' ? { rollingUpdate: limits } : {}) },
      minReadySeconds: record.minReadySeconds,
      paused: record.paused,
      revisionHistoryLimit: record.revisionHistoryLimit,
      progressDeadlineSeconds: record.progressDeadlineSeconds,
      selector: { matchLabels: { app: 'd' } },
      template: template(record.template),
    },
    status: {
      observedGeneration: status.observedGeneration,
      replicas: status.replicas,
      updatedReplicas: status.updated,
      readyReplicas: status.ready,
      availableReplicas: status.available,
      unavailableReplicas: status.unavailable,
      conditions: status.conditions.map((one) => ({
        type: one.type,
        status: one.status,
        reason: one.reason,
        lastUpdateTime: ago(one.updatedAgo),
        lastTransitionTime: ago(one.transitionAgo),
      })),
    },
  };
}

function setOf(record: SetRecord): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: record.name,
      namespace: 'ns',
      uid: record.name,
      generation: 2,
      creationTimestamp: ago(record.age),
      ...(record.deleting === true ? { deletionTimestamp: ago(0) } : {}),
      annotations: given({
        [Annotation.Revision]: record.revision,
        [Annotation.Desired]: record.desired,
        [Annotation.Max]: record.max,
      }),
    },
    spec: {
      replicas: record.spec,
      minReadySeconds: record.minReadySeconds ?? 0,
      selector: {},
      template: template(record.template),
    },
    status: {
      replicas: record.replicas,
      readyReplicas: record.ready,
      availableReplicas: record.available,
      observedGeneration: record.unobserved === true ? 1 : 2,
    },
  };
}

function setWrite(op: string, set: ReplicaSet): object {
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const unobserved = (set.status?.observedGeneration ?? 2) < 2;
  return {
    op,
    ...(op === 'updateRS' ? { name: set.metadata.name } : {}),
    template: letterOf(set),
    spec: desiredReplicas(set),
    ...given({
      revision: annotation(set, Annotation.Revision),
      desired: annotation(set, Annotation.Desired),
      max: annotation(set, Annotation.Max),
    }),
    ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
    ...(unobserved ? { unobserved } : {}),
  };
}

function conditionRecord(one: Condition): ConditionRecord {
  const age = (text: string | undefined): number => (NOW_US - timestampUs(text ?? '')) / 1e6;
  return {
    type: one.type,
    status: one.status,
    reason: one.reason ?? '',
    updatedAgo: age(one.lastUpdateTime),
    transitionAgo: age(one.lastTransitionTime),
  };
}

function statusWrite(deployment: Deployment): object {
  const { status = {} } = deployment;
  return {
    op: 'updateStatus',
    observedGeneration: status.observedGeneration ?? 0,
    replicas: status.replicas ?? 0,
    updated: status.updatedReplicas ?? 0,
    ready: status.readyReplicas ?? 0,
    available: status.availableReplicas ?? 0,
    unavailable: status.unavailableReplicas ?? 0,
    conditions: (status.conditions ?? []).map(conditionRecord),
  };
}

/** An answer that is there at once. */
function answer<T>(value: T): Steps<T> {
  const signal = new Signal<T>({ now: 0 });
  signal.fire(value);
  return signal.wait();
}

/** A fake API server: it accepts everything and remembers what was written. */
class Recorder implements DeploymentPort {
  nowUs = NOW_US;
  readonly writes: object[] = [];
  readonly ops: string[] = [];
  readonly sets = new Map<string, ReplicaSet>();
  deployment: Deployment;
  readonly #running: (set: ReplicaSet) => boolean;

  constructor(deployment: Deployment, sets: readonly ReplicaSet[], running: (set: ReplicaSet) => boolean) {
    this.deployment = deployment;
    for (const set of sets) this.sets.set(set.metadata.name, set);
    this.#running = running;
  }

  createReplicaSet(set: ReplicaSet): Steps<ReplicaSet | undefined> {
    const name = set.metadata.name;
    const metadata = { ...set.metadata, uid: name, generation: 1, creationTimestamp: timestamp(this.nowUs) };
    const made = { ...set, metadata, status: { replicas: 0, observedGeneration: 1, terminatingReplicas: 0 } };
    this.#note('createRS', setWrite('createRS', set));
    this.sets.set(name, made);
    return answer(made);
  }

  updateReplicaSet(set: ReplicaSet): Steps<ReplicaSet> {
    this.#note('updateRS', setWrite('updateRS', set));
    this.sets.set(set.metadata.name, set);
    return answer(set);
  }

  deleteReplicaSet(set: ReplicaSet): Steps {
    this.#note('deleteRS', { op: 'deleteRS', name: set.metadata.name });
    this.sets.delete(set.metadata.name);
    return answer(undefined);
  }

  updateStatus(deployment: Deployment): Steps {
    this.#note('updateStatus', statusWrite(deployment));
    this.deployment = deployment;
    return answer(undefined);
  }

  updateDeployment(deployment: Deployment): Steps {
    const revision = annotation(deployment, Annotation.Revision);
    this.#note('updateDeployment', { op: 'updateDeployment', template: letterOf(deployment), ...given({ revision }) });
    this.deployment = deployment;
    return answer(undefined);
  }

  findReplicaSet(name: string): ReplicaSet | undefined {
    return this.sets.get(name);
  }

  restarts(): number {
    return 0;
  }

  hasRunningPods(set: ReplicaSet): boolean {
    return this.#running(set);
  }

  event(): void {}
  syncAfter(): void {}
  syncRateLimited(): void {}

  /** One sync; nothing in it waits. */
  sync(): void {
    const { deployment } = this;
    const script = syncDeployment(this, deployment, [...this.sets.values()], rolloutOf(deployment));
    if (script.next().done !== true) throw new Error('the sync waits');
  }

  #note(op: string, write: object): void {
    this.ops.push(op);
    this.writes.push(write);
  }
}

function checkStep(record: StepRecord): string | undefined {
  const { deployment, replicaSets, pods = [] } = record.in;
  const running = new Set(
    pods.filter((pod) => pod.phase !== 'Succeeded' && pod.phase !== 'Failed').map(({ rs }) => rs),
  );
  const recorder = new Recorder(deploymentOf(deployment), replicaSets.map(setOf), (set) =>
    running.has(set.metadata.name),
  );
  recorder.sync();
  return difference(record.writes, recorder.writes);
}

type SetTrace = RolloutRecord['trace'][number]['rs'][number];

/** What the records' fake pods do: they follow the sizes of the last syncs. */
function nextState(record: RolloutRecord, letter: string, sizes: readonly number[]): Omit<SetTrace, 't' | 'spec'> {
  const { delay, removeDelay, mode, in: input } = record;
  const { template: wanted, type } = input.deployment;
  const before = letter === 'A' && sizes.length > 0 ? sizes[0] : 0;
  const window = (count: number, fill: number): number[] => {
    const last = sizes.slice(-count);
    return last.length < count ? [fill, ...last] : last;
  };
  const broken = mode === 'broken' && letter === wanted && letter !== 'A';
  const nextAvailable = broken ? 0 : Math.min(...window(delay + 1, before));
  const after = sizes.slice(input.replicaSets.some((set) => set.template === letter) ? 1 : 0);
  const nextReplicas = type === 'Recreate' ? Math.max(...after.slice(-1 - removeDelay)) : (sizes.at(-1) ?? 0);
  return { nextReplicas, nextAvailable };
}

function checkRollout(record: RolloutRecord): string | undefined {
  const recorder = new Recorder(deploymentOf(record.in.deployment), record.in.replicaSets.map(setOf), () => false);
  // By name: the size at the start (of a ReplicaSet that was there) and after each sync.
  const sizes = new Map(record.in.replicaSets.map((set) => [set.name, [set.spec]]));
  for (const [sync, expected] of record.trace.entries()) {
    for (const event of record.events) if (event.beforeSync === sync) apply(recorder, event);
    recorder.ops.length = 0;
    recorder.sync();
    const rs = [...recorder.sets.values()].map((set): SetTrace => {
      const past = sizes.get(set.metadata.name) ?? [];
      past.push(desiredReplicas(set));
      sizes.set(set.metadata.name, past);
      const { nextReplicas, nextAvailable } = nextState(record, letterOf(set), past);
      const status = { replicas: nextReplicas, readyReplicas: nextAvailable, availableReplicas: nextAvailable };
      recorder.sets.set(set.metadata.name, { ...set, status: { ...set.status, ...status, observedGeneration: 2 } });
      return { t: letterOf(set), spec: desiredReplicas(set), nextReplicas, nextAvailable };
    });
    const { status = {} } = recorder.deployment;
    const found = difference(
      { ...expected, rs: sorted(expected.rs), sync },
      {
        ops: recorder.ops,
        rs: sorted(rs),
        status: [
          status.replicas,
          status.updatedReplicas,
          status.readyReplicas,
          status.availableReplicas,
          status.unavailableReplicas,
        ],
        conditions: Object.fromEntries(
          (status.conditions ?? []).map((one) => [one.type, `${one.status}/${one.reason}`]),
        ),
        sync,
      },
    );
    if (found !== undefined) return `sync ${sync}: ${found}`;
    recorder.nowUs += 1e6;
  }
  return undefined;
}

function sorted(sets: readonly SetTrace[]): SetTrace[] {
  return [...sets].sort((a, b) => (a.t < b.t ? -1 : 1));
}

function apply(recorder: Recorder, event: RolloutRecord['events'][number]): void {
  const { deployment } = recorder;
  const { paused, template: letter, replicas } = event;
  recorder.deployment = {
    ...deployment,
    metadata: { ...deployment.metadata, generation: (deployment.metadata.generation ?? 0) + 1 },
    spec: {
      ...deployment.spec,
      ...(paused === undefined ? {} : { paused }),
      ...(letter === undefined ? {} : { template: template(letter) }),
      ...(replicas === undefined ? {} : { replicas }),
    },
  };
}

describe('Deployments are driven as Kubernetes drives them', () => {
  test('single syncs: rolling, scaling, rollback', () => {
    agree('deployment/steps', eachRecord<StepRecord>('deployment/steps.jsonl.gz'), checkStep);
  });

  test('history cleanup', () => {
    agree('deployment/cleanup', eachRecord<StepRecord>('deployment/cleanup.jsonl.gz'), checkStep);
  });

  test('whole rollouts', () => {
    agree('deployment/rollouts', eachRecord<RolloutRecord>('deployment/rollouts.jsonl.gz'), checkRollout);
  });
});
