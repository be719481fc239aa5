// The pods of an autoscaler's target, by the selector of its scale; and whether another autoscaler has some of them too.
import { parseLabelSelector } from '../../model/parse/label-selector.ts';
import type { ResourceMetrics } from '../../model/ports/metrics-apis.ts';
import type { Registry } from '../../model/registry.ts';
import { ClassSelections } from '../kit/class-selections.ts';
import type { SharedViews } from '../kit/shared-views.ts';
import type { SelectorProblem } from './decision.ts';
import { type ReadUsage, usageByClass } from './class-usage.ts';
import { type ViewedPod, viewedPods } from './viewed-pods.ts';
import type { ClassRow, ObjectRow } from '../../model/rows.ts';

export interface FoundPods {
  readonly pods: () => readonly ViewedPod[];
  readonly usage: ReadUsage;
  readonly problem: SelectorProblem | undefined;
}

export class TargetPods {
  readonly #registry: Registry;
  readonly #views: SharedViews;
  readonly #resources: ResourceMetrics;
  /** What each autoscaler selects, by the selector that its target had last. */
  readonly #members: ClassSelections;
  readonly #selectors = new Map<ObjectRow, string>();

  constructor(registry: Registry, views: SharedViews, resources: ResourceMetrics) {
    this.#resources = resources;
    this.#registry = registry;
    this.#views = views;
    this.#members = new ClassSelections(registry.classes);
  }

  find(row: ObjectRow, namespace: string, selector: string): FoundPods {
    if (selector === '') {
      const condition = { reason: 'InvalidSelector', message: "the HPA target's scale is missing a selector" };
      return {
        pods: () => [],
        usage: () => undefined,
        problem: { event: 'SelectorRequired', error: 'selector is required', condition },
      };
    }
    if (this.#selectors.get(row) !== selector) {
      this.#selectors.set(row, selector);
      this.#members.set(row, namespace, parseLabelSelector(selector));
    }
    const { length } = this.#registry.classes;
    // Classes that have come since the last time are matched now.
    if (length > 0) this.#members.selecting((length - 1) as ClassRow);
    const classes = this.#members.classesOf(row);
    let pods: readonly ViewedPod[] | undefined;
    return {
      pods: () => (pods ??= viewedPods(this.#views, this.#registry, classes)),
      usage: usageByClass(this.#views, this.#registry, classes, this.#resources),
      problem: this.#shared(classes, selector),
    };
  }

  forget(row: ObjectRow): void {
    this.#selectors.delete(row);
    this.#members.set(row, '', undefined);
  }

  #shared(classes: readonly ClassRow[], selector: string): SelectorProblem | undefined {
    const rows = new Set<ObjectRow>();
    for (const podClass of classes) {
      if (this.#views.pods.byClass.first(podClass) < 0) continue;
      for (const row of this.#members.selecting(podClass)) rows.add(row);
    }
    if (rows.size < 2) return undefined;
    const { name, namespace } = this.#registry.objects;
    const autoscalers = [...rows].sort((a, b) => a - b).map((row) => `{${name[row]} ${namespace[row]}}`);
    const error = `pods by selector ${selector} are controlled by multiple HPAs: [${autoscalers.join(' ')}]`;
    return { event: 'AmbiguousSelector', error, condition: { reason: 'AmbiguousSelector', message: error } };
  }
}
