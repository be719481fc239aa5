// The numbers of every workload at the end of each interval, kept as changes: most workloads rest most of the time.
import type { Row } from '../../metrics/catalogue.ts';
import { thinning } from '../../metrics/intervals.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ClusterState } from '../../model/state.ts';
import { workloads } from './index.ts';
import type { WorkloadReader, WorkloadSample } from './workload.ts';

interface Workload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The version that was read last. */
  object: KubeObject | undefined;
  /** The interval in which it was seen last. */
  seen: number;
  /** Samples and the intervals (0, 1, …) from which on they hold; undefined where there is no such object. */
  readonly from: number[];
  readonly samples: (WorkloadSample | undefined)[];
}

/** A workload is a kind and a name: an object that is recreated goes on where the old one ended. */
export class WorkloadHistory {
  /** By `kind/namespace/name`, in the order in which they were first seen. */
  readonly #byKey = new Map<string, Workload>();
  readonly #byKind = new Map<string, Workload[]>();
  readonly #living = new Set<Workload>();
  /** The ends of the intervals, in seconds. */
  readonly #times: number[] = [];

  /** The interval ends now. */
  sample({ objects }: ClusterState, time_seconds: number): void {
    const now = this.#times.length;
    this.#times.push(time_seconds);
    for (const reader of workloads) {
      for (const row of objects.ofKind(reader.kind)) {
        const object = objects.get(row);
        if (object !== undefined) this.#see(reader, objects.namespace[row], object, now);
      }
    }
    for (const one of this.#living) {
      if (one.seen === now) continue;
      one.object = undefined;
      this.#living.delete(one);
      set(one, now, undefined);
    }
  }

  /** A number of a workload at the end of the intervals from (included) to (excluded); 0 where it does not exist. */
  values(kind: string, key: string, field: keyof WorkloadSample, from: number, to: number): number[] {
    const one = this.#byKey.get(`${kind}/${key}`);
    const values = Array.from({ length: Math.max(0, to - from) }, () => 0);
    for (const [step, sample] of one?.samples.entries() ?? []) {
      const begin = Math.max(0, (one?.from[step] ?? 0) - from);
      values.fill(sample?.[field] ?? 0, begin);
    }
    return values;
  }

  /** The workloads of some kinds by `namespace/name`, in the order in which they were first seen. */
  named(kinds: readonly string[]): { readonly kind: string; readonly key: string }[] {
    return kinds.flatMap((kind) =>
      (this.#byKind.get(kind) ?? []).map(({ namespace, name }) => ({ kind, key: `${namespace}/${name}` })),
    );
  }

  /** A number of all workloads of some kinds together, at the end of each interval. */
  total(kinds: readonly string[], field: keyof WorkloadSample): number[] {
    const total = this.#times.map(() => 0);
    for (const { from, samples } of kinds.flatMap((kind) => this.#byKind.get(kind) ?? [])) {
      for (const [step, sample] of samples.entries()) {
        const amount = sample?.[field] ?? 0;
        for (let at = from[step]; at < (from[step + 1] ?? total.length); at += 1) total[at] += amount;
      }
    }
    return total;
  }

  /** Every how many intervals a workload has a row, so that there are not too many of them. */
  get every(): number {
    let kept = 0;
    for (const one of this.#byKey.values()) kept += this.#lived(one);
    return thinning(kept, 1);
  }

  /** The rows of workloads.csv. */
  *rows(): Generator<Row<'workloads'>> {
    const { every } = this;
    const steps = new Map<Workload, number>();
    for (const [at, time_seconds] of this.#times.entries()) {
      if ((at + 1) % every !== 0 && at < this.#times.length - 1) continue;
      for (const { kind } of workloads) {
        for (const one of this.#byKind.get(kind) ?? []) {
          let step = steps.get(one) ?? 0;
          while (step < one.from.length && one.from[step] <= at) step += 1;
          steps.set(one, step);
          const sample = one.samples[step - 1];
          if (sample === undefined) continue;
          yield { time_seconds, kind, namespace: one.namespace, name: one.name, ...sample };
        }
      }
    }
  }

  #see(reader: WorkloadReader, namespace: string, object: KubeObject, now: number): void {
    const { name } = object.metadata;
    const { kind } = reader;
    const key = `${kind}/${namespace}/${name}`;
    let one = this.#byKey.get(key);
    if (one !== undefined && one.object === object) {
      one.seen = now;
      return;
    }
    const sample = reader.read(object);
    if (sample === undefined && one === undefined) return;
    if (one === undefined) {
      one = { kind, namespace, name, object, seen: now, from: [], samples: [] };
      this.#byKey.set(key, one);
      const ofKind = this.#byKind.get(kind);
      if (ofKind === undefined) this.#byKind.set(kind, [one]);
      else ofKind.push(one);
    }
    one.object = object;
    one.seen = now;
    this.#living.add(one);
    set(one, now, sample);
  }

  /** In how many intervals it existed. */
  #lived({ from, samples }: Workload): number {
    let lived = 0;
    for (const [step, sample] of samples.entries()) {
      if (sample !== undefined) lived += (from[step + 1] ?? this.#times.length) - from[step];
    }
    return lived;
  }
}

function set(one: Workload, now: number, sample: WorkloadSample | undefined): void {
  if (same(one.samples.at(-1), sample)) return;
  one.from.push(now);
  one.samples.push(sample);
}

function same(a: WorkloadSample | undefined, b: WorkloadSample | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.desired === b.desired &&
    a.current === b.current &&
    a.ready === b.ready &&
    a.updated === b.updated &&
    a.available === b.available
  );
}
