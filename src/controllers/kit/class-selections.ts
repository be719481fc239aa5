// Which objects (Services, PodDisruptionBudgets) select which pods. A selector is matched against a pod class, once, never against a pod.
import type { LabelSelector } from '../../model/parse/label-selector.ts';
import type { PodClasses } from '../../model/pod-class.ts';
import type { ClassRow, ObjectRow } from '../../model/rows.ts';

interface Selection {
  readonly row: ObjectRow;
  readonly namespace: string;
  readonly selector: LabelSelector;
  /** The later it was set the higher. */
  readonly order: number;
  /** The classes that it selects, among those that are known. */
  readonly classes: ClassRow[];
}

/** The selecting objects are known by their rows. */
export class ClassSelections {
  readonly #classes: PodClasses;
  readonly #selections = new Map<ObjectRow, Selection>();
  /** By class: rows of the objects that select it. The classes in it are the known ones. */
  readonly #selecting: ObjectRow[][] = [];
  /** By label: selections that select nothing without it ('' for all others), and known classes that have it ('' for all). */
  readonly #selectionsWith = new Map<string, Set<Selection>>();
  readonly #classesWith = new Map<string, ClassRow[]>();
  #sets = 0;

  constructor(classes: PodClasses) {
    this.#classes = classes;
  }

  /** An object was created, changed, or removed; without a selector it selects nothing and is not known. */
  set(row: ObjectRow, namespace: string, selector: LabelSelector | undefined): void {
    this.#forget(row);
    if (selector === undefined) return;
    const selection: Selection = { row, namespace, selector, order: this.#sets, classes: [] };
    this.#sets += 1;
    this.#selections.set(row, selection);
    const label = labelOf(selection);
    const others = this.#selectionsWith.get(label);
    if (others === undefined) this.#selectionsWith.set(label, new Set([selection]));
    else others.add(selection);
    for (const podClass of this.#classesWith.get(label) ?? []) this.#match(selection, podClass);
  }

  has(row: ObjectRow): boolean {
    return this.#selections.has(row);
  }

  get size(): number {
    return this.#selections.size;
  }

  /** The objects that select pods of this class. */
  selecting(podClass: ClassRow): readonly ObjectRow[] {
    while (this.#selecting.length <= podClass) this.#know(this.#selecting.length as ClassRow);
    return this.#selecting[podClass];
  }

  /** The classes that an object selects, among those that pods have been seen of. */
  classesOf(row: ObjectRow): readonly ClassRow[] {
    return this.#selections.get(row)?.classes ?? [];
  }

  #know(podClass: ClassRow): void {
    this.#selecting.push([]);
    const candidates: Selection[] = [];
    const { labels } = this.#classes.get(podClass);
    for (const label of ['', ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)]) {
      const classes = this.#classesWith.get(label);
      if (classes === undefined) this.#classesWith.set(label, [podClass]);
      else classes.push(podClass);
      candidates.push(...(this.#selectionsWith.get(label) ?? []));
    }
    candidates.sort((a, b) => a.order - b.order);
    for (const selection of candidates) this.#match(selection, podClass);
  }

  #match(selection: Selection, podClass: ClassRow): void {
    const { namespace, labels } = this.#classes.get(podClass);
    if (namespace !== selection.namespace || !selection.selector.matches(labels)) return;
    selection.classes.push(podClass);
    this.#selecting[podClass].push(selection.row);
  }

  #forget(row: ObjectRow): void {
    const selection = this.#selections.get(row);
    if (selection === undefined) return;
    for (const known of selection.classes) {
      this.#selecting[known] = this.#selecting[known].filter((other) => other !== row);
    }
    this.#selectionsWith.get(labelOf(selection))?.delete(selection);
    this.#selections.delete(row);
  }
}

function labelOf({ selector }: Selection): string {
  return selector.requiredLabel() ?? '';
}
