// The selector of default spreading: what a pod's Services and its owner select, merged (kube-scheduler helper.DefaultSelector).
import { Change } from '../../model/change-log.ts';
import type { Labels } from '../../model/interner.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { LabelSelector, compileLabelSelector, type LabelSelectorObject } from '../../model/parse/label-selector.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Handle, ObjectSource } from '../framework/interface.ts';
import type { ObjectRow } from '../../model/rows.ts';

const OWNERS = ['ReplicaSet', 'StatefulSet', 'ReplicationController'] as const;

export class DefaultSelectors {
  /** Rises when a Service or an owner came, went or changed its spec: what was derived from them is stale. */
  version = 0;
  readonly #services: ObjectSource;
  readonly #owners: readonly ObjectSource[];
  /** Rows of the Services with a selector, by namespace and the first label of the selector: a pod has few labels, a cluster many Services. */
  readonly #byLabel = new Map<string, Set<ObjectRow>>();

  constructor(handle: Handle) {
    this.#services = handle.objects('Service');
    this.#owners = OWNERS.map((kind) => handle.objects(kind));
    for (const source of [this.#services, ...this.#owners]) {
      const specs = new Map<ObjectRow, object | undefined>();
      source.subscribe((row, object, what) => {
        // A new status has the old spec: nothing to derive again.
        if ((what & (Change.Created | Change.Removed)) === 0 && specs.get(row) === object?.spec) return;
        if (object === undefined) specs.delete(row);
        else specs.set(row, object.spec);
        this.version += 1;
      });
    }
    const keys = new Map<ObjectRow, string>();
    const note = (row: ObjectRow, object: KubeObject | undefined): void => {
      const key = object === undefined ? undefined : firstLabel(object);
      const before = keys.get(row);
      if (key === before) return;
      if (before !== undefined) this.#byLabel.get(before)?.delete(row);
      if (key === undefined) keys.delete(row);
      else {
        keys.set(row, key);
        const rows = this.#byLabel.get(key);
        if (rows === undefined) this.#byLabel.set(key, new Set([row]));
        else rows.add(row);
      }
    };
    for (const [row, service] of this.#services.entries()) note(row, service);
    this.#services.subscribe(note);
  }

  /** Empty when nothing selects the pod. `owner` is the row of its controller, -1 for none. */
  of(podClass: PodClass, owner: ObjectRow): LabelSelector {
    const labels: Record<string, string> = {};
    for (const row of this.#candidates(podClass)) {
      const { selector }: { readonly selector?: Labels } = this.#services.get(row)?.spec ?? {};
      if (selector === undefined) continue;
      if (Object.entries(selector).every(([key, value]) => podClass.labels[key] === value)) {
        Object.assign(labels, selector);
      }
    }
    const owned = owner < 0 ? undefined : this.#find(owner);
    if (owned?.kind === 'ReplicationController') {
      const { selector }: { readonly selector?: Labels } = owned.spec ?? {};
      Object.assign(labels, selector);
    }
    const fromServices = compileLabelSelector({ matchLabels: labels });
    if (owned === undefined || owned.kind === 'ReplicationController') return fromServices;
    const { selector }: { readonly selector?: LabelSelectorObject } = owned.spec ?? {};
    return new LabelSelector([...fromServices.requirements, ...compileLabelSelector(selector).requirements]);
  }

  /** In the order of creation. */
  #candidates({ namespace, labels }: PodClass): ObjectRow[] {
    const found = Object.entries(labels).flatMap(([key, value]) => [
      ...(this.#byLabel.get(labelKey(namespace, key, value)) ?? []),
    ]);
    return found.sort((a, b) => a - b);
  }

  #find(row: ObjectRow): KubeObject | undefined {
    for (const source of this.#owners) {
      const found = source.get(row);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Undefined for a Service that selects nothing. */
function firstLabel({ metadata, spec }: KubeObject): string | undefined {
  const { selector = {} }: { readonly selector?: Labels } = spec ?? {};
  const [first] = Object.entries(selector);
  return first === undefined ? undefined : labelKey(metadata.namespace ?? '', first[0], first[1]);
}

function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace}\n${key}=${value}`;
}
