// kubectl drain: which pods of a node go, in which words kubectl refuses, evictions until their budgets agree, and the wait for the end of the pods.
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Answer, Resources, Target } from '../api/resources/resources.ts';
import type { Failure } from '../api/resources/status.ts';
import type { Engine } from '../engine/engine.ts';
import { all, Signal, sleep, type Wait } from '../engine/script.ts';
import type { DrainOptions } from '../scenario/scenario.ts';
import { podsToDrain, refusal } from './drain-pods.ts';
import { showDuration } from './expectations.ts';
import { inKubectlsWords } from './kubectl-words.ts';

const RETRY_US = 5e6;
const POLL_US = 1e6;

type Steps<T> = Generator<Wait, T, unknown>;

/** A pod that a drain waits for, and why, for people. */
export interface Holdup {
  readonly pod: string;
  /** The last answer of the API server; empty while the pod terminates. */
  readonly why: string;
}

/** The drain of one node. */
export class Drain {
  readonly node: string;
  /** Pods that are not gone yet, by `namespace/name`. */
  readonly holdups = new Map<string, Holdup>();
  readonly #engine: Engine;
  readonly #resources: Resources;
  readonly #options: DrainOptions;
  readonly #deadlineUs: number;
  /** Called for each refused eviction: the first of a pod, and each with another answer. */
  readonly #refused: (message: string) => void;

  constructor(
    engine: Engine,
    resources: Resources,
    node: string,
    options: DrainOptions,
    refused: (message: string) => void,
  ) {
    this.node = node;
    this.#engine = engine;
    this.#resources = resources;
    this.#options = options;
    this.#deadlineUs = options.timeoutUs === 0 ? Infinity : engine.now + options.timeoutUs;
    this.#refused = refused;
  }

  /** What went wrong, in kubectl's words; undefined when the node is empty. The node has been cordoned. */
  *run(): Steps<string | undefined> {
    const { podSelector } = this.#options;
    const listed = yield* this.#resources
      .list('v1', 'Pod', {
        fieldSelector: `spec.nodeName=${this.node}`,
        ...(podSelector === '' ? {} : { labelSelector: podSelector }),
      })
      .wait();
    if ('failure' in listed) return this.#unable([listed.failure.message]);
    // The API server lists by namespace and name.
    const items = (listed.items as Pod[]).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const found = podsToDrain(items, this.#options, (target) => this.#resources.has(target));
    const errors = refusal(found);
    if (errors.length > 0) return this.#unable(errors);
    const pods = found.filter((one) => one.goes).map(({ pod }) => pod);
    for (const pod of pods) this.#holds(pod, '');
    const failures = yield* this.#options.disableEviction ? this.#deleteAll(pods) : this.#evictAll(pods);
    return failures.length === 0 ? undefined : this.#unable(failures);
  }

  *#evictAll(pods: readonly Pod[]): Steps<string[]> {
    const ends = pods.map((pod) => {
      const end = new Signal<string | undefined>(this.#engine);
      this.#engine.spawn('kubectl drain', this.#evict(pod, end));
      return end;
    });
    return (yield* all(ends)).filter((one) => one !== undefined);
  }

  *#evict(pod: Pod, end: Signal<string | undefined>): Generator<Wait, void, unknown> {
    const failed = yield* this.#evictUntilGone(pod);
    this.holdups.delete(keyOf(pod));
    end.fire(failed);
  }

  *#evictUntilGone(listed: Pod): Steps<string | undefined> {
    const { namespace = 'default', name = '' } = listed.metadata ?? {};
    const error = `error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}`;
    let pod = listed;
    let reported = '';
    for (;;) {
      if (this.#isLate) return `${error}: global timeout reached: ${showDuration(this.#options.timeoutUs)}`;
      const answer = yield* this.#resources.evict(namespace, name, this.#grace).wait();
      if (!('failure' in answer)) break;
      const { failure } = answer;
      if (failure.reason === 'NotFound') return undefined;
      const ends = failure.reason === 'Forbidden' && failure.message.includes('because it is being terminated');
      if (ends && pod.metadata?.deletionTimestamp !== undefined) break;
      if (failure.reason !== 'TooManyRequests' && !ends) return `${error}: ${failure.message}`;
      const why = causeOf(failure);
      this.#holds(pod, why);
      if (reported !== why)
        this.#refused(`${error} (will retry after 5s): ${failure.message}${why === failure.message ? '' : ` ${why}`}`);
      reported = why;
      yield* sleep(RETRY_US);
      // kubectl reads the pod again; without it, it asks about the one that it has.
      const fresh = yield* this.#resources.get(podTarget(namespace, name)).wait();
      if (!('failure' in fresh)) pod = fresh.object as Pod;
    }
    this.#holds(pod, '');
    const late = yield* this.#waitFor([pod]);
    return (
      late &&
      `error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: ${late}`
    );
  }

  *#deleteAll(pods: readonly Pod[]): Steps<string[]> {
    for (const pod of pods) {
      const target = podTarget(pod.metadata?.namespace ?? 'default', pod.metadata?.name ?? '');
      const answer = yield* this.#resources.delete(target, this.#grace).wait();
      if ('failure' in answer && answer.failure.reason !== 'NotFound') return [inKubectlsWords(target, answer.failure)];
    }
    const late = yield* this.#waitFor(pods);
    return late === undefined ? [] : [late];
  }

  /** Looks every second until the pods are gone, or others have their names. */
  *#waitFor(pods: readonly Pod[]): Steps<string | undefined> {
    let pending = [...pods];
    for (;;) {
      const left: Pod[] = [];
      for (const pod of pending) {
        const answer = yield* this.#resources
          .get(podTarget(pod.metadata?.namespace ?? 'default', pod.metadata?.name ?? ''))
          .wait();
        if (isGone(answer, pod)) this.holdups.delete(keyOf(pod));
        else left.push(pod);
      }
      pending = left;
      if (pending.length === 0) return undefined;
      if (this.#isLate) return 'context deadline exceeded';
      yield* sleep(Math.min(POLL_US, Math.max(0, this.#deadlineUs - this.#engine.now)));
    }
  }

  get #isLate(): boolean {
    return this.#engine.now >= this.#deadlineUs;
  }

  get #grace(): { readonly gracePeriodSeconds?: number } {
    const { gracePeriod } = this.#options;
    return gracePeriod < 0 ? {} : { gracePeriodSeconds: gracePeriod };
  }

  #holds(pod: Pod, why: string): void {
    this.holdups.set(keyOf(pod), { pod: keyOf(pod), why });
  }

  #unable(errors: readonly string[]): string {
    const joint = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
    return `error: unable to drain node "${this.node}" due to error: ${joint}, continuing command...`;
  }
}

function isGone(answer: Answer, { metadata }: Pod): boolean {
  return 'failure' in answer ? answer.failure.reason === 'NotFound' : answer.object.metadata.uid !== metadata?.uid;
}

/** Which budget refuses, and by how much. */
function causeOf({ causes, message }: Failure): string {
  return causes[0]?.message ?? message;
}

function podTarget(namespace: string, name: string): Target {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } };
}

function keyOf({ metadata }: Pod): string {
  return `${metadata?.namespace ?? 'default'}/${metadata?.name ?? ''}`;
}
