// What a script does with the cluster of a run: it waits, reads and writes, as a client of the API server.
import { ApiClient } from '../api/client.ts';
import { type Answer, Resources, type Target } from '../api/resources/resources.ts';
import type { Patch } from '../api/resources/patch.ts';
import type { ObjectSelection } from '../api/resources/select.ts';
import type { Failure } from '../api/resources/status.ts';
import type { Signal, Wait } from '../engine/script.ts';
import { sleep } from '../engine/script.ts';
import { InputError } from '../lib/errors.ts';
import { parseDurationUs } from '../lib/units.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { World } from '../world/build.ts';

/** What is waited for with `yield*`. */
export type Waiting<T> = Generator<Wait, T, unknown>;

/** A script of a run: a generator function that begins with the run. */
export type ClusterScript = (cluster: Cluster) => Waiting<void>;

/** kubectl's limits: requests a second, and at once. */
const LIMITS = { qps: 50, burst: 300 } as const;

/** What the API server refused: its status, such as 404, its reason, such as `NotFound`, and its message. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;

  constructor({ code, reason, message }: Failure) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** Every method is waited for: `const pod = yield* cluster.get(…)`. Those of objects throw an ApiError for what the API server refuses. */
export class Cluster {
  readonly #engine: World['engine'];
  readonly #resources: Resources;

  constructor({ engine, api }: Pick<World, 'engine' | 'api'>) {
    this.#engine = engine;
    this.#resources = new Resources(new ApiClient(api, 'script', LIMITS));
  }

  /** Simulated seconds since the start of the run. */
  get nowSeconds(): number {
    return this.#engine.now / 1e6;
  }

  /** Waits: `30s`, `5m`. */
  sleep(duration: string): Waiting<void> {
    const us = parseDurationUs(duration);
    if (us === undefined || us < 0) throw new InputError(`sleep: expected a duration such as 30s, got "${duration}"`);
    return sleep(us);
  }

  get(target: Target): Waiting<KubeObject> {
    return objectOf(this.#resources.get(target));
  }

  *list(apiVersion: string, kind: string, selection: ObjectSelection = {}): Waiting<readonly KubeObject[]> {
    const answer = yield* this.#resources.list(apiVersion, kind, selection).wait();
    if ('failure' in answer) throw new ApiError(answer.failure);
    return answer.items;
  }

  create(object: KubeObject): Waiting<KubeObject> {
    return objectOf(this.#resources.create(object));
  }

  update(object: KubeObject): Waiting<KubeObject> {
    return objectOf(this.#resources.update(object));
  }

  patch(target: Target, patch: Patch): Waiting<KubeObject> {
    return objectOf(this.#resources.patch(target, patch));
  }

  /** Server-side apply; `force` takes fields from other managers instead of failing. */
  apply(object: KubeObject, manager: string, force = false): Waiting<KubeObject> {
    return objectOf(this.#resources.apply(object, { manager, force }));
  }

  delete(target: Target, propagation: 'Background' | 'Foreground' | 'Orphan' = 'Background'): Waiting<KubeObject> {
    return objectOf(this.#resources.delete(target, { propagation }));
  }

  scale(target: Target, replicas: number): Waiting<KubeObject> {
    return objectOf(this.#resources.updateScale(target, replicas));
  }

  evict(namespace: string, pod: string): Waiting<KubeObject> {
    return objectOf(this.#resources.evict(namespace, pod));
  }
}

function* objectOf(signal: Signal<Answer>): Waiting<KubeObject> {
  const answer = yield* signal.wait();
  if ('failure' in answer) throw new ApiError(answer.failure);
  return answer.object;
}

/** Begins a script. What it throws, or yields that is none of the cluster's, stops the run as an InputError. */
export function beginScript(script: ClusterScript, world: World): void {
  world.engine.spawn('script', guarded(script, world));
}

function* guarded(script: ClusterScript, { engine, api }: World): Waiting<void> {
  try {
    const steps = script(new Cluster({ engine, api }));
    if (typeof steps?.next !== 'function') throw new Error('expected a generator function: function* (cluster) { … }');
    let step = steps.next();
    while (step.done !== true) {
      if (typeof step.value !== 'function') throw new Error('expected yield* with a method of the cluster');
      step = steps.next(yield step.value);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`the script failed at ${engine.now / 1e6} s: ${(error as Error).message}`);
  }
}
