// ElasticQuotas by namespace, what their pods hold, and how the two compare (kubernetes-sigs/scheduler-plugins, pkg/capacityscheduling/elasticquota.go).
import type { KubeObject } from '../../../model/object-store.ts';
import type { PodClass } from '../../../model/pod-class.ts';
import { cpuMilli, wholeUnits } from '../../../model/parse/quantity.ts';
import type { ObjectRow } from '../../../model/rows.ts';
import type { Handle } from '../../framework/interface.ts';
import { ById } from '../by-id.ts';
import { NamespaceUsage } from './namespace-usage.ts';

/** By resource: cpu in milli, everything else in bytes or whole units. */
export type Amounts = ReadonlyMap<string, number>;

interface ElasticQuota {
  readonly row: ObjectRow;
  readonly min: Amounts;
  readonly max: Amounts;
}

/** Resources that are always compared: one that a bound leaves out is bounded by 0. Others are, where somebody asks for them. */
const PLAIN = ['cpu', 'memory', 'ephemeral-storage'];
const UNBOUNDED: Amounts = new Map(PLAIN.map((name) => [name, Infinity]));
const NOTHING: Amounts = new Map();

/** Whether what is asked for and what is used exceed the bounds together; `missing` bounds resources that these leave out (cmp2). */
function exceeds(asked: Amounts, used: Amounts, bounds: Amounts, missing: number): boolean {
  const sum = (name: string): number => (asked.get(name) ?? 0) + (used.get(name) ?? 0);
  if (PLAIN.some((name) => sum(name) > (bounds.get(name) ?? 0))) return true;
  return [...asked.keys()].some((name) => !PLAIN.includes(name) && sum(name) > (bounds.get(name) ?? missing));
}

export function plus(a: Amounts, b: Amounts): Amounts {
  const sum = new Map(a);
  for (const [name, amount] of b) sum.set(name, (sum.get(name) ?? 0) + amount);
  return sum;
}

/** The first ElasticQuota of a namespace is the one that counts. */
export class ElasticQuotas {
  readonly #byNamespace = new Map<string, ElasticQuota>();
  readonly #usage: NamespaceUsage;
  readonly #requests: ById<PodClass, Amounts>;

  /** `changed` is called after a quota has come, changed or gone. */
  constructor(handle: Handle, changed: () => void) {
    this.#requests = new ById(requestsOf);
    this.#usage = new NamespaceUsage(handle.cache, (podClass) => this.#requests.get(podClass));
    const source = handle.objects('ElasticQuota');
    for (const [row, object] of source.entries()) this.#take(row, object);
    source.subscribe((row, object) => {
      if (object === undefined) this.#forget(row);
      else this.#take(row, object);
      changed();
    });
  }

  /** Takes note of the pods that came and went. */
  update(): void {
    this.#usage.update();
  }

  has(namespace: string): boolean {
    return this.#byNamespace.has(namespace);
  }

  requests(podClass: PodClass): Amounts {
    return this.#requests.get(podClass);
  }

  /** In a dry run a pod comes (1) or leaves (-1). */
  charge(podClass: PodClass, sign: 1 | -1): void {
    this.#usage.charge(podClass, sign);
  }

  overMax(namespace: string, asked: Amounts): boolean {
    const quota = this.#byNamespace.get(namespace);
    return quota !== undefined && exceeds(asked, this.#usage.of(namespace), quota.max, Infinity);
  }

  /** With what is asked for, or as it is. */
  overMin(namespace: string, asked?: Amounts): boolean {
    const quota = this.#byNamespace.get(namespace);
    if (quota === undefined) return false;
    const used = this.#usage.of(namespace);
    return asked === undefined ? exceeds(used, NOTHING, quota.min, 0) : exceeds(asked, used, quota.min, 0);
  }

  /** Whether all quotas together, with what is asked for, use more than the sum of what is guaranteed. */
  overAllMins(asked: Amounts): boolean {
    let used = asked;
    let min = NOTHING;
    for (const [namespace, quota] of this.#byNamespace) {
      used = plus(used, this.#usage.of(namespace));
      min = plus(min, quota.min);
    }
    return exceeds(used, NOTHING, min, 0);
  }

  #take(row: ObjectRow, { metadata, spec }: KubeObject): void {
    const namespace = metadata.namespace ?? 'default';
    const known = this.#byNamespace.get(namespace);
    if (known !== undefined && known.row !== row) return;
    const { min, max } = (spec ?? {}) as { readonly min?: Texts; readonly max?: Texts };
    this.#byNamespace.set(namespace, {
      row,
      min: min === undefined ? NOTHING : amountsOf(min),
      max: max === undefined ? UNBOUNDED : amountsOf(max),
    });
  }

  #forget(row: ObjectRow): void {
    for (const [namespace, quota] of this.#byNamespace) if (quota.row === row) this.#byNamespace.delete(namespace);
  }
}

type Texts = Readonly<Record<string, string>>;

function amountsOf(texts: Texts): Amounts {
  return new Map(
    Object.entries(texts).map(([name, text]) => [name, name === 'cpu' ? cpuMilli(text) : wholeUnits(text)]),
  );
}

function requestsOf({ shape }: PodClass): Amounts {
  return new Map([
    ['cpu', shape.cpuMilli],
    ['memory', shape.memoryBytes],
    ['ephemeral-storage', shape.ephemeralBytes],
    ...Object.entries(shape.extended),
  ]);
}
