// What an autoscaler remembers between syncs: what it recommended when, and by how much it changed the target when.
import type { HPAScalingRules, HorizontalPodAutoscalerBehavior } from 'kubernetes-types/autoscaling/v2.js';

interface Recommendation {
  readonly replicas: number;
  readonly atUs: number;
}

interface ScaleEvent {
  readonly change: number;
  readonly atUs: number;
}

export class AutoscalerHistory {
  /** Before they are stabilised. Kubernetes overwrites one that is too old to count, so that there are few. */
  readonly recommendations: Recommendation[] = [];
  readonly #up: Past[] = [];
  readonly #down: Past[] = [];

  /** The first sync finds the number of replicas that there is. */
  begin(replicas: number, nowUs: number): void {
    if (this.recommendations.length === 0) this.recommendations.push({ replicas, atUs: nowUs });
  }

  /** Takes the place of the last one for which `old` holds. */
  recommend(replicas: number, nowUs: number, old: (atUs: number) => boolean): void {
    const one = { replicas, atUs: nowUs };
    const place = this.recommendations.findLastIndex(({ atUs }) => old(atUs));
    if (place < 0) this.recommendations.push(one);
    else this.recommendations[place] = one;
  }

  /** The target was scaled. Only where there are rules are the changes counted. */
  scaled(from: number, to: number, behavior: HorizontalPodAutoscalerBehavior | undefined, nowUs: number): void {
    if (behavior === undefined) return;
    if (to > from) store(this.#up, to - from, longestPeriodUs(behavior.scaleUp), nowUs);
    else store(this.#down, from - to, longestPeriodUs(behavior.scaleDown), nowUs);
  }

  /** How many replicas there were when a period began, given how many there are at its end. */
  replicasBefore(current: number, periodUs: number, nowUs: number): number {
    const since = nowUs - periodUs;
    return current - changeSince(this.#up, since) + changeSince(this.#down, since);
  }
}

interface Past extends ScaleEvent {
  outdated: boolean;
}

/** One that has been found older than its direction's longest period stays so, and its place is used again. */
function store(events: Past[], change: number, longestUs: number, nowUs: number): void {
  for (const event of events) if (event.atUs < nowUs - longestUs) event.outdated = true;
  const place = events.findLastIndex(({ outdated }) => outdated);
  const one = { change, atUs: nowUs, outdated: false };
  if (place < 0) events.push(one);
  else events[place] = one;
}

function changeSince(events: readonly ScaleEvent[], sinceUs: number): number {
  let sum = 0;
  for (const { change, atUs } of events) if (atUs > sinceUs) sum += change;
  return sum;
}

function longestPeriodUs(rules: HPAScalingRules | undefined): number {
  return Math.max(0, ...(rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds * 1e6));
}
