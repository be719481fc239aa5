// Endpoints that come or go among many: no transient, as long as what that may add to the error stays small.
import { log } from '../../engine/elementary.ts';
import type { PodRow } from '../../model/rows.ts';
import type { Component } from './component.ts';
import type { ServiceMembers } from './components.ts';
import { LARGEST } from './shape.ts';

/** So many times as much as the load do latencies change: ρ / (1 - ρ) at a utilisation of 0.8. */
const STEEP = 4;
/** What is owed may come to this part of the error. */
const OWED = 0.25;

export interface SlightSettings {
  /** Relative. */
  readonly error: number;
  /** How long new endpoints are slower than others; proxies connect to those that have left for at most so long, µs. */
  readonly warmUpUs: number;
  readonly lagUs: number;
}

/**
 * Pods that have started to serve, and pods that will end only after all proxies know, change nothing but the load of the others. Until those have got used to it figures are wrong
 * by as much as the load has changed, times `STEEP`; the component owes so much for as long as it takes to fill, and may owe a quarter of the error of the time for which it was silent.
 */
export class SlightChanges {
  readonly #settings: SlightSettings;
  /** By pod that has left: whose it was, and until when proxies may connect to it. */
  readonly #left = new Map<PodRow, { readonly component: Component; readonly untilUs: number }>();

  constructor(settings: SlightSettings) {
    this.#settings = settings;
  }

  /** Whether the change of a Service of the component is one; what it owes is booked. */
  takes(component: Component, before: ServiceMembers, after: ServiceMembers, fillUs: number): boolean {
    const { error, warmUpUs } = this.#settings;
    if (warmUpUs > 0 || before.lost > 0 || after.lost > 0) return false;
    const [few, many] = [before.serving.length, after.serving.length].toSorted((one, other) => one - other);
    if (few < LARGEST || !sameBehaviors(before, after)) return false;
    const owedUs = component.owedUs + STEEP * log(many / few) * fillUs;
    if (owedUs > OWED * error * component.silentUs) return false;
    component.owedUs = owedUs;
    return true;
  }

  /** Pods have left the endpoints of the component. */
  leave(component: Component, pods: readonly PodRow[], nowUs: number): void {
    for (const pod of pods) this.#left.set(pod, { component, untilUs: nowUs + this.#settings.lagUs });
  }

  /** The process of a pod begins or ends: whose requests may still go there although it has left. */
  touched(pod: PodRow, nowUs: number): Component | undefined {
    const left = this.#left.get(pod);
    if (left === undefined) return undefined;
    this.#left.delete(pod);
    return nowUs < left.untilUs ? left.component : undefined;
  }
}

function sameBehaviors(before: ServiceMembers, after: ServiceMembers): boolean {
  return (
    before.behaviors.length === after.behaviors.length && before.behaviors.every((one, i) => one === after.behaviors[i])
  );
}
