// Which policies a pod has for the requests that it serves: copies of its own, made when its process starts.
import type { Engine } from '../../engine/engine.ts';
import type { PodRow } from '../../model/rows.ts';
import type { Behaviors } from '../behaviors.ts';
import type { AttemptNotes } from './attempt-notes.ts';
import { Chain } from './chain.ts';
import type { Place } from './place.ts';
import type { Places } from './places.ts';
import type { ServerPolicies } from './policed-serving.ts';

/** Nothing waits for a policy at a server but in the queue of its pod. */
const NOBODY = { resume: () => undefined, refuse: () => undefined };

export class ServerChains implements ServerPolicies {
  readonly requests: AttemptNotes;
  readonly #engine: Engine;
  readonly #places: Places;
  readonly #behaviors: Behaviors;
  readonly #callers: AttemptNotes;
  readonly #byBehavior: (readonly Place[] | undefined)[] = [];
  /** By pod, then by behaviour: several of its containers may serve. */
  readonly #chains = new Map<PodRow, (Chain | undefined)[]>();

  constructor(engine: Engine, places: Places, behaviors: Behaviors, requests: AttemptNotes, callers: AttemptNotes) {
    this.#engine = engine;
    this.#places = places;
    this.#behaviors = behaviors;
    this.requests = requests;
    this.#callers = callers;
  }

  get nowUs(): number {
    return this.#engine.now;
  }

  deadlineOf(row: number): number {
    return this.#callers.deadlineOf(row);
  }

  of(behavior: number, pod: PodRow): Chain | undefined {
    const uses = this.#behaviors.policies[behavior];
    if (uses.length === 0) return undefined;
    let chains = this.#chains.get(pod);
    if (chains === undefined) {
      chains = [];
      this.#chains.set(pod, chains);
    }
    let chain = chains[behavior];
    if (chain === undefined) {
      const where = this.#behaviors.images[behavior];
      this.#byBehavior[behavior] ??= uses.map((use) => this.#places.add(where, use));
      chain = new Chain(this.#places, this.#byBehavior[behavior], pod, NOBODY);
      chains[behavior] = chain;
    }
    return chain;
  }

  /** A process starts there that knows nothing. */
  forget(pod: PodRow): void {
    for (const chain of this.#chains.get(pod) ?? []) chain?.close();
    this.#chains.delete(pod);
  }
}
