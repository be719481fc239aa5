// What each ResourceQuota had used of its limits at the end of each interval: the rows of quotas.csv, and the figures of quotas.
import type { Row } from '../metrics/catalogue.ts';
import { thinning } from '../metrics/intervals.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ResourceQuotaStatus } from '../model/objects/admission/resource-quota.ts';
import { parseQuantity } from '../model/parse/quantity.ts';
import type { ClusterState } from '../model/state.ts';

interface Limit {
  readonly namespace: string;
  readonly name: string;
  readonly resource: string;
  /** Intervals in which it was in force, in order, and both amounts then: cores, bytes or pieces. */
  readonly intervals: number[];
  readonly used: number[];
  readonly hard: number[];
}

export class QuotaHistory {
  /** By `namespace/name resource`, in the order in which they were first seen. */
  readonly #limits = new Map<string, Limit>();
  readonly #times: number[] = [];
  #rows = 0;

  /** The interval ends now. */
  sample({ objects }: ClusterState, time_seconds: number): void {
    const interval = this.#times.push(time_seconds) - 1;
    for (const row of objects.ofKind('ResourceQuota')) {
      const object: KubeObject | undefined = objects.get(row);
      const { hard = {}, used = {} } = (object?.status ?? {}) as ResourceQuotaStatus;
      for (const [resource, limit] of Object.entries(hard)) {
        const amount = used[resource];
        if (amount === undefined) continue;
        const one = this.#limit(objects.namespace[row], objects.name[row], resource);
        one.intervals.push(interval);
        one.used.push(parseQuantity(amount).approximate());
        one.hard.push(parseQuantity(limit).approximate());
        this.#rows += 1;
      }
    }
  }

  /** What the quota has used of one thing at the ends of the intervals from (included) to (excluded); 0 where it limits none. */
  used(key: string, resource: string, from: number, to: number): number[] {
    return this.#values(from, to, [this.#limits.get(`${key} ${resource}`)], ({ used }, at) => used[at]);
  }

  /** The largest share of any of its limits that the quota has used. */
  share(key: string, from: number, to: number): number[] {
    const limits = [...this.#limits].filter(([id]) => id.startsWith(`${key} `)).map(([, limit]) => limit);
    return this.#values(from, to, limits, ({ used, hard }, at) => (hard[at] === 0 ? 0 : used[at] / hard[at]));
  }

  *rows(): Generator<Row<'quotas'>> {
    const every = thinning(this.#rows, 1);
    const next = new Map<Limit, number>();
    for (const [interval, time_seconds] of this.#times.entries()) {
      const isKept = (interval + 1) % every === 0 || interval === this.#times.length - 1;
      for (const limit of this.#limits.values()) {
        const at = next.get(limit) ?? 0;
        if (limit.intervals[at] !== interval) continue;
        next.set(limit, at + 1);
        if (!isKept) continue;
        const { namespace, name, resource, used, hard } = limit;
        yield { time_seconds, namespace, name, resource, used: used[at], hard: hard[at] };
      }
    }
  }

  #values(
    from: number,
    to: number,
    limits: readonly (Limit | undefined)[],
    value: (limit: Limit, at: number) => number,
  ): number[] {
    const values = Array.from({ length: Math.max(0, to - from) }, () => 0);
    for (const limit of limits) {
      for (const [at, interval] of limit?.intervals.entries() ?? []) {
        if (limit === undefined || interval < from || interval >= to) continue;
        values[interval - from] = Math.max(values[interval - from], value(limit, at));
      }
    }
    return values;
  }

  #limit(namespace: string, name: string, resource: string): Limit {
    const key = `${namespace}/${name} ${resource}`;
    let one = this.#limits.get(key);
    if (one === undefined) {
      one = { namespace, name, resource, intervals: [], used: [], hard: [] };
      this.#limits.set(key, one);
    }
    return one;
  }
}
