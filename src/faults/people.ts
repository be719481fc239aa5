// People who do harm with a client of the API server: what they change, and how it is changed back.
import type { ApiClient } from '../api/client.ts';
import type { Patch } from '../api/resources/patch.ts';
import { type Answer, Resources, type Target } from '../api/resources/resources.ts';
import type { Engine } from '../engine/engine.ts';
import { type Script, sleep } from '../engine/script.ts';
import type { KubeObject } from '../model/object-store.ts';

/** Somebody who puts things back tries again after so long, so often. */
const RETRY_US = 1e6;
const TRIES = 600;

const SILENT = (): void => undefined;

export class People {
  readonly resources: Resources;
  readonly #engine: Engine;

  constructor(engine: Engine, client: ApiClient) {
    this.#engine = engine;
    this.resources = new Resources(client);
  }

  /** The object as it is stored now; undefined where it is not. */
  find(target: Target): KubeObject | undefined {
    const answer = this.resources.peek(target);
    return 'failure' in answer ? undefined : answer.object;
  }

  /** `refused` hears what the API server says against it. */
  patch(target: Target, patch: Patch, refused: (message: string) => void = SILENT): void {
    const { resources } = this;
    function* send(): Script {
      tell(yield* resources.patch(target, patch).wait(), refused);
    }
    this.#engine.spawn(`patch of ${target.kind} ${target.metadata.name}`, send());
  }

  scale(target: Target, replicas: number, refused: (message: string) => void = SILENT): void {
    const { resources } = this;
    function* send(): Script {
      tell(yield* resources.updateScale(target, replicas).wait(), refused);
    }
    this.#engine.spawn(`scale of ${target.kind} ${target.metadata.name}`, send());
  }

  delete(target: Target, refused: (message: string) => void = SILENT): void {
    const { resources } = this;
    function* send(): Script {
      tell(yield* resources.delete(target, { propagation: 'Background' }).wait(), refused);
    }
    this.#engine.spawn(`deletion of ${target.kind} ${target.metadata.name}`, send());
  }

  /** One after the other, each again until it is there: a namespace that is being deleted takes nothing. */
  create(objects: readonly KubeObject[]): void {
    const { resources } = this;
    function* send(again: () => Script): Script {
      for (const object of objects) {
        for (let tries = 0; tries < TRIES; tries += 1) {
          const answer = yield* resources.create(object).wait();
          if (!('failure' in answer) || (answer.failure.reason === 'AlreadyExists' && !isGoing(resources, object)))
            break;
          yield* again();
        }
      }
    }
    function* pause(): Script {
      yield* sleep(RETRY_US);
    }
    this.#engine.spawn('objects are created again', send(pause));
  }
}

function isGoing(resources: Resources, object: KubeObject): boolean {
  const answer = resources.peek(object);
  return !('failure' in answer) && answer.object.metadata.deletionTimestamp !== undefined;
}

function tell(answer: Answer, refused: (message: string) => void): void {
  if ('failure' in answer) refused(answer.failure.message);
}
