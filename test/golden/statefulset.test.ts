// Syncs of StatefulSets against what the real controller did: pods and claims made and deleted, and the status written.
import { describe, test } from 'vitest';
import { Signal } from '../../src/engine/script.ts';
import { type ControllerRevision, templatePatch } from '../../src/controllers/kit/controller-revisions.ts';
import type { Steps } from '../../src/controllers/kit/sync.ts';
import type { StatefulSet, StatefulSetStatus } from '../../src/controllers/kit/stateful-set-objects.ts';
import type { OrdinalPod, StatefulSetPort } from '../../src/controllers/stateful-set/stateful-set-port.ts';
import { syncStatefulSet } from '../../src/controllers/stateful-set/stateful-set-sync.ts';
import { agree, difference, eachRecord } from './harness.ts';

interface PodRecord {
  readonly ordinal: number;
  readonly revision: string;
  readonly state: string;
}

interface StepRecord {
  readonly in: {
    readonly replicas: number;
    readonly policy: string;
    readonly strategy: string;
    readonly partition?: number;
    readonly maxUnavailable?: string;
    readonly minReadySeconds: number;
    readonly ordinalsStart: number;
    readonly currentRevision: string;
    readonly updateRevision: string;
    readonly statusCurrentReplicas: number;
    readonly volumeClaimTemplates: boolean;
    readonly existingClaims?: readonly string[];
    readonly pods: readonly PodRecord[] | null;
  };
  readonly ops: readonly Op[];
  readonly statusWritten?: Readonly<Record<string, unknown>>;
}

interface Op {
  readonly op: string;
  readonly ordinal?: string;
  readonly revision?: string;
  readonly name?: string;
}

const NOW_US = 1e12;

const template = (letter: string): StatefulSet['spec']['template'] => ({
  metadata: { labels: { app: 's' } },
  spec: { containers: [{ name: 'c', image: letter }] },
});

const revisionOf = (letter: string, revision: number): ControllerRevision => ({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: { name: letter, namespace: 'ns' },
  data: templatePatch(template(letter)),
  revision,
});

function setOf({ in: given }: StepRecord): StatefulSet {
  const { partition, maxUnavailable, strategy } = given;
  const struct = partition !== undefined || maxUnavailable !== undefined;
  const rollingUpdate = { partition: partition ?? 0, ...(maxUnavailable === undefined ? {} : { maxUnavailable }) };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 's', namespace: 'ns', uid: 's', generation: 1 },
    spec: {
      replicas: given.replicas,
      podManagementPolicy: given.policy,
      updateStrategy: { type: strategy, ...(strategy === 'RollingUpdate' && struct ? { rollingUpdate } : {}) },
      minReadySeconds: given.minReadySeconds,
      ordinals: { start: given.ordinalsStart },
      serviceName: 's',
      selector: { matchLabels: { app: 's' } },
      template: template(given.updateRevision),
    },
    status: statusBefore(given),
  };
}

/** The generator's sets know of their pods, but not that any is ready. */
const statusBefore = ({ pods, currentRevision, updateRevision, statusCurrentReplicas }: StepRecord['in']) => ({
  observedGeneration: 1,
  replicas: pods?.length ?? 0,
  currentReplicas: statusCurrentReplicas,
  updatedReplicas: (pods ?? []).filter(({ revision }) => revision === updateRevision).length,
  currentRevision,
  updateRevision,
});

function podOf({ ordinal, revision, state }: PodRecord): OrdinalPod {
  const phases: Record<string, OrdinalPod['phase']> = {
    pending: 'Pending',
    failed: 'Failed',
    succeeded: 'Succeeded',
    'terminating-failed': 'Failed',
  };
  return {
    ordinal,
    revision,
    exists: true,
    phase: phases[state] ?? 'Running',
    ready: ['ready', 'ready-recent', 'terminating-ready'].includes(state),
    readySinceUs: NOW_US - (state === 'ready-recent' ? 10e6 : 600e6),
    deleting: state.startsWith('terminating'),
  };
}

/** What the API server answers at once. */
function answer<T>(value: T): Steps<T> {
  const given = new Signal<T>({ now: 0 });
  given.fire(value);
  return given.wait();
}

class RecordingPort implements StatefulSetPort {
  readonly nowUs = NOW_US;
  readonly ops: Op[] = [];
  status: StatefulSetStatus | undefined;
  readonly #claims: Set<string>;
  readonly #hasClaims: boolean;

  constructor({ in: { existingClaims = [], volumeClaimTemplates } }: StepRecord) {
    this.#claims = new Set(existingClaims);
    this.#hasClaims = volumeClaimTemplates;
  }

  createPod(ordinal: number, { metadata }: ControllerRevision): Steps<boolean> {
    this.#addClaim(ordinal);
    this.ops.push({ op: 'createPod', ordinal: String(ordinal), revision: metadata.name });
    return answer(true);
  }

  deletePod({ ordinal }: OrdinalPod): Steps {
    this.ops.push({ op: 'deletePod', ordinal: String(ordinal) });
    return answer(undefined);
  }

  createMissingClaims({ ordinal }: OrdinalPod): Steps {
    this.#addClaim(ordinal);
    return answer(undefined);
  }

  keepRetention(): Steps {
    return answer(undefined);
  }

  *together(steps: readonly Steps[]): Steps<readonly Error[]> {
    for (const step of steps) yield* step;
    return [];
  }

  createRevision(): Steps<undefined> {
    throw new Error('both revisions are there');
  }

  updateRevision(revision: ControllerRevision): Steps<ControllerRevision> {
    return answer(revision);
  }

  deleteRevision(): Steps {
    throw new Error('no revision is too many');
  }

  updateStatus({ status }: StatefulSet): Steps {
    this.status = status;
    return answer(undefined);
  }

  syncAfter(): void {}

  #addClaim(ordinal: number): void {
    const name = `data-s-${ordinal}`;
    if (!this.#hasClaims || this.#claims.has(name)) return;
    this.#claims.add(name);
    this.ops.push({ op: 'createClaim', name });
  }
}

function run(steps: Steps): void {
  if (steps.next().done !== true) throw new Error('it waits for something');
}

const text = (op: Op): string => `${op.op} ${op.name ?? op.ordinal} ${op.revision ?? ''}`;

describe('StatefulSets do what Kubernetes does', () => {
  test('one sync', () => {
    agree('statefulset/steps', eachRecord<StepRecord>('statefulset/steps.jsonl.gz'), (record) => {
      const port = new RecordingPort(record);
      const pods = (record.in.pods ?? []).map(podOf);
      const letters = [...new Set([record.in.currentRevision, record.in.updateRevision])];
      run(syncStatefulSet(port, setOf(record), pods, letters.map(revisionOf), { maxUnavailable: false }));
      const ordered = record.in.policy === 'OrderedReady';
      const ops = (all: readonly Op[]): string[] => (ordered ? all.map(text) : all.map(text).sort());
      const { status } = port;
      return difference(
        { ops: ops(record.ops), statusWritten: record.statusWritten },
        {
          ops: ops(port.ops),
          statusWritten: status && {
            available: status.availableReplicas,
            current: status.currentReplicas,
            currentRevision: status.currentRevision,
            ready: status.readyReplicas,
            replicas: status.replicas,
            updateRevision: status.updateRevision,
            updated: status.updatedReplicas,
          },
        },
      );
    });
  });
});
