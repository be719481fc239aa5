// A new revision beside the one that serves: which is which, when it has to go, and how a rollout ends.
import { z } from 'zod';
import { someDuration } from '../../../lib/units.ts';
import { isActiveSet, type ReplicaSet } from '../../kit/deployment-objects.ts';
import type { Steps } from '../../kit/sync.ts';
import type { DeploymentSync } from '../deployment-sync.ts';
import type { RevisionReadings, RolloutContext } from './rollout.ts';
import { type StopCondition, stopCondition, type StopFigure } from './stop-condition.ts';

/** What strategies with a trial have in common among their arguments. */
export const judgement = {
  stop: z
    .array(stopCondition)
    .default([])
    .describe(
      'it is given up when one of them holds for the new revision: error_ratio > 2%, p99 > 1.2x (times that of the old one)',
    ),
  over: someDuration.default(60e6).describe('the time up to now over which they are judged'),
  least: z.int().positive().default(50).describe('requests that must have ended in it before they are judged'),
};

interface Judgement {
  readonly stop: readonly StopCondition[];
  readonly over: number;
  readonly least: number;
}

/** How often conditions are looked at within the time that they are judged over. */
const LOOKS = 6;

export class Trial {
  /** Why the new revision is given up; undefined while it is not. */
  failure: string | undefined;
  readonly #context: RolloutContext;
  readonly #judgement: Judgement;
  readonly #readings: RevisionReadings | undefined;
  /** Name of the ReplicaSet that was promoted last, and of all that ever were: on the way back to one of them nothing is tried. */
  #promoted: string | undefined;
  readonly #proven = new Set<string>();
  #tried = '';

  constructor(context: RolloutContext, judged: Judgement) {
    this.#context = context;
    this.#judgement = judged;
    this.#readings = judged.stop.length === 0 ? undefined : context.readings(judged.over);
  }

  /** The ReplicaSet that serves while the newest one is tried; undefined when that one serves. */
  serving({ metadata: { name } }: ReplicaSet, old: readonly ReplicaSet[]): ReplicaSet | undefined {
    if (this.#promoted === name || this.#proven.has(name)) {
      this.#promoted = name;
      return undefined;
    }
    const known = old.find((set) => set.metadata.name === this.#promoted);
    if (known !== undefined) return known;
    // Seen for the first time, or deleted by somebody.
    const best = old
      .filter(isActiveSet)
      .toSorted((a, b) => available(b) - available(a))
      .at(0);
    this.#promoted = best?.metadata.name ?? name;
    this.#proven.add(this.#promoted);
    return best;
  }

  promote(set: ReplicaSet): void {
    this.#promoted = set.metadata.name;
    this.#proven.add(this.#promoted);
  }

  /** True when it is another one than at the last call. */
  begins({ metadata: { name } }: ReplicaSet): boolean {
    if (this.#tried === name) return false;
    this.#tried = name;
    this.failure = undefined;
    return true;
  }

  /** Looks at the conditions, and looks again before `untilUs`. */
  *judge(work: DeploymentSync, newest: ReplicaSet, serving: ReplicaSet, untilUs: number): Steps {
    const { stop, over, least } = this.#judgement;
    const { nowUs } = this.#context;
    const nextUs = Math.min(untilUs > nowUs ? untilUs : Infinity, stop.length === 0 ? Infinity : nowUs + over / LOOKS);
    if (nextUs < Infinity) this.#context.alarm(nextUs);
    const readings = this.#readings;
    if (readings === undefined) return;
    const enough = (readings.read('count', newest) ?? 0) >= least;
    const read = (figure: StopFigure, set: ReplicaSet): number | undefined =>
      figure === 'restarts' ? work.port.restarts(set) : readings.read(figure, set);
    const broken = stop.find(({ figure, holds }) => {
      const value = figure === 'restarts' || enough ? read(figure, newest) : undefined;
      return value !== undefined && holds(value, read(figure, serving));
    });
    if (broken === undefined) return;
    this.failure = `${broken.text} holds for ReplicaSet "${newest.metadata.name}"`;
    yield* work.giveUp(this.failure);
  }

  /** The old pods serve alone, and the new ones go. */
  *goBack(work: DeploymentSync, newest: ReplicaSet, serving: ReplicaSet): Steps {
    if ((newest.status?.replicas ?? 0) === 0) this.#context.setWeights();
    else this.#context.setWeights([serving, 1]);
    yield* work.scaleTo(newest, 0);
  }

  /** The newest one serves: the others go when it has all of its pods. */
  *settle(work: DeploymentSync, newest: ReplicaSet, old: readonly ReplicaSet[]): Steps {
    this.#tried = '';
    const whole = available(newest) >= work.desired;
    // Until the pods of the others are gone, none of them gets a request more.
    if (whole && old.some((set) => (set.status?.replicas ?? 0) > 0)) this.#context.setWeights([newest, 1]);
    else this.#context.setWeights();
    yield* work.scaleTo(newest, work.desired);
    if (whole) for (const set of old) yield* work.scaleTo(set, 0);
    yield* work.cleanUpWhenComplete(old);
    yield* work.reportProgress(newest, old);
  }
}

export function available({ status }: ReplicaSet): number {
  return status?.availableReplicas ?? 0;
}

/** Of those that neither serve nor are tried. */
export function* dropOthers(work: DeploymentSync, old: readonly ReplicaSet[], serving: ReplicaSet): Steps {
  for (const set of old) if (set !== serving) yield* work.scaleTo(set, 0);
}
