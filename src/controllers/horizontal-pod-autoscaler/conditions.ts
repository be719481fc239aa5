// The conditions of a HorizontalPodAutoscaler: what it can do, whether its metrics say something, and what holds it back.
import type { HorizontalPodAutoscalerCondition } from 'kubernetes-types/autoscaling/v2.js';
import { timestamp } from '../../lib/timestamp.ts';

type ConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';

/** The conditions as they become in one sync, in the order in which they were first set. */
export class Conditions {
  readonly #nowUs: number;
  readonly #list: HorizontalPodAutoscalerCondition[];

  constructor(before: readonly HorizontalPodAutoscalerCondition[], nowUs: number) {
    this.#list = [...before];
    this.#nowUs = nowUs;
  }

  get list(): readonly HorizontalPodAutoscalerCondition[] {
    return this.#list;
  }

  /** The time changes with the status only. */
  set(type: ConditionType, holds: boolean, reason: string, message: string): void {
    const status = holds ? 'True' : 'False';
    const place = this.#list.findIndex((one) => one.type === type);
    const before = this.#list[place] as HorizontalPodAutoscalerCondition | undefined;
    const known = before?.status === status ? before.lastTransitionTime : undefined;
    const one = { type, status, lastTransitionTime: known ?? timestamp(this.#nowUs), reason, message };
    if (place < 0) this.#list.push(one);
    else this.#list[place] = one;
  }
}
