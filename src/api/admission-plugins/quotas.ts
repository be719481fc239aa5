// ResourceQuota: what is created is charged to the quotas of its namespace, or refused where one of them would be exceeded.
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import type { KubeObject, ObjectStore } from '../../model/object-store.ts';
import {
  additional,
  chargeQuotas,
  type QuotaStatus,
  type Request,
} from '../../model/objects/admission/quota-charge.ts';
import { missingAmounts } from '../../model/objects/admission/quota-constraints.ts';
import { claimInScope, podInScope } from '../../model/objects/admission/quota-scopes.ts';
import { objectUsageOf } from '../../model/objects/admission/quota-recount.ts';
import { podUsage, type Usage } from '../../model/objects/admission/quota-usage.ts';
import { printedAmounts, quotaStatus } from '../../model/objects/admission/resource-quota.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { qualified, resourceOf } from '../kinds.ts';

const RESOURCE_QUOTA = 'ResourceQuota';

/** Stores a quota with another status. */
type Write = (row: ObjectRow, current: KubeObject, asked: KubeObject) => void;

export class Quotas {
  /** Whether there is any quota in the cluster: where there is none, nothing is looked up for a pod. */
  any = false;
  readonly #objects: ObjectStore;
  readonly #store: Write;
  readonly #byNamespace = new Map<string, Set<ObjectRow>>();
  /** By quota: its last version, read. */
  readonly #read = new Map<ObjectRow, { readonly object: KubeObject; readonly status: QuotaStatus }>();
  readonly #usageOf = new WeakMap<PodClass, Usage>();

  constructor(objects: ObjectStore, store: Write) {
    this.#objects = objects;
    this.#store = store;
  }

  /** An object came, went or changed. */
  objectChanged(row: ObjectRow, gone: boolean): void {
    if (this.#objects.kind[row] !== RESOURCE_QUOTA) return;
    const namespace = this.#objects.namespace[row];
    const rows = this.#byNamespace.get(namespace) ?? new Set();
    if (gone) {
      rows.delete(row);
      this.#read.delete(row);
    } else rows.add(row);
    if (rows.size === 0) this.#byNamespace.delete(namespace);
    else this.#byNamespace.set(namespace, rows);
    this.any = this.#byNamespace.size > 0;
  }

  /** Charges a pod. Gives why it is refused, undefined when it is not. */
  chargePod(podClass: PodClass): string | undefined {
    const rows = this.#byNamespace.get(podClass.namespace);
    if (rows === undefined) return undefined;
    const { spec } = podClass;
    let usage = this.#usageOf.get(podClass);
    if (usage === undefined) {
      usage = podUsage(spec, true);
      this.#usageOf.set(podClass, usage);
    }
    return this.#charge(rows, {
      resource: 'pods',
      usage,
      inScope: (requirement) => podInScope(spec, requirement),
      missing: (tracked) => missingAmounts(spec, tracked),
    });
  }

  /** Charges what a pod is to request more. */
  chargeResize(namespace: string, spec: PodSpec, old: PodSpec): string | undefined {
    const rows = this.#byNamespace.get(namespace);
    if (rows === undefined) return undefined;
    return this.#charge(rows, {
      resource: 'pods',
      usage: additional(podUsage(spec, true), podUsage(old, true)),
      inScope: (requirement) => podInScope(spec, requirement),
      missing: () => undefined,
    });
  }

  /** Charges an object; of one that replaces `old`, what it uses more. */
  chargeObject(object: KubeObject, old?: KubeObject): string | undefined {
    const rows = this.#byNamespace.get(object.metadata.namespace ?? '');
    const resource = rows === undefined ? undefined : resourceOf(this.#objects, object.apiVersion, object.kind);
    if (rows === undefined || resource === undefined) return undefined;
    const name = qualified(resource);
    const usage = objectUsageOf(name, object);
    return this.#charge(rows, {
      resource: name,
      usage: old === undefined ? usage : additional(usage, objectUsageOf(name, old)),
      inScope: (requirement) => object.kind === 'PersistentVolumeClaim' && claimInScope(object.spec ?? {}, requirement),
      missing: () => undefined,
    });
  }

  #charge(set: Iterable<ObjectRow>, request: Request): string | undefined {
    const rows = [...set];
    const statuses = rows.map((row) => this.#status(row));
    const answer = chargeQuotas(statuses, request);
    if ('refused' in answer) return answer.refused;
    for (const [index, used] of answer.used) this.#write(rows[index], { ...statuses[index], used });
    return undefined;
  }

  #status(row: ObjectRow): QuotaStatus {
    const object = this.#objects.get(row) as KubeObject;
    const known = this.#read.get(row);
    if (known?.object === object) return known.status;
    const status = quotaStatus(object);
    this.#read.set(row, { object, status });
    return status;
  }

  #write(row: ObjectRow, status: QuotaStatus): void {
    const current = this.#objects.get(row) as KubeObject;
    const { hard, used } = status;
    const asked = { ...current, status: { hard: printedAmounts(hard), used: printedAmounts(used) } };
    this.#store(row, current, asked);
    this.#read.set(row, { object: this.#objects.get(row) as KubeObject, status });
  }
}
