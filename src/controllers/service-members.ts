// Which Services select which pods. A selector is matched against a pod class, once, never against a pod.
import { compileLabelMap, type LabelSelector } from '../model/parse/label-selector.ts';
import type { PodClasses } from '../model/pod-class.ts';
import type { ServiceObject } from './shared-views.ts';

interface Selection {
  readonly namespace: string;
  readonly selector: LabelSelector;
  /** Of the classes below `known` those that it selects. */
  readonly classes: number[];
  known: number;
}

export class ServiceMembers {
  readonly #classes: PodClasses;
  readonly #selections = new Map<number, Selection>();
  /** By class: rows of the Services that select it. */
  readonly #servicesOf: number[][] = [];

  constructor(classes: PodClasses) {
    this.#classes = classes;
  }

  /** A Service was created, changed, or removed (undefined). One without a selector has its endpoints from elsewhere. */
  set(service: number, object: ServiceObject | undefined): void {
    for (const known of this.#selections.get(service)?.classes ?? []) {
      this.#servicesOf[known] = this.#servicesOf[known].filter((other) => other !== service);
    }
    this.#selections.delete(service);
    if (object?.spec?.selector === undefined || object.spec.type === 'ExternalName') return;
    const selection: Selection = {
      namespace: object.metadata.namespace ?? 'default',
      selector: compileLabelMap(object.spec.selector),
      classes: [],
      known: 0,
    };
    this.#selections.set(service, selection);
    this.#extend(service, selection, this.#servicesOf.length);
  }

  has(service: number): boolean {
    return this.#selections.has(service);
  }

  /** The Services that select pods of this class. */
  servicesOf(podClass: number): readonly number[] {
    while (this.#servicesOf.length <= podClass) {
      this.#servicesOf.push([]);
      for (const [service, selection] of this.#selections) this.#extend(service, selection, this.#servicesOf.length);
    }
    return this.#servicesOf[podClass];
  }

  /** The classes that a Service selects, among those that pods have been seen of. */
  classesOf(service: number): readonly number[] {
    return this.#selections.get(service)?.classes ?? [];
  }

  #extend(service: number, selection: Selection, classes: number): void {
    for (; selection.known < classes; selection.known += 1) {
      const podClass = this.#classes.get(selection.known);
      if (podClass.namespace !== selection.namespace || !selection.selector.matches(podClass.labels)) continue;
      selection.classes.push(podClass.id);
      this.#servicesOf[podClass.id].push(service);
    }
  }
}
