// Which objects (Services, PodDisruptionBudgets) select which pods. A selector is matched against a pod class, once, never against a pod.
import type { LabelSelector } from '../../model/parse/label-selector.ts';
import type { PodClasses } from '../../model/pod-class.ts';
import type { ClassRow, ObjectRow } from '../../model/rows.ts';

interface Selection {
  readonly namespace: string;
  readonly selector: LabelSelector;
  /** Of the classes below `known` those that it selects. */
  readonly classes: ClassRow[];
  known: number;
}

/** The selecting objects are known by their rows. */
export class ClassSelections {
  readonly #classes: PodClasses;
  readonly #selections = new Map<ObjectRow, Selection>();
  /** By class: rows of the objects that select it. */
  readonly #selecting: ObjectRow[][] = [];

  constructor(classes: PodClasses) {
    this.#classes = classes;
  }

  /** An object was created, changed, or removed; without a selector it selects nothing and is not known. */
  set(row: ObjectRow, namespace: string, selector: LabelSelector | undefined): void {
    for (const known of this.#selections.get(row)?.classes ?? []) {
      this.#selecting[known] = this.#selecting[known].filter((other) => other !== row);
    }
    this.#selections.delete(row);
    if (selector === undefined) return;
    const selection: Selection = { namespace, selector, classes: [], known: 0 };
    this.#selections.set(row, selection);
    this.#extend(row, selection, this.#selecting.length);
  }

  has(row: ObjectRow): boolean {
    return this.#selections.has(row);
  }

  get size(): number {
    return this.#selections.size;
  }

  /** The objects that select pods of this class. */
  selecting(podClass: ClassRow): readonly ObjectRow[] {
    while (this.#selecting.length <= podClass) {
      this.#selecting.push([]);
      for (const [row, selection] of this.#selections) this.#extend(row, selection, this.#selecting.length);
    }
    return this.#selecting[podClass];
  }

  /** The classes that an object selects, among those that pods have been seen of. */
  classesOf(row: ObjectRow): readonly ClassRow[] {
    return this.#selections.get(row)?.classes ?? [];
  }

  #extend(row: ObjectRow, selection: Selection, classes: number): void {
    for (; selection.known < classes; selection.known += 1) {
      const podClass = this.#classes.get(selection.known as ClassRow);
      if (podClass.namespace !== selection.namespace || !selection.selector.matches(podClass.labels)) continue;
      selection.classes.push(podClass.id);
      this.#selecting[podClass.id].push(row);
    }
  }
}
