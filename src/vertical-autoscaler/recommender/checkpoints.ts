// Keeps checkpoints of what the recommender knows, one for each container of an autoscaler, and reads them when it begins.
import type { ApiClient } from '../../api/client.ts';
import { type Answer, Resources } from '../../api/resources/resources.ts';
import type { Script, Wait } from '../../engine/script.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { VerticalPodAutoscaler as Autoscaler } from '../../model/vertical-pod-autoscaler.ts';
import { CHECKPOINT, CHECKPOINT_VERSION, type Checkpoint, type CheckpointStatus } from './checkpoint.ts';

/** How often those are deleted whose autoscaler is gone (--checkpoints-gc-interval). */
const GARBAGE_US = 600e6;

export class Checkpoints {
  readonly #client: ApiClient;
  readonly #resources: Resources;
  /** By namespace, autoscaler and container: what was read and has not been used. */
  readonly #read = new Map<string, CheckpointStatus>();
  #collectedUs: number;

  constructor(client: ApiClient) {
    this.#client = client;
    this.#resources = new Resources(client);
    this.#collectedUs = client.api.engine.now;
  }

  /** Reads all of them. */
  *load(): Script {
    for (const { metadata, spec, status } of yield* this.#list()) {
      if (status === undefined) continue;
      this.#read.set(key(metadata.namespace, spec?.vpaObjectName ?? '', spec?.containerName ?? ''), status);
    }
  }

  /** By container: what was read of an autoscaler. */
  *of({ metadata }: Autoscaler): Generator<readonly [string, CheckpointStatus], void, undefined> {
    const prefix = key(metadata.namespace, metadata.name, '');
    for (const [name, status] of this.#read) if (name.startsWith(prefix)) yield [name.slice(prefix.length), status];
  }

  /** Autoscalers that come later begin with nothing. */
  forget(): void {
    this.#read.clear();
  }

  *save({ metadata: { namespace, name } }: Autoscaler, containerName: string, status: CheckpointStatus): Script {
    const { objects } = this.#client.api.registry;
    const metadata = { name: `${name}-${containerName}`, namespace };
    const row: ObjectRow = objects.find(CHECKPOINT, namespace ?? 'default', metadata.name);
    const spec = { vpaObjectName: name, containerName };
    const checkpoint = { apiVersion: CHECKPOINT_VERSION, kind: CHECKPOINT, metadata, spec, status } as Checkpoint;
    if (row < 0) yield* this.#client.create(checkpoint).wait();
    else yield* this.#client.updateStatus(row, checkpoint).wait();
  }

  /** Deletes those whose autoscaler is not among these, now and then. */
  *collect(autoscalers: readonly Autoscaler[]): Script {
    const { now } = this.#client.api.engine;
    if (now - this.#collectedUs <= GARBAGE_US) return;
    this.#collectedUs = now;
    const known = new Set(autoscalers.map(({ metadata: { namespace, name } }) => key(namespace, name, '')));
    for (const { metadata, spec } of yield* this.#list()) {
      if (known.has(key(metadata.namespace, spec?.vpaObjectName ?? '', ''))) continue;
      const { namespace = 'default', name } = metadata;
      const answer: Answer = yield* this.#resources
        .delete({ apiVersion: CHECKPOINT_VERSION, kind: CHECKPOINT, metadata: { namespace, name } })
        .wait();
      // One that is gone already is what was wanted; another trouble is met again in ten minutes.
      if ('failure' in answer) continue;
    }
  }

  *#list(): Generator<Wait, readonly Checkpoint[]> {
    const answer = yield* this.#resources.list(CHECKPOINT_VERSION, CHECKPOINT).wait();
    return 'failure' in answer ? [] : (answer.items as readonly Checkpoint[]);
  }
}

function key(namespace = 'default', autoscaler: string, container: string): string {
  return `${namespace}/${autoscaler}/${container}`;
}
